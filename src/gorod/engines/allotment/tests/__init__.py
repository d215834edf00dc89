"""Tests of allotment."""
