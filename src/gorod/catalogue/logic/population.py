"""synthetic.yaml joined with the vocabulary and the districts into a profile."""

from __future__ import annotations

from collections.abc import Mapping

from gorod.catalogue.logic import synthetic_file as files
from gorod.catalogue.logic.content import Content
from gorod.records.facts.data import Vocabulary
from gorod.records.synthetic.data import (
    Band,
    Bands,
    Control,
    Families,
    Generation,
    Health,
    Homes,
    Income,
    NameBook,
    Profile,
    Quantiles,
    Related,
    Scheme,
    Stated,
    Work,
)


def residents_by_district(content: Content, file: files.SyntheticFile) -> dict[str, float]:
    """Code of each district with residents → how many: the file's figure, else a published count, else the estimate."""
    found: dict[str, float] = {}
    for row in content.districts.rows.values() if content.districts else ():
        figure = file.homes.residents.get(row.code) or row.population or row.residents_estimate
        if figure:
            found[row.code] = float(figure)
    return found


def profile(content: Content, known: Vocabulary) -> Profile | None:
    """What the city says about itself; None for a city without synthetic.yaml."""
    if content.synthetic is None:
        return None
    _, file = content.synthetic
    return Profile(
        ages=_bands(file.ages),
        deceased=_bands(file.deceased),
        age_of_majority=file.age_of_majority,
        families=_families(file.families),
        names=NameBook(
            generations=tuple(
                Generation(born_before=entry.born_before, women=entry.women, men=entry.men)
                for entry in file.names.generations
            ),
            surnames=tuple(file.names.surnames),
            patronymics=file.names.patronymics,
        ),
        homes=Homes(
            districts=residents_by_district(content, file),
            flats_per_building=file.homes.flats_per_building,
            registered=file.homes.registered,
            registered_grown_ups=file.homes.registered_grown_ups,
            registered_children=file.homes.registered_children,
            moved_within_years=file.homes.moved_within_years,
            protected=file.homes.protected,
        ),
        work=_work(file.work),
        health=Health(
            disability=_by_code(file.disability),
            attached=file.polyclinic.attached,
            polyclinic=file.polyclinic.grown_ups,
            children_polyclinic=file.polyclinic.children,
            large_family_children=file.large_family.children,
            large_family_confirmed=file.large_family.confirmed,
        ),
        facts={
            trait: Stated(fact=name, owner=known.facts[name].owner, absent=known.facts[name].absent)
            for trait, name in file.facts.items()
        },
        relations={kin: Related(kind=name, owner=known.relations[name].owner) for kin, name in file.relations.items()},
        identifiers=tuple(_scheme(entry) for entry in file.identifiers),
    )


def _bands(entries: files.BandList) -> Bands:
    return tuple(
        Band(
            age_from=entry.age_from,
            women=(entry.women if entry.share is None else entry.share) or 0.0,
            men=(entry.men if entry.share is None else entry.share) or 0.0,
        )
        for entry in entries
    )


def _by_code(entries: Mapping[str, files.BandList]) -> dict[str, Bands]:
    return {code: _bands(bands) for code, bands in entries.items()}


def _points(entries: files.Points) -> Quantiles:
    return tuple(entries)


def _families(entry: files.FamiliesEntry) -> Families:
    return Families(
        parents_known=_bands(entry.parents_known),
        children_per_mother=entry.children_per_mother,
        months_between_births=_points(entry.months_between_births),
        twins=entry.twins,
        mother_age_at_first_birth=_points(entry.mother_age_at_first_birth),
        father_older_by=_points(entry.father_older_by),
        father_none=entry.father_none,
        father_unknown=entry.father_unknown,
        parents_married=entry.parents_married,
        married_without_children=_bands(entry.married_without_children),
        keeps_own_surname=entry.keeps_own_surname,
        lives_with_parents=_bands(entry.lives_with_parents),
        guardians=entry.guardians,
    )


def _work(entry: files.WorkEntry) -> Work:
    incomes = entry.monthly_income
    return Work(
        employed=_bands(entry.employed),
        employed_missing=entry.employed_missing,
        pensioner=_bands(entry.pensioner),
        pupil=_bands(entry.pupil),
        leave_months=entry.leave_months,
        income_on_leave=_income(incomes.on_leave),
        income_employed=_income(incomes.employed),
        income_pensioner=_income(incomes.pensioner),
        income_neither=_income(incomes.neither),
    )


def _income(entry: files.IncomeEntry) -> Income:
    return Income(quantiles=_points(entry.kopecks), missing=entry.missing)


def _scheme(entry: files.IdentifierEntry) -> Scheme:
    return Scheme(
        scheme=entry.scheme,
        prefix=entry.prefix,
        digits=entry.digits,
        least=entry.least,
        controls=tuple(
            Control(weights=tuple(c.weights), moduli=tuple(c.moduli), digits=c.digits) for c in entry.controls
        ),
        share=entry.share,
        age_from=entry.age_from,
        age_to=entry.age_to,
    )
