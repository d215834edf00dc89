"""Who works for the city: which account is appointed to which role in which agency. What a role may do is said by the pages that
ask for it; how its holder signs in belongs to accounts."""
