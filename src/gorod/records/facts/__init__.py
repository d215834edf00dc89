"""The only door to what the city knows about a person: names of the vocabulary in, values with provenance out, the
reading recorded. Derived facts (ages, conditions, aggregates over relations) are computed here, by the same code for one
family and for everybody. Not for writing: agencies write through `registers`."""
