"""The style sheet and the font of every page, built at set-up; nothing of a third party is committed."""
