"""Tests of the pages and addresses of polls."""
