"""When a fact changed: everything derived from it is found and looked at again."""
