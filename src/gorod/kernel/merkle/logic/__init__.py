"""Trees, tiles, notes."""
