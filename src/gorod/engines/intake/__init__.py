"""Events from agencies: checked, matched to persons, written to the registers, parked or taken back."""
