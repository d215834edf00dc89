"""The commands of `gorod`: one file each, with `add_to(app)`."""
