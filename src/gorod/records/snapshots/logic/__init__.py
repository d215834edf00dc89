"""How a snapshot is taken."""
