"""What the city can do. Each engine is a module of its own; they import each other only downwards (see .importlinter)."""
