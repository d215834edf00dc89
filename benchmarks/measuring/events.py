"""Events as agencies send them, made from the people of a made-up city."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from benchmarks.measuring.families import Family, Person
from gorod.kernel import clock

REGISTRY, TAX_SERVICE = "civil_registry", "tax_service"
DAYS_OLD = 3


def birth(*, family: Family, number: str) -> dict[str, Any]:
    """`birth.registered`: the family has one more child. `number` must be a new one."""
    today = clock.today()
    return {
        "specversion": "1.0",
        "id": f"birth-{number}",
        "source": f"/{REGISTRY}",
        "type": "birth.registered",
        "time": clock.now().isoformat(),
        "data": {
            "record": {"number": f"benchmark-{number}", "registered_on": today.isoformat()},
            "child": {
                "identifiers": {"birth_record": f"benchmark-{number}"},
                "names": {"given_name": "Мария"},
                "birth_date": (today - timedelta(days=DAYS_OLD)).isoformat(),
            },
            "mother": {"identifiers": dict(family.mother.identifiers)},
            "father": {"identifiers": dict(family.father.identifiers)},
        },
    }


def income(*, person: Person, kopecks: int, number: str) -> dict[str, Any]:
    """`income.assessed`: the tax service says what somebody earns a month."""
    return {
        "specversion": "1.0",
        "id": f"income-{number}",
        "source": f"/{TAX_SERVICE}",
        "type": "income.assessed",
        "time": clock.now().isoformat(),
        "data": {"person": {"identifiers": dict(person.identifiers)}, "monthly_income": kopecks},
    }
