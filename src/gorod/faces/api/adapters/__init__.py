"""Foreign formats at the door of the city: one folder for each, found by walking, with addresses of its own in `routes.py`
(`urlpatterns`). An adapter turns what another system sends into the city's own events and hands them to intake like any
other sender's; which event, agency and identifiers is the city's content (`adapters/<name>.yaml` in its folder). The core
knows no adapter, and removing a folder removes the format."""
