"""The only place that knows everything: settings, URLs, command line, supervisor, worker."""
