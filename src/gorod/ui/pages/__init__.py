"""The frame of every page: head, header with the language switch, footer."""
