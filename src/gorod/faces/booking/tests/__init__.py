"""Tests of the pages of booking."""
