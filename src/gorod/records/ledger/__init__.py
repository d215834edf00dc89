"""The city's ledger: an append-only Merkle log of what the city did, as files that anybody may check and keep. Here is what is
written into it and how it becomes files. Not for the mathematics (`kernel.merkle`) nor for what stands in it: whoever does
something that must be provable writes it here, in the same transaction."""
