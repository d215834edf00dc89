"""Two rows that are one person: a clerk says so, or that it was wrong, and everything derived is looked at again. Not for finding
duplicates: strong identifiers do that when an event arrives."""
