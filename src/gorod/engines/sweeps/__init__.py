"""Every rule for everybody, from a snapshot: who is due what tonight, and what is otherwise than the last time. It tells nobody
anything; one family that waits for an answer is `dues`' business."""
