"""The part of service.yaml that says how a service is booked."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gorod.engines.booking.data import Bookable, NoShowRule, Portion

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PortionEntry(_Part):
    """A share of the times that becomes bookable together."""

    days: int = Field(ge=0, le=365, description="so many days before the day of the time")
    at: Clock = Field(description="the time of day, by the city's clock")
    percent: int = Field(default=100, ge=1, le=100, description="of the times of a day")


class NoShowEntry(_Part):
    """What follows when somebody does not come and has not cancelled. Said before it happens, and they may appeal."""

    times: int = Field(ge=2, le=20, description="so often,")
    within_days: int = Field(ge=1, le=730, description="within so many days,")
    pause_days: int = Field(ge=1, le=90, description="they book by telephone or at the counter for so many days")


class BookingEntry(_Part):
    """How a service of the archetype `booking` is booked; who may book it are its conditions."""

    opens: list[PortionEntry] = Field(min_length=1, description="when times become bookable; percents make 100")
    at: str = Field(
        default="", description="the fact with the code of the only location where one may book; empty: any"
    )
    referral: bool = Field(default=False, description="only for whom a referral was entered")
    hold_minutes: int = Field(default=5, ge=1, le=60, description="how long a place is kept for who confirms it")
    answer_minutes: int = Field(default=60, ge=5, le=1440, description="how long an offered place waits for an answer")
    first_choice_hours: int = Field(
        default=24, ge=1, le=168, description="how long first choice lasts for whom the provider let down"
    )
    reserved_hours: int = Field(
        default=24, ge=0, le=336, description="how long before the time what is kept becomes everybody's"
    )
    remind_hours: list[Annotated[int, Field(ge=1, le=336)]] = Field(
        default=[24], max_length=3, description="reminders, so many hours before"
    )
    no_show: NoShowEntry | None = Field(default=None, description="left out: nothing follows")

    @model_validator(mode="after")
    def _whole(self) -> BookingEntry:
        if sum(portion.percent for portion in self.opens) != 100:
            raise ValueError("the percents of `opens` do not make 100")
        return self

    def bookable(self, *, service: str, agency: str) -> Bookable:
        """As the engine takes it."""
        return Bookable(
            service=service,
            agency=agency,
            portions=tuple(
                Portion(days=one.days, at=time.fromisoformat(one.at), percent=one.percent) for one in self.opens
            ),
            at=self.at,
            referral=self.referral,
            hold_minutes=self.hold_minutes,
            answer_minutes=self.answer_minutes,
            first_choice_hours=self.first_choice_hours,
            reserved_hours=self.reserved_hours,
            remind_hours=tuple(sorted(self.remind_hours, reverse=True)),
            no_show=NoShowRule(**self.no_show.model_dump()) if self.no_show else None,
        )
