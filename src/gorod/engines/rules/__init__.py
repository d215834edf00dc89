"""Rule sets: named conditions and an amount per service, run over a frame of facts for one family or a whole city.
No tables, no reading of facts, no storing of answers: that is `dues`."""
