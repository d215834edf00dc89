"""The demonstration: agencies that play their part, and a story that is told while it happens. Ordinary clients of the machine
API in processes of their own: nothing here touches the database or an engine."""
