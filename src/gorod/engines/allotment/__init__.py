"""Scarce places (kindergartens, first grades, health camps) dealt to whom residents apply for: wishes are collected in a window in
which speed decides nothing, then published rules and a lottery that was committed to before decide, and anybody can deal again
from the published files (`verify/allotment`). Not for places that are free as one comes: that is booking's."""
