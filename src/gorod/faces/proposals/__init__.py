"""Proposals of residents as people see them: suggesting, discussing, assessing, and what officials judge and answer. What is
allowed is decided by engines.proposals."""
