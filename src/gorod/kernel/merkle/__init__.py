"""Append-only Merkle logs that anybody can check: hashing and proofs (RFC 6962), tiles, signed notes, checkpoints and cosignatures
(C2SP). Not for where a log is kept (`records.ledger`) nor for what stands in it."""
