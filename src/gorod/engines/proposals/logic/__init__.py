"""How proposals are judged, move on and are found."""
