"""What the city knows and must be able to prove."""
