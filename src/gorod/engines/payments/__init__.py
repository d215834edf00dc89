"""Orders to the treasury: one per decision and period. Recovery of money is decided by a person, never an offset."""
