"""Calling agencies."""
