"""The shape of synthetic.yaml: what a city says about itself, for its made-up residents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gorod.records.synthetic.data import Kin, Trait

Share = Annotated[float, Field(ge=0, le=1)]
Word = Annotated[str, Field(min_length=1)]
Weight = Annotated[float, Field(gt=0)]
Points = list[tuple[Share, float]]
Pair = tuple[Word, Word]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BandEntry(_Model):
    """A share from an age in whole years to the next band: of women and of men, or one of both."""

    age_from: int = Field(alias="from", ge=0, le=105, description="the first age it holds for")
    share: Share | None = Field(default=None, description="of both sexes")
    women: Share | None = Field(default=None, description="of women, with `men`")
    men: Share | None = Field(default=None, description="of men, with `women`")

    @model_validator(mode="after")
    def _one_way(self) -> BandEntry:
        sexes = (self.women is not None) + (self.men is not None)
        if sexes != (0 if self.share is not None else 2):
            raise ValueError("say either share, or women and men")
        return self


BandList = list[BandEntry]


class FamiliesEntry(_Model):
    """How people belong together. Ages and differences in years; a distribution is [share of people at or below, value]."""

    parents_known: BandList = Field(description="share of people whose parents are in the registers")
    children_per_mother: dict[Annotated[int, Field(ge=1, le=20)], Share] = Field(
        min_length=1, description="number of children, grown-up ones too → share of mothers; together 1"
    )
    months_between_births: Points = Field(min_length=2, description="distribution")
    twins: Share = Field(description="share of children born on the day of the one before")
    mother_age_at_first_birth: Points = Field(min_length=2, description="distribution")
    father_older_by: Points = Field(min_length=2, description="distribution; also of couples without children")
    father_none: Share = Field(description="share of mothers whose children are known to have no father")
    father_unknown: Share = Field(description="share of mothers whose children's father the registers do not know")
    parents_married: Share = Field(description="share of mothers with a known father of the children")
    married_without_children: BandList = Field(description="share of women without children in the registers")
    keeps_own_surname: Share = Field(description="share of married women")
    lives_with_parents: BandList = Field(description="share of unmarried grown-ups without children")
    guardians: Share = Field(description="share of children without known parents who have a guardian")


class GenerationEntry(_Model):
    """Given names and their weights."""

    born_before: int | None = Field(default=None, description="a year; the last generation has none")
    women: dict[Word, Weight] = Field(min_length=1, description="name → weight")
    men: dict[Word, Weight] = Field(min_length=1, description="name → weight")


class NamesEntry(_Model):
    """Names."""

    generations: list[GenerationEntry] = Field(min_length=1, description="given names, the oldest people first")
    surnames: list[Pair] = Field(min_length=1, description="[of men, of women], the commonest first")
    patronymics: dict[Word, Pair] = Field(default={}, description="a father's name → [of sons, of daughters]")


class HomesEntry(_Model):
    """Where people live: spread over the districts by their residents."""

    residents: dict[Word, Annotated[int, Field(ge=0)]] = Field(
        default={}, description="code of a district for which the table of districts has no good figure → residents"
    )
    flats_per_building: int = Field(ge=1, description="homes with one address")
    registered: Share = Field(description="share of homes with a registered residence in the city")
    registered_grown_ups: Share = Field(description="share of grown-ups of such a home")
    registered_children: Share = Field(description="share of children of such a home")
    moved_within_years: int = Field(ge=1, description="the longest time at one address")
    protected: Share = Field(description="share of homes whose address is protected")


class IncomeEntry(_Model):
    """Monthly incomes of a group."""

    kopecks: Points = Field(min_length=2, description="distribution, in the smallest coin")
    missing: Share = Field(description="share of the group whose income no register knows")


class IncomesEntry(_Model):
    """Incomes of grown-ups by group: the first that fits."""

    on_leave: IncomeEntry = Field(description="mothers of a child younger than `leave_months`")
    employed: IncomeEntry = Field(description="those who work")
    pensioner: IncomeEntry = Field(description="those who have a pension")
    neither: IncomeEntry = Field(description="all others")


class WorkEntry(_Model):
    """Work, pensions, school."""

    employed: BandList = Field(description="share of grown-ups who work")
    employed_missing: Share = Field(description="share of grown-ups of whom it is not known")
    pensioner: BandList = Field(description="share of grown-ups with a pension")
    pupil: BandList = Field(description="share of people who go to school")
    leave_months: int = Field(ge=0, description="how long a mother stays with her child")
    monthly_income: IncomesEntry = Field(description="incomes by group")


class PolyclinicEntry(_Model):
    """Polyclinics: one for grown-ups and one for children in each district, called `<word>_<code of the district>`."""

    attached: Share = Field(description="share of people who have one")
    grown_ups: Word = Field(description="the word for those of grown-ups")
    children: Word = Field(description="the word for those of children")


class LargeFamilyEntry(_Model):
    """What makes a family large."""

    children: int = Field(ge=1, description="children under age")
    confirmed: Share = Field(description="share of such families that have the status")


class ControlEntry(_Model):
    """Control digits: the sum of digit by weight over all digits before, reduced by each modulus in turn."""

    weights: list[int] = Field(min_length=1, description="one for each digit before")
    moduli: list[Annotated[int, Field(ge=2)]] = Field(min_length=1, description="in the order in which they reduce")
    digits: int = Field(ge=1, le=9, description="how many digits the rest is written with")

    @model_validator(mode="after")
    def _fits(self) -> ControlEntry:
        if min(self.moduli) > 10**self.digits:
            raise ValueError(f"the rest of a division by {min(self.moduli)} has no place in {self.digits} digits")
        return self


class IdentifierEntry(_Model):
    """A strong identifier: a prefix, digits of its own, control digits."""

    scheme: Word = Field(description="as the events call it")
    prefix: str = Field(default="", pattern=r"^[A-Z0-9]*$", description="what every number begins with")
    digits: int = Field(ge=1, le=10, description="digits of its own: as many numbers as residents must fit in")
    least: int = Field(default=0, ge=0, description="the least number that these digits make")
    controls: list[ControlEntry] = Field(default=[], description="control digits, one after the other")
    share: Share = Field(default=1.0, description="share of people of these ages who have one")
    age_from: int = Field(default=0, ge=0, description="whole years")
    age_to: int = Field(default=200, ge=0, description="whole years, included")

    @model_validator(mode="after")
    def _adds_up(self) -> IdentifierEntry:
        if self.least >= 10**self.digits:
            raise ValueError(f"no number of {self.digits} digits is {self.least} or more")
        if self.controls and self.prefix and not self.prefix.isdigit():
            raise ValueError("control digits are made from digits only: the prefix has a letter")
        length = len(self.prefix) + self.digits
        for control in self.controls:
            if len(control.weights) != length:
                raise ValueError(f"a control of {length} digits needs {length} weights, not {len(control.weights)}")
            length += control.digits
        return self


class SyntheticFile(_Model):
    """synthetic.yaml: made-up residents: shares, distributions and names, and the facts and relations they become."""

    age_of_majority: int = Field(ge=1, le=30, description="whole years; parts children from grown-ups")
    ages: BandList = Field(min_length=1, description="share of all residents; together 1")
    deceased: BandList = Field(default=[], description="share of people who died and are still in the registers")
    families: FamiliesEntry = Field(description="how people belong together")
    names: NamesEntry = Field(description="what they are called")
    homes: HomesEntry = Field(description="where they live")
    work: WorkEntry = Field(description="work, pensions, school, incomes")
    disability: dict[Word, BandList] = Field(default={}, description="code of the city's fact → share of people")
    polyclinic: PolyclinicEntry = Field(description="where they are attached")
    large_family: LargeFamilyEntry = Field(description="which families have the status")
    facts: dict[Trait, str] = Field(description="what is made up → the city's fact; what is left out is not stated")
    relations: dict[Kin, str] = Field(description="what is made up → the city's relation")
    identifiers: list[IdentifierEntry] = Field(default=[], description="national numbers")


def ascending(numbers: Sequence[float]) -> bool:
    """Whether each is greater than the one before."""
    return all(first < second for first, second in pairwise(numbers))
