"""What a resident allowed once and for all, or switched off. The latest word wins. Not for consents inside one case."""
