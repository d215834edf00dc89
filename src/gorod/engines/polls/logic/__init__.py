"""How a poll is fixed, taken part in and counted."""
