"""How search works: words, meaning, the tables, and one score of all."""
