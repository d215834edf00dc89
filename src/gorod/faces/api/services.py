"""The catalogue of services, for everybody."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import Service
from gorod.faces.api.schemas import ServiceOut
from gorod.kernel.errors import NotFound

router = Router(tags=["services"], auth=None)


@router.get("/services", response=list[ServiceOut], summary="Every service")
def services(request: HttpRequest) -> list[ServiceOut]:
    """Every service of the city, by name."""
    return [_out(service) for _, service in sorted(catalogue.current().services.items())]


@router.get("/services/{service}", response=ServiceOut, summary="One service")
def one_service(request: HttpRequest, service: str) -> ServiceOut:
    """One service: its owner and law, the facts its rule reads, its statuses and refusal reasons."""
    known = catalogue.current().services.get(service)
    if known is None:
        raise NotFound(f"no service {service!r}", remedy="see /api/services")
    return _out(known)


def _out(service: Service) -> ServiceOut:
    known = catalogue.current().case_types.get(service.name)
    return ServiceOut(
        service=service.name,
        area=service.area,
        archetype=service.archetype,
        owner=service.owner,
        law=[str(law) for law in service.law],
        names={language: text.name for language, text in service.texts.items()},
        summaries={language: text.summary for language, text in service.texts.items()},
        gives={language: text.gives for language, text in service.texts.items()},
        asks=list(service.asks),
        facts=list(catalogue.current().rules_with(service.name).facts_of(service.name)),
        life_events=list(service.life_events),
        statuses={code: status.phase.value for code, status in known.statuses.items()} if known else {},
        decides_by=known.decides_by if known else "booked",
        refusals=list(known.refusals) if known else [],
        carries=[result.fact for result in known.results if result.value is None] if known else [],
    )
