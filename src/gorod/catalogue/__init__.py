"""Reads a city's content, checks it, and gives every engine its definitions. Knows YAML; the engines do not."""
