"""Signing in, for residents and officials: passwords, passkeys, codes of an app, sessions, all by django-allauth in our clothes;
an account is opened with a one-time code from somebody who has checked who it is for."""
