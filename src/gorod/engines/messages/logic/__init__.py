"""What messages decide: words as people write them, and pushes to devices."""
