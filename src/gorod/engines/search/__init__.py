"""Finds what a city offers from an everyday question: by words, in spite of typos, by meaning. It keeps no question, and says
nothing rather than guess."""
