"""Tests of the pages of allotments."""
