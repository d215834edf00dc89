"""Numbering what waits, and writing files of it."""
