"""The catalogue of services, for everybody."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import Service
from gorod.engines.cases import api as cases
from gorod.engines.dues import api as dues
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
    known = cases.case_type(service=service.name)
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
        facts=list(dues.rule_set().facts_of(service.name)),
        life_events=list(service.life_events),
        statuses={code: status.phase.value for code, status in known.statuses.items()},
        decides_by=known.decides_by,
        refusals=list(known.refusals),
        carries=[result.fact for result in known.results if result.value is None],
    )
