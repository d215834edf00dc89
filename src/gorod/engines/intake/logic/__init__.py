"""Schemas, persons and rows of one event."""
