"""What the door of allotment is made of."""
