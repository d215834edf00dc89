"""Proposals of residents to the city: suggested, discussed, assessed, answered. What is shown is judged by published rules, and who
is refused may object: somebody else decides then. Not for what the city asks residents: that is a poll."""
