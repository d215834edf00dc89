"""What leaves the city: events for agencies, written in the transaction of what they tell, delivered at least once and in order.
Not for messages to residents."""
