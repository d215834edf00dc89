"""What a resident is told: an inbox in the account, exactly once by key; e-mail, at most once; and a push to their devices that
says no more than that there is something new."""
