"""What every gateway can be asked, and what it answers, in our own words. A second gateway is one more module like `razorpay`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from webapp.gateway.rules import ReconRow
from webapp.kernel.records import dataclass


class Refused(Exception):
    """The gateway says no. `words` are its own, `code` its HTTP status."""

    def __init__(self, words: str, code: int = 400) -> None:
        super().__init__(words)
        self.words = words
        self.code = code

    @property
    def is_ours(self) -> bool:
        """Whether the keys, or the address, are wrong: nothing is said of what was asked."""
        return self.code in {401, 403, 404}


class Unreadable(Exception):
    """A message or an answer that is not as the gateway's documents say: nothing of it is used. `words` say what is wrong."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach an account. `hook_secrets`: the webhook's secret, and the one before while that is taken."""

    base_url: str
    key_id: str
    key_secret: str
    hook_secrets: tuple[str, ...]
    merchant_id: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be paid, by whom."""

    kind: str
    reference: str
    amount_paise: int
    accepts_partial: bool
    title: str
    party_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DemandSeen:
    """A demand as the gateway has it. `state` is one of rules.Request."""

    remote_id: str
    reference: str
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A payment as the gateway tells it. `reference` is that of our demand, "" where it names none."""

    remote_id: str
    amount_paise: int
    currency: str
    status: str
    method: str
    bank_reference: str
    fee_paise: int
    tax_paise: int
    paid_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """A refund as the gateway tells it. `our_id` is set for one that we asked for."""

    remote_id: str
    payment_remote_id: str
    amount_paise: int
    state: str
    our_id: UUID | None


@dataclass(frozen=True, slots=True)
class Message:
    """What a webhook says."""

    name: str
    payments: tuple[PaymentSeen, ...] = ()
    refunds: tuple[RefundSeen, ...] = ()
    demands: tuple[DemandSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class SettlementSeen:
    """A settlement with its lines. `net_paise` is what the gateway itself says it paid, None where it was not asked."""

    remote_id: str
    utr: str
    settled_on: date
    rows: tuple[ReconRow, ...]
    net_paise: int | None = None


class Gateway(Protocol):
    """A gateway. Each call may raise Refused, Unreadable, outside.Unanswered and outside.HostNotAllowed."""

    def make(self, demand: Demand) -> DemandSeen: ...
    def find(self, kind: str, reference: str, since: datetime) -> DemandSeen | None: ...
    def look(self, kind: str, remote_id: str) -> DemandSeen: ...
    def cancel(self, kind: str, remote_id: str) -> DemandSeen: ...
    def payment(self, remote_id: str) -> PaymentSeen: ...
    def payments(self, since: datetime, until: datetime) -> Sequence[PaymentSeen]: ...
    def refund(self, our_id: UUID, payment_remote_id: str, amount_paise: int) -> RefundSeen: ...
    def refunds(self, payment_remote_id: str) -> Sequence[RefundSeen]: ...
    def settlements(self, day: date) -> Sequence[SettlementSeen]: ...
    def is_signed(self, body: bytes, signature: str) -> bool: ...
    def read(self, body: bytes) -> Message: ...
