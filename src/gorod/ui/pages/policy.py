"""Content-Security-Policy: the strictest for machines; pages have scripts, styles, fonts and pictures from this host only."""

from __future__ import annotations

from collections.abc import Iterable

MACHINES = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
WORKER = "default-src 'none'; script-src 'self'; connect-src 'self'"  # what the service worker imports and fetches


def pages(*, forms_lead_to: Iterable[str] = (), more_scripts: Iterable[str] = ()) -> str:
    """The policy of a page. `forms_lead_to`: origins that a form may lead to besides this host (browsers look at redirects too);
    `more_scripts`: what scripts may be besides files of this host."""
    targets, scripts = " ".join(("'self'", *forms_lead_to)), " ".join(("'self'", *more_scripts))
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; "
        f"form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
    )
