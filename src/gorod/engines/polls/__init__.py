"""Votes of residents: secret, one each, counted by anybody from the ledger. A poll has versions; each has keys, tokens and ballots
of its own. Who may take part is a rule; what follows from a poll is said by people. Elections are not its business."""
