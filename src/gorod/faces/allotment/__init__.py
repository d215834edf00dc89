"""Pages of allotments: what is dealt out and how, a resident's applications, the desk that plans it, and the public files by which
anybody deals again."""
