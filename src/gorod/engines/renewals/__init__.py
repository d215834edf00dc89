"""Rights that end: warn before, renew without an application where nothing says that the right was lost."""
