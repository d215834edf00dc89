"""How a made-up city is drawn, one concern a file."""
