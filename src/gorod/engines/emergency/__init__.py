"""Breaking the glass: an official opens what their work does not open, for a stated reason and a short time. The resident sees it,
and a supervisor looks at each."""
