"""A change of law tried on the whole city before it is made: who gains, who loses, what it costs. It changes no rule and no answer;
one family that asks what would be due to it is `dues`' business."""
