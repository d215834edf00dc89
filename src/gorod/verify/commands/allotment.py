"""gorod verify allotment"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gorod.kernel.errors import Refused
from gorod.kernel.terminal import letters
from gorod.verify.allotment import input_file, reasons, result, rounds, secret_file
from gorod.verify.allotment.audit import Audit, audit
from gorod.verify.allotment.problem import Problem
from gorod.verify.allotment.result import Result
from gorod.verify.allotment.words import Teller
from gorod.verify.polls.settings import in_language
from gorod.verify.source import reading

console = Console(highlight=False, soft_wrap=True, markup=False)
INPUT, RESULT, SECRET = "input.json", "result.json", "secret.json"  # what the city publishes of a round
LONGEST = 2**30  # bytes of a file: 100,000 applicants are some 15 million
SHOWN = 100  # faults, and places unless asked for more; the rest is counted


def check_allotment(
    address: Annotated[
        str,
        typer.Argument(help=f"Where {INPUT}, {RESULT} and {SECRET} of the round are: an address, or a folder."),
    ],
    commitment: Annotated[
        str, typer.Option(help="To the secret, as it was announced beforehand: from another place than the files.")
    ] = "",
    before: Annotated[
        str, typer.Option(help="Where the files of the round before are: whether this one follows from it.")
    ] = "",
    applicant: Annotated[
        list[str] | None, typer.Option(help="Tell why this applicant got what they got; once for each.")
    ] = None,
    places: Annotated[
        bool, typer.Option("--places", help="Say how the seats of each place went, however many there are.")
    ] = False,
    language: Annotated[str, typer.Option(help="Of names and reasons, where there is one: ru, de, en.")] = "en",
) -> None:
    """Deal out places again from the published files alone: lots, priorities, reserves, who got what. Prints what came out, and
    everything that is otherwise than the city says. It ends with 1 when something does not add up."""
    read = reading(address, longest=LONGEST)
    problem, published = input_file.read(read(INPUT)), result.read(read(RESULT))
    revealed = secret_file.read(read(SECRET))
    found = audit(
        problem=problem,
        published=published,
        secret=revealed.secret,
        beacon=revealed.beacon,
        committed=commitment,
    )
    faults = [str(one) for one in found.faults]
    if before:
        earlier = result.read(reading(before, longest=LONGEST)(RESULT))
        faults += rounds.unfounded(problem, earlier)
    _print(problem, published, found, language)
    if before and (since := rounds.given_since(problem, earlier)):
        listed = letters(", ".join(since[:SHOWN]))
        console.print(
            f"Seats held that the round before did not give, {len(since):,}: the city must show why: {listed}"
        )
    if places or len(problem.places) <= SHOWN:
        console.print(_table(found, language))
    _tell(found, applicant or (), language)
    if not commitment:
        console.print("Hold the commitment against what was announced before the closing, or say it: --commitment")
    if problem.previous and not before:
        console.print("Whether it follows from the round before is seen with --before")
    if faults:
        _alarm(faults)
    console.print("Everything adds up.", style="bold green")


def _print(problem: Problem, published: Result, found: Audit, language: str) -> None:
    seats = found.outcome.seats
    all_of_them, seated = len(seats), [seat for seat in seats.values() if seat]
    wishes: Counter[int] = Counter()
    for one in problem.applicants:
        seat = seats[one.number]
        if seat is not None:
            wishes[one.wishes.index(seat.place) + 1] += 1
    title = letters(in_language(problem.title, language))
    console.print(f"{title}, round {problem.round}", style="bold")
    console.print(f"  {len(problem.places):,} places with {sum(one.seats for one in problem.places):,} seats")
    console.print(f"  applicants: {all_of_them:,}; seated: {len(seated):,}{_percent(len(seated), all_of_them)}")
    for wish, count in sorted(wishes.items()):
        console.print(f"  wish {wish}: {count:,}{_percent(count, all_of_them)}")
    console.print(f"  without a seat: {all_of_them - len(seated):,}")
    if found.outcome.struck:
        console.print(f"  groups with wishes that had no room for all of them: {len(found.outcome.struck):,}")
    console.print(f"  input {input_file.digest(problem)}")
    console.print(f"  commitment {published.commitment}")
    console.print(
        f"  beacon {letters(published.beacon) or '(none: the city could know the lots when it gave out numbers)'}"
    )


def _percent(part: int, whole: int) -> str:
    return f" ({part / whole:.1%})" if whole else ""


def _table(found: Audit, language: str) -> Table:
    teller = Teller(found.outcome.problem, language)
    table = Table("place", "seats", "kept", "reserved", "open", "reserve list", title_justify="left")
    for place in found.outcome.problem.places:
        cut = result.cut(found.outcome, place)
        *reserved, opened = [f"{line.taken:,} of {line.seats:,}" for line in cut.lines]
        row = (
            f"{cut.seats:,}",
            f"{cut.kept:,}",
            "; ".join(reserved),
            opened,
            f"{len(found.outcome.waiting[place.id]):,}",
        )
        table.add_row(letters(teller.name(place.id)), *row)
    return table


def _tell(found: Audit, numbers: list[str] | tuple[()], language: str) -> None:
    teller = Teller(found.outcome.problem, language)
    for number in numbers:
        console.print(f"Applicant {letters(number)}", style="bold")
        for paragraph in teller.told(reasons.explain(found.outcome, number)):
            console.print(f"  {letters(paragraph)}")


def _alarm(faults: list[str]) -> None:
    """Raises Refused."""
    for fault in faults[:SHOWN]:
        console.print(letters(fault), style="bold red")
    if len(faults) > SHOWN:
        console.print(f"… and {len(faults) - SHOWN:,} more")
    raise Refused(
        f"the round does not add up: {len(faults):,} faults",
        remedy="keep a copy of the files, and raise an alarm: the city has to explain this",
    )
