"""gorod case"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from gorod.engines.cases import api as cases
from gorod.engines.payments import api as payments
from gorod.kernel.money import as_text
from gorod.project import start

console = Console(highlight=False)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(case)


def case(number: Annotated[str, typer.Argument(help="The number people say, e.g. 2026-0000123-4.")]) -> None:
    """One case: where it is, what it came from, its whole history, its payments."""
    start.install_city()
    known = cases.by_number(number=number)
    console.print(
        f"[bold]{known.number}[/] {known.service}: {known.status} ({known.phase}) since {known.status_at:%Y-%m-%d %H:%M}"
    )
    console.print(f"  owner {known.owner}, about {known.subject_id}, applied by {known.applicant_id}")
    console.print(f"  decided by {known.deadline}, actions: {', '.join(known.actions) or 'none'}")
    lineage = known.lineage
    figures = ", ".join(lineage.values) or "no figures"
    console.print(f"  from assessment {lineage.assessment_id}, {len(lineage.statement_ids)} statements, {figures}")
    for entry in cases.history(case_id=known.case_id):
        detail = ", ".join(f"{name}={value}" for name, value in entry.detail.items() if value)
        console.print(
            f"  {entry.at:%Y-%m-%d %H:%M:%S} {entry.what} by {entry.by}: {entry.status} {detail}", markup=False
        )
    for order in payments.orders_of(cases=[known.case_id]):
        console.print(f"  payment {order.period}: {as_text(order.amount)} {order.state}")
