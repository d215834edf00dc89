"""OpenCRVS 1.x, an open civil registration system: its webhook for a registered birth becomes one event of the city.
What it sends was read from its source (packages/webhooks), which in places does other than its documentation says.
Its webhook for deaths is not taken here; corrections it does not send."""
