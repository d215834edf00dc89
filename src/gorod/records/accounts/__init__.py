"""Who may sign in: an account of one resident, and the one-time codes by which a resident gets one. How they sign in
(passwords, passkeys, codes of an app, sessions) is django-allauth's."""
