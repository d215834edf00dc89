"""The demonstration: agencies that play their part and a story that is told while it happens, ordinary clients of the machine
API in processes of their own; and the page on which anybody tries the city as one of its made-up people."""
