"""Applying for a service: who may apply for whom, whether it is due, and the case that follows. Not for steps of a life event:
`journeys` applies for those itself, by the same rules."""
