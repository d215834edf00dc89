"""What follows from a sweep: batches, and one person at a time."""
