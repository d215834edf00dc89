"""Benchmarks of polls and the ledger: `make bench-polls`."""
