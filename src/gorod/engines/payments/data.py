"""What crosses the door of payments. All sums are kopecks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from gorod.engines.cases.data import Lineage


class Every(StrEnum):
    """How often a benefit is paid."""

    ONCE = "once"
    MONTH = "month"


class OrderState(StrEnum):
    """The life of an order."""

    AWAITS_ACCOUNT = "awaits_account"  # the payee has not confirmed an account yet, or has died
    APPROVED = "approved"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"  # the bank sent it back; while it is owed the payee is asked for another account
    CANCELLED = "cancelled"  # before it was sent; a person took back the decision it rested on


MOVED = frozenset({OrderState.SENT, OrderState.PAID})
ON_THE_WAY = frozenset({OrderState.AWAITS_ACCOUNT, OrderState.APPROVED})


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where the money of a payee goes, as they confirmed it."""

    number: str
    confirmed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order to the treasury: one per decision and period. `attempt` counts accounts tried."""

    order_id: UUID
    payee_id: UUID
    decision_id: UUID
    case_id: UUID
    service: str
    period: str  # 'once' or 'YYYY-MM'
    amount: int
    state: OrderState
    account: str
    attempt: int
    state_at: datetime
    lineage: Lineage


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """Money that may have been paid without a right. A person decides, after the resident was heard; never an offset."""

    recovery_id: UUID
    party_id: UUID
    case_id: UUID
    period: str
    amount: int
    reason: str
    state: str  # hearing | claimed | waived | dropped (nothing is paid too much any more)
    hearing_until: date
    heard: str
    opened_at: datetime
