"""The work of officials on cases: what they may see and do, and the second pair of eyes. What a case is, and how an agency's own
system works on it, belongs to cases."""
