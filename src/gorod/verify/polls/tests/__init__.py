"""Tests of counting a poll without the city."""
