"""Life events: a graph of steps for one family, brought up to date from facts, cases and consents as often as anything changes."""
