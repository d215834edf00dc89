"""Who the city deals with: residents and organisations as parties with one kind of id, their strong identifiers,
matching by those identifiers only, merging of duplicates. Not for facts about them: those are in `registers`."""
