"""A case from submit to decision: idempotent submit, one live case, statuses as data that come late, twice and out of order.
Not for who is due: that is `dues`. Not for money: that is `payments`."""
