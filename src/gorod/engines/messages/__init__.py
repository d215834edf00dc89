"""What a resident is told: an inbox in the account, exactly once by key, and e-mail, at most once."""
