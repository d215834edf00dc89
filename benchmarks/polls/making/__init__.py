"""What the benchmarks of polls are made of."""
