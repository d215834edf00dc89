"""gorod verify poll"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gorod.kernel.errors import Refused
from gorod.kernel.merkle import api as merkle
from gorod.kernel.terminal import letters
from gorod.verify import log, receipt
from gorod.verify.log import Seen
from gorod.verify.polls import entries
from gorod.verify.polls.answers import FIRST, GIVEN
from gorod.verify.polls.audit import Audit, Count
from gorod.verify.polls.settings import Question, in_language
from gorod.verify.source import Read, reading

console = Console(highlight=False, soft_wrap=True, markup=False)


def check_poll(
    address: Annotated[str, typer.Argument(help="Where the log is: https://city.example/ledger, or a folder.")],
    poll: Annotated[str, typer.Argument(help="The poll's number, as it stands on its page.")],
    key: Annotated[str, typer.Option(help="The log's key, name+1a2b3c4d+AQ…: from another place than the log.")],
    witness: Annotated[list[str] | None, typer.Option(help="The key of a witness; once for each.")] = None,
    quorum: Annotated[int, typer.Option(min=0, help="How many of the witnesses must have cosigned.")] = 0,
    first: Annotated[
        int,
        typer.Option(
            min=0,
            help="Fetch the log from this entry on, at or before the one that opened the poll; of what was before only hashes.",
        ),
    ] = 0,
    ballot: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Your receipt: it is told whether your ballot counts, and as what."
        ),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many processes check ballots.")] = os.cpu_count() or 1,
    language: Annotated[str, typer.Option(help="Of the questions, where the poll has it.")] = "en",
) -> None:
    """Count a poll again from the log alone: tokens, signatures, times, answers. Prints the result, and every ballot that does not
    count with the reason. It ends with 1 when something does not add up."""
    witnesses = [merkle.read_key(one) for one in witness or ()]
    read = reading(address)
    now = log.seen(note=read(merkle.CHECKPOINT), key=merkle.read_key(key), witnesses=witnesses, quorum=quorum)
    with _bar() as bar:
        count, mine = Count(poll=poll), receipt.read(ballot.read_bytes()) if ballot else None
        for entry in _entries(read, now, first, bar):
            count.see(entry)
            if mine is not None and entry.index == mine.index and entry.content != mine.content:
                raise Refused(
                    f"entry {mine.index} of this log is not what your receipt says",
                    remedy="the log was forked, and your receipt proves it: keep both, and raise an alarm",
                )
        checking = bar.add_task("ballots", total=count.stored)
        follow = mine.index if mine else None
        found = count.audit(processes=processes, follow=follow, done=lambda some: bar.advance(checking, some))
    _print(found, now, language)
    if follow is not None:
        _tell(found, follow)
    if found.alarms:
        raise Refused(
            f"the poll does not add up: {'; '.join(letters(one) for one in found.alarms)}",
            remedy="keep a copy of the log, and raise an alarm: the city has to explain this",
        )


def _tell(found: Audit, mine: int) -> None:
    if isinstance(found.followed, str) or found.followed is None:
        why = found.followed or "the log has no ballot of this poll there"
        console.print(f"Your ballot, entry {mine:,}, does not count: {letters(why)}", style="bold")
    elif found.online:
        console.print(f"Your ballot, entry {mine:,}, counts:", style="bold green")
        console.print_json(data=dict(found.followed))
    else:
        console.print(f"Your ballot, entry {mine:,}, is in the log; it is opened after the end.", style="bold")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


def _entries(read: Read, now: Seen, first: int, bar: Progress) -> Iterator[entries.PollEntry]:
    fetching = bar.add_task("log", total=now.checkpoint.size)
    for index, raw in log.entries(
        read=read, now=now, first=first, done=lambda size: bar.update(fetching, completed=size)
    ):
        entry = entries.read(index, raw)
        if entry is not None:
            yield entry


def _print(found: Audit, now: Seen, language: str) -> None:
    said = found.settings
    console.print(f"{_in(said.title, language)}, version {said.version}", style="bold")
    console.print(f"  {said.opens:%Y-%m-%d %H:%M %Z} to {said.closes:%Y-%m-%d %H:%M %Z}; log {now.checkpoint.origin}")
    console.print(f"  may take part: {said.eligible:,} ({letters(said.rule)})")
    console.print(f"  tokens issued: {found.issued:,}; ballots in the log: {found.stored:,}")
    console.print(f"  voters counted: {found.counted:,}; ballots that a later one replaced: {found.replaced:,}")
    if found.rights:
        console.print(f"  papers given out: {sum(found.rights.values()):,}; papers counted: {found.papers:,}")
    for one in now.witnesses:
        console.print(f"  cosigned by {one.key.name}")
    if not found.online:
        console.print(
            "The key is not published yet: there is nothing to count." if found.closed else "The poll is not closed."
        )
    for question in said.questions:
        if found.online:
            console.print(_table(question, found, language))
    if found.invalid:
        console.print(f"{len(found.invalid):,} entries do not count:", style="bold")
        for bad in found.invalid:
            console.print(f"  entry {bad.index:,} ({bad.kind}): {letters(bad.reason)}")
    if not found.alarms and found.online:
        console.print("Everything adds up.", style="bold green")


def _table(question: Question, found: Audit, language: str) -> Table:
    table = Table(_in(question.words, language), "online", "on paper", title_justify="left")
    online, paper = found.online[question.id], found.paper.get(question.id, {})
    for line, number in online.items():
        table.add_row(_line(question, line, language), f"{number:,}", f"{paper.get(line, 0):,}")
    return table


def _line(question: Question, line: str, language: str) -> str:
    if line == GIVEN:
        return "answered"
    prefix, _, option = line.rpartition("/")
    words = _in(question.options.get(option, {language: option}), language)
    return f"{words}: first" if prefix == FIRST else words


def _in(words: Mapping[str, str], language: str) -> str:
    """In a language, else in the first there is; letters only, for the log may say anything."""
    return letters(in_language(words, language))
