"""What synthetic.yaml names exists and fits, and its shares add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gorod.catalogue.data import Problem, Severity
from gorod.catalogue.logic.content import Content
from gorod.catalogue.logic.documents import Document
from gorod.catalogue.logic.population import residents_by_district
from gorod.catalogue.logic.synthetic_file import BandList, SyntheticFile, ascending
from gorod.records.synthetic.data import TYPES, Kin, Trait

_CLOSE = 0.0005
_TO_MANY = {Kin.CHILD, Kin.WARD}
_INVERSE = {
    Kin.MOTHER: Kin.CHILD,
    Kin.FATHER: Kin.CHILD,
    Kin.CHILD: Kin.MOTHER,
    Kin.GUARDIAN: Kin.WARD,
    Kin.WARD: Kin.GUARDIAN,
}
_INCOMES = ("on_leave", "employed", "pensioner", "neither")


def check(content: Content) -> Iterator[Problem]:
    """Yield what is wrong with the made-up residents; a city without synthetic.yaml has none."""
    if content.synthetic is None:
        return
    document, file = content.synthetic
    yield from _facts(content, document, file)
    yield from _relations(content, document, file)
    yield from _schemes(content, document, file)
    yield from _homes(content, document, file)
    yield from _bands(document, file)
    yield from _distributions(document, file)
    yield from _sums(document, file)
    yield from _names(document, file)


def _facts(content: Content, document: Document, file: SyntheticFile) -> Iterator[Problem]:
    assert content.city is not None
    for trait, name in file.facts.items():
        place = document.place("facts", trait)
        entry = content.facts.get(name)
        if entry is None:
            yield Problem(
                place=place, what=f"no fact is called {name!r}", remedy="define it in facts/, or drop the line"
            )
            continue
        body = entry.body
        if body.sql or body.age or body.via or body.aggregate:
            yield Problem(
                place=place, what=f"{name} is derived and cannot be stated", remedy="name a fact of a register"
            )
        elif body.type is not TYPES[trait]:
            yield Problem(
                place=place,
                what=f"{name} is {body.type}, and {trait} is {TYPES[trait]}",
                remedy="name a fact of that type",
            )
        if body.owner not in content.city.agencies:
            yield Problem(
                place=place,
                what=f"{name} belongs to no agency of the city",
                remedy="give the fact an owner of city.yaml",
            )
    missing = {trait for trait in (Trait.DEATH_DATE, Trait.DECEASED) if file.deceased and trait not in file.facts}
    for trait in sorted(missing):
        yield Problem(
            place=document.place("deceased"),
            what=f"people are deceased, and no fact says {trait}",
            remedy=f"name facts.{trait}, or drop `deceased`",
        )
    disability = content.facts.get(file.facts.get(Trait.DISABILITY, ""))
    for code in file.disability:
        if disability is not None and disability.body.codes and code not in disability.body.codes:
            yield Problem(
                place=document.place("disability", code),
                what=f"{disability.name} is never {code!r}",
                remedy=f"one of {', '.join(disability.body.codes)}",
            )


def _relations(content: Content, document: Document, file: SyntheticFile) -> Iterator[Problem]:
    assert content.city is not None
    for kin, name in file.relations.items():
        place = document.place("relations", kin)
        entry = content.relations.get(name)
        if entry is None:
            yield Problem(place=place, what=f"no relation is called {name!r}", remedy="define it in relations.yaml")
            continue
        body = entry.body
        if body.paths:
            yield Problem(place=place, what=f"{name} is derived and cannot be stated", remedy="name a stated relation")
        elif (body.kind == "many") != (kin in _TO_MANY):
            wanted = "many" if kin in _TO_MANY else "one"
            yield Problem(place=place, what=f"{name} leads to {body.kind}", remedy=f"name a relation of kind {wanted}")
        if body.owner not in content.city.agencies:
            yield Problem(place=place, what=f"{name} belongs to no agency of the city", remedy="give it an owner")
    for kin, other in _INVERSE.items():
        if kin in file.relations and other not in file.relations:
            yield Problem(
                place=document.place("relations", kin),
                what=f"{kin} has no inverse: {other} is not named",
                remedy=f"name relations.{other}",
            )


def _schemes(content: Content, document: Document, file: SyntheticFile) -> Iterator[Problem]:
    matched = {s for event in content.events.values() for p in event.body.persons.values() for s in p.match}
    for i, entry in enumerate(file.identifiers):
        if entry.scheme in [before.scheme for before in file.identifiers[:i]]:
            yield Problem(
                place=document.place("identifiers", i), what=f"{entry.scheme} stands twice", remedy="keep one of them"
            )
        if matched and entry.scheme not in matched:
            yield Problem(
                place=document.place("identifiers", i),
                what=f"no event finds anybody by {entry.scheme}",
                remedy=f"one of {', '.join(sorted(matched))}",
                severity=Severity.WARNING,
            )


def _homes(content: Content, document: Document, file: SyntheticFile) -> Iterator[Problem]:
    codes = {row.code for row in content.districts.rows.values()} if content.districts else set()
    for code in file.homes.residents.keys() - codes:
        yield Problem(
            place=document.place("homes", "residents", code),
            what=f"no district has the code {code!r}",
            remedy="take the code from districts.csv",
        )
    if not residents_by_district(content, file):
        yield Problem(
            place=document.place("homes"),
            what="no district has residents",
            remedy="write districts.csv with a column of residents, or homes.residents",
        )
    flat = content.facts.get(file.facts.get(Trait.FLAT, ""))
    if flat is not None and flat.body.range and file.homes.flats_per_building > flat.body.range[1]:
        yield Problem(
            place=document.place("homes", "flats_per_building"),
            what=f"{flat.name} is at most {flat.body.range[1]}",
            remedy="have fewer flats in a building",
        )
    income = content.facts.get(file.facts.get(Trait.MONTHLY_INCOME, ""))
    for group in _INCOMES:
        values = [value for _, value in getattr(file.work.monthly_income, group).kopecks]
        if income is not None and income.body.range:
            low, high = income.body.range
            if min(values) < low or max(values) > high:
                yield Problem(
                    place=document.place("work", "monthly_income", group, "kopecks"),
                    what=f"{income.name} is from {low} to {high}",
                    remedy="stay inside the range of the fact",
                )


def _all_bands(file: SyntheticFile) -> Iterator[tuple[tuple[str, ...], BandList]]:
    yield ("ages",), file.ages
    yield ("deceased",), file.deceased
    for name in ("parents_known", "married_without_children", "lives_with_parents"):
        yield ("families", name), getattr(file.families, name)
    for name in ("employed", "pensioner", "pupil"):
        yield ("work", name), getattr(file.work, name)
    for code, bands in file.disability.items():
        yield ("disability", code), bands


def _bands(document: Document, file: SyntheticFile) -> Iterator[Problem]:
    for way, bands in _all_bands(file):
        if not ascending([band.age_from for band in bands]):
            yield Problem(place=document.place(*way), what="the ages do not ascend", remedy="sort the bands by `from`")


def _distributions(document: Document, file: SyntheticFile) -> Iterator[Problem]:
    listed: list[tuple[tuple[str, ...], Sequence[tuple[float, float]]]] = [
        (("families", name), getattr(file.families, name))
        for name in ("months_between_births", "mother_age_at_first_birth", "father_older_by")
    ]
    for group in _INCOMES:
        listed.append((("work", "monthly_income", group, "kopecks"), getattr(file.work.monthly_income, group).kopecks))
    for way, points in listed:
        reached, values = [share for share, _ in points], [value for _, value in points]
        if reached[0] != 0 or reached[-1] != 1 or not ascending(reached) or values != sorted(values):
            yield Problem(
                place=document.place(*way),
                what="this is no distribution",
                remedy="write [share, value] from share 0 to share 1, both growing",
            )


def _sums(document: Document, file: SyntheticFile) -> Iterator[Problem]:
    ages = sum((band.share or 0) * 2 + (band.women or 0) + (band.men or 0) for band in file.ages)
    children = sum(file.families.children_per_mother.values())
    for way, total in ((("ages",), ages), (("families", "children_per_mother"), children)):
        if abs(total - 1) > _CLOSE:
            yield Problem(place=document.place(*way), what=f"the shares make {total:.4f}", remedy="let them make 1")
    fathers = file.families.father_none + file.families.father_unknown
    if fathers > 1:
        yield Problem(
            place=document.place("families", "father_none"),
            what=f"father_none and father_unknown make {fathers:.4f}",
            remedy="let them make at most 1",
        )
    for age in sorted({band.age_from for bands in file.disability.values() for band in bands}):
        for sex in ("women", "men"):
            total = sum(_share_at(bands, age, sex) for bands in file.disability.values())
            if total > 1:
                yield Problem(
                    place=document.place("disability"),
                    what=f"the shares of {sex} from {age} make {total:.4f}",
                    remedy="let them make at most 1",
                )


def _share_at(bands: BandList, age: int, sex: str) -> float:
    reached = [band for band in bands if band.age_from <= age]
    if not reached:
        return 0.0
    last = reached[-1]
    share: float | None = last.share if last.share is not None else getattr(last, sex)
    return share or 0.0


def _names(document: Document, file: SyntheticFile) -> Iterator[Problem]:
    generations = file.names.generations
    limits = [entry.born_before for entry in generations]
    ends = [limit for limit in limits[:-1] if limit is not None]
    if limits[-1] is not None or len(ends) != len(limits) - 1 or not ascending(ends):
        yield Problem(
            place=document.place("names", "generations"),
            what="the generations do not follow each other",
            remedy="sort them by born_before; only the last has none",
        )
    if file.names.patronymics:
        fathers = {name for entry in generations for name in entry.men}
        for name in sorted(fathers - file.names.patronymics.keys()):
            yield Problem(
                place=document.place("names", "patronymics"),
                what=f"{name} has no patronymics",
                remedy="add [of sons, of daughters]",
            )
