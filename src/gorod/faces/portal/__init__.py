"""What residents see: the services of the city in plain words, each page in every language of the city. Signing in follows."""
