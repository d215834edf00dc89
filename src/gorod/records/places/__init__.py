"""The districts of the city: codes, names, areas, centres, shapes for a map. Reference data of the city's content, kept in
the process; no tables. Not for where a person lives: that is a fact in the registers."""
