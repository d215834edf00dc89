"""Decisions of the waiting room."""
