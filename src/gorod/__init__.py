"""Gorod: the digital platform of a city. See ARCHITECTURE.md for the house and its tiers."""
