"""The page on which people wait for an announced opening, what everybody may know of it as JSON, and the door for pages behind it.
And the brake: when a process is overloaded nothing is changed, and nothing that somebody typed is lost."""
