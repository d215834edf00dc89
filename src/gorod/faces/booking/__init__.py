"""Booking: how residents find a time, keep it, move it and wait for one; how those who work at a place see their day."""
