"""How a scenario is answered."""
