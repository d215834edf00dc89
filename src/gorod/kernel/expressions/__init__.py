"""The language of conditions and amounts: a closed list of SQL that means the same in Polars and in PostgreSQL, with three-valued
logic. Not for deciding anything: `engines.rules` does that."""
