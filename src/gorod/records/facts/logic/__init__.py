"""How facts are found and derived: the plan of what is needed, the frame, tracing back to what is missing."""
