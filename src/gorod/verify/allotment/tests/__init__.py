"""Tests of dealing out scarce places."""
