"""The assisted channel: a visitor without a phone or an account stands before a clerk, who does for them what the portal does,
under the clerk's own name. What may be done is the portal's."""
