"""Reading a text into a checked tree, and running the tree."""
