"""Waiting before an announced opening ("slots at 7:30"): who comes in, in which order, how fast; one place a resident. What is
behind the door is nobody's business here: others ask `may_enter`. No booking, no counting of slots."""
