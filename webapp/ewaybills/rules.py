"""Which documents need an e-way bill, and the states one goes through. Pure."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from webapp.ewaybills import law
from webapp.ewaybills.values import Consignment
from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass


class State(StrEnum):
    """How an e-way bill stands. `sent`: the portal was asked and its answer is not known; the next try asks before it sends."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    PART_A = "part_a"  # it has a number and holds nothing yet: no vehicle is named
    ACTIVE = "active"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    NOT_NEEDED = "not_needed"


_MADE = frozenset({State.PART_A, State.ACTIVE})
# From where to where. What is not here is refused, by the service and by the update that looks at the state it leaves.
MOVES: dict[State, frozenset[State]] = {
    State.WAITING: _MADE | {State.SENT, State.FAILED, State.NOT_NEEDED},
    State.SENT: _MADE | {State.SENT, State.FAILED, State.WAITING},
    State.FAILED: _MADE | {State.SENT, State.FAILED, State.WAITING, State.NOT_NEEDED},
    State.PART_A: _MADE | {State.CANCELLED, State.CLOSED},
    State.ACTIVE: frozenset({State.ACTIVE, State.CANCELLED, State.CLOSED}),
    State.CANCELLED: frozenset({State.WAITING}),  # another one may be made for the same document
    State.CLOSED: frozenset(),
    State.NOT_NEEDED: _MADE | {State.WAITING},
}
MAY_LEAVE = (State.WAITING, State.FAILED)


class TripState(StrEnum):
    """How a consolidated e-way bill stands. `sent`: the portal was asked and its answer is not known."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    MADE = "made"
    WITHDRAWN = "withdrawn"  # taken back before it was made: the portal cancels none that is made


TRIP_MOVES: dict[TripState, frozenset[TripState]] = {
    TripState.WAITING: frozenset({TripState.WAITING, TripState.SENT, TripState.FAILED, TripState.MADE, TripState.WITHDRAWN}),
    TripState.SENT: frozenset({TripState.SENT, TripState.FAILED, TripState.MADE}),
    TripState.FAILED: frozenset({TripState.WAITING, TripState.MADE, TripState.WITHDRAWN}),
    TripState.MADE: frozenset({TripState.MADE}),
    TripState.WITHDRAWN: frozenset(),
}


class Road(StrEnum):
    """How e-way bills reach the portal: by hand as files, by the portal's own interface, or by a GSP's."""

    FILE = "file"
    NIC = "nic"
    GSP = "gsp"


class Verb(StrEnum):
    """What is asked about an e-way bill that is made."""

    VEHICLE = "vehicle"
    TRANSPORTER = "transporter"
    EXTEND = "extend"
    CANCEL = "cancel"
    DETAILS = "details"
    SPLIT = "split"  # its goods go on in several vehicles
    LOAD = "load"  # one of these vehicles
    RELOAD = "reload"  # another in the place of one of them


GROUP_VERBS = frozenset({Verb.SPLIT, Verb.LOAD, Verb.RELOAD})


class Reason(StrEnum):
    """Whether a document needs an e-way bill, or why not. CHECK: only if the state's own amount is not above it."""

    NEEDED = "needed"
    CHECK = "check"
    BELOW = "below"
    NO_GOODS = "no_goods"
    EXEMPT = "exempt"
    OTHERS_MAKE_IT = "others_make_it"
    TOO_OLD = "too_old"
    CANCELLED = "cancelled"
    SWITCHED_OFF = "switched_off"


@dataclass(frozen=True, slots=True)
class Facts:
    """What besides the goods says whether a document needs one. `begins_on` is the registration's first day, None where it is switched
    off; `own_paise` the amount the business has said for ways within its state."""

    begins_on: date | None
    own_paise: int | None
    today: date
    is_cancelled: bool = False
    others_make_it: bool = False  # a registered supplier tells the portal of what he sends


def value_of(goods: Consignment) -> Paise:
    """The consignment's value: of its goods with their taxes, without what of a mixed bill bears no GST (Rule 138(1), explanation 2),
    without services, which do not travel, and without tax collected at source, which is none of the taxes that the rule names."""
    things = [line for line in goods.lines if not line.is_service]
    counted = [line for line in things if line.is_taxable] or things
    whole = len(counted) == len(goods.lines)
    return Paise(goods.total - goods.collected if whole else sum(line.total for line in counted))


def need(goods: Consignment, facts: Facts) -> Reason:
    """Whether Rule 138 asks an e-way bill of a document."""
    things = [line for line in goods.lines if not line.is_service]
    if facts.is_cancelled:
        return Reason.CANCELLED
    if not things:
        return Reason.NO_GOODS
    if facts.begins_on is None:
        return Reason.SWITCHED_OFF
    if goods.day < facts.begins_on or facts.today - goods.day > law.OLDEST:
        return Reason.TOO_OLD
    if facts.others_make_it:
        return Reason.OTHERS_MAKE_IT
    # Rule 138(1), third proviso: goods to a job worker in another state, whatever they are worth.
    if goods.is_between_states and goods.sub_supply == "4":
        return Reason.NEEDED
    limit = law.threshold(facts.own_paise, is_within=not goods.is_between_states)
    if value_of(goods) <= limit.paise:
        return Reason.BELOW
    if not any(line.is_taxable for line in things):
        return Reason.EXEMPT  # Rule 138(14)(e): most goods that are exempt travel without one
    return Reason.NEEDED if limit.is_sure else Reason.CHECK


def stands(state: str, valid_until: datetime | None, extended: int, now: datetime) -> str:
    """The state as it is shown: one that is active may have ended, or been extended."""
    if state != State.ACTIVE or valid_until is None:
        return state
    if valid_until < now:
        return "expired"
    return "extended" if extended else state
