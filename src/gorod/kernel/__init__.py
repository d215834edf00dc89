"""What everything stands on: time, identifiers, money, periods, refusals, canonical JSON, expressions. Pure Python, no Django."""
