"""What this installation is: one row that says which city it holds and whether its residents are made up. Not for settings:
those come from the environment."""
