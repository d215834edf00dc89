"""Decisions and queries of booking, by concern."""
