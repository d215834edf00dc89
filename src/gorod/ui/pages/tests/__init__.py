"""A test client that inspects every page it is given, after GOV.UK Notify: what no page may lack is checked on all of them."""
