"""Bringing one journey up to date: who takes part, what each step is now, what follows."""
