"""The machine API: events in, the feeds of agencies, residents' reads and acts. Parses, asks the doors of the engines, answers;
decides nothing. Foreign formats are in `adapters`."""
