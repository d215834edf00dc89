"""Transitions of a case, and what its applicant is told."""
