"""What anybody can do beside the city's ledger, from its files alone: check it, watch it, witness it. No database, no Django, and
nothing is believed of what the city says of itself but what it signed. Not for keeping a log (`records.ledger`)."""
