"""What a person is due, and why: rules run over facts read for that purpose, each answer kept with everything it came from.
Not for acting on an answer: that is `journeys`."""
