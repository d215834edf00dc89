"""Polls as anybody counts them: what a poll fixes before the first vote, what a ballot is, and what all of them come to. The city
uses the same code to take ballots and to count them."""
