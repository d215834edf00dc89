"""Reading, joining and installing a city's content."""
