"""A made-up city of any size, by seed: residents in families, with homes, names, numbers and what registers say of them.
All shares and names are the city's content. Not for real people, and not for statistics: single shares fit, not all their links."""
