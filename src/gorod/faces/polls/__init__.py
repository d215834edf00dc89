"""Polls: what residents see and vote on, what officials ask, what observers fetch. Votes are taken by engines.polls; a vote is made
on the voter's own device (bundles/)."""
