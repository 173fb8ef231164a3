"""PINs of members, and what a business asks at its tills: set, given, taken away; what a till is told of them.

Promises: nowhere is a PIN kept, and nothing but a sealed text from which it could be tried out; a till is given checks of the members of
its own store alone, and for no other till are they good; a new PIN, one taken away and a place that ends count at once for what comes in.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from webapp import company, identity
from webapp.counter import pin_rules
from webapp.counter.models import MemberPin, TillApproval, TillRules
from webapp.counter.pin_rules import ASKABLE, RIGHTS, Asked
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound, keep_promise
from webapp.kernel.records import dataclass
from webapp.platform import audit, sealing
from webapp.platform.logging import log
from webapp.platform.permissions import Permission, Role
from webapp.platform.rows import Lookup, put
from webapp.platform.tenancy import Actor, Books, books_within, open_books

MOST_IDLE = 240
MOST_PAISE = 10**12


@dataclass(frozen=True, slots=True)
class Rules:
    """What a business asks at its tills. `asks`: kind of exception to the paise above which a manager is asked."""

    signs_on: bool
    idle_minutes: int
    asks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pin:
    """A member's PIN as it is kept."""

    user_id: UUID
    generation: int
    salt: str
    rounds: int
    digits: int
    stretched: str
    is_once: bool
    ends_at: datetime | None
    set_at: datetime
    set_by: str


NONE = Rules(signs_on=False, idle_minutes=0, asks={})
_RULES = Lookup(select(TillRules.signs_on, TillRules.idle_minutes, TillRules.asks))
_PIN = Lookup(
    select(*(getattr(MemberPin, name) for name in Pin.__slots__)).where(
        MemberPin.user_id == bindparam("user"), MemberPin.stretched.is_not(None)
    )
)
_PINS = Lookup(select(*(getattr(MemberPin, name) for name in Pin.__slots__)).where(MemberPin.stretched.is_not(None)))


def rules_of(books: Books) -> Rules:
    """What this business asks; nothing, where it has never said."""
    row = _RULES.first(books)
    return Rules(row.signs_on, row.idle_minutes, row.asks) if row else NONE


def pin_of(books: Books, user_id: UUID) -> Pin | None:
    """A member's PIN; None for who has none, or one given for once whose days are over."""
    row = _PIN.first(books, user=user_id)
    pin = Pin(*row) if row else None
    return None if pin is None or _is_over(pin, books.now) else pin


def pins_of(books: Books) -> dict[UUID, Pin]:
    """Every PIN that is good, by member."""
    every = [Pin(*row) for row in _PINS.rows(books)]
    return {one.user_id: one for one in every if not _is_over(one, books.now)}


def _is_over(pin: Pin, now: datetime) -> bool:
    return pin.ends_at is not None and pin.ends_at <= now


def key_at(pin: Pin, company_id: int, till_id: UUID) -> bytes | None:
    """The key of a member at a till. None where what is sealed does not open just now: no bill and no catalogue waits for that."""
    try:
        stretched = _opened(company_id, pin)
    except BooksError as trouble:
        log.warning("a PIN does not open", company=company_id, user=str(pin.user_id), error=trouble.problem)
        return None
    return pin_rules.till_key(stretched, till_id)


def _opened(company_id: int, pin: Pin) -> bytes:
    return bytes.fromhex(sealing.unseal(_purpose(company_id, pin.user_id, pin.generation), pin.stretched))


def _purpose(company_id: int, user_id: UUID, generation: int) -> str:
    return f"till pin {company_id} {user_id} {generation}"


def least_digits(allowed: frozenset[Permission]) -> int:
    """How long a PIN must be: longer for who approves."""
    return pin_rules.LEAST_OF_APPROVER if set(RIGHTS.values()) & allowed else pin_rules.LEAST_DIGITS


# Setting --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """A PIN stretched, to be kept. It is made before any books are opened: that takes some tenths of a second, and no bill waits for it."""

    salt: bytes
    stretched: bytes
    digits: int


def made_of(pin: str) -> Made:
    """A PIN with a salt of its own."""
    salt = secrets.token_bytes(pin_rules.SALT_BYTES)
    return Made(salt, pin_rules.stretch(pin, salt), len(pin))


def chosen(allowed: frozenset[Permission], pin: str, again: str) -> Made:
    """What somebody chose who may do this much. InvalidInput by field."""
    if not uses_pins(allowed):
        raise InvalidInput({"pin_secret": "Your role neither bills nor approves: it needs no PIN."})
    require_strong(pin, again, allowed)
    return made_of(pin)


def choose(books: Books, made: Made) -> None:
    """A member has chosen his own PIN."""
    keep_promise(books.actor.user_id is not None, "a member chooses his own PIN")
    _set(books, cast("UUID", books.actor.user_id), made, is_once=False)


def require_strong(pin: str, again: str, allowed: frozenset[Permission]) -> None:
    """InvalidInput for a PIN that is too short or too easy, or that was typed differently the second time."""
    if why := pin_rules.weakness(pin, least=least_digits(allowed)):
        raise InvalidInput({"pin_secret": why})
    if pin != again:
        raise InvalidInput({"pin_secret_again": "The two are not the same."})


def uses_pins(allowed: frozenset[Permission]) -> bool:
    """Whether a role has to do with tills at all."""
    return Permission.BILL_ISSUE in allowed or bool(set(RIGHTS.values()) & allowed)


def by_chance() -> str:
    """A PIN to be given: six digits that are not among the weak ones."""
    while pin_rules.weakness(pin := f"{secrets.randbelow(10**6):06d}", least=pin_rules.LEAST_OF_APPROVER):
        pass
    return pin


def give_once(books: Books, user_id: UUID, made: Made) -> None:
    """A member is given a PIN, good for a week, which opens nothing but the choice of his own (`replace_once`)."""
    _set(books, user_id, made, is_once=True)


def replace_once(actor: Actor, typed: str, pin: str, again: str) -> None:
    """Who was given a PIN for once chooses his own with it, at a till. InvalidInput by field; Conflict where none was given;
    TooManyTries."""
    made = chosen(actor.allowed, pin, again)
    user_id = cast("UUID", actor.user_id)
    with open_books(actor) as books:
        kept = _count_try(books, user_id)
    if not hmac.compare_digest(pin_rules.stretch(typed, bytes.fromhex(kept.salt), kept.rounds), _opened(actor.company_id, kept)):
        raise InvalidInput({"pin_secret": "This is not the PIN that was given."})
    with open_books(actor) as books:
        now = pin_of(books, user_id)
        if now is None or now.generation != kept.generation:
            raise Conflict(problem="This PIN was changed meanwhile.", fix="Ask for another, or use the one you chose.")
        _set(books, user_id, made, is_once=False)


def _count_try(books: Books, user_id: UUID) -> Pin:
    """One more try, kept before it is looked at."""
    row = books.session.get(MemberPin, (books.company_id, user_id), with_for_update=True)
    pin = pin_of(books, user_id)
    if row is None or pin is None or not pin.is_once:
        raise Conflict(problem="No PIN was given to be changed here.", fix="Ask a manager for one, or choose yours under “Your account”.")
    if wait := pin_rules.pause_after(row.tries, row.tried_at, books.now):
        raise identity.TooManyTries(problem="Too many wrong PINs.", fix=f"Wait {wait.seconds // 60 + 1} minutes and try again.")
    row.tries, row.tried_at = row.tries + 1, books.now
    books.session.flush()
    return pin


def take_away(books: Books, user_id: UUID) -> None:
    """A member has no PIN any more. NotFound where he has none."""
    row = books.session.get(MemberPin, (books.company_id, user_id))
    if row is None or row.stretched is None:
        raise NotFound("PIN")
    row.stretched, row.set_at, row.set_by = None, books.now, books.actor.name
    books.session.flush()
    company.next_catalogue_rev(books)
    audit.record(books, "remove", "till_pin", user_id)


def _set(books: Books, user_id: UUID, new: Made, *, is_once: bool) -> None:
    row = books.session.get(MemberPin, (books.company_id, user_id), with_for_update=True)
    generation = (row.generation if row else 0) + 1
    sealed = sealing.seal(_purpose(books.company_id, user_id, generation), new.stretched.hex())
    made = {
        "user_id": user_id,
        "generation": generation,
        "salt": new.salt.hex(),
        "rounds": pin_rules.ROUNDS,
        "digits": new.digits,
        "stretched": sealed,
        "is_once": is_once,
        "ends_at": books.now + timedelta(days=pin_rules.ONCE_DAYS) if is_once else None,
        "set_at": books.now,
        "set_by": books.actor.name,
        "tries": 0,
        "tried_at": None,
    }
    put(books, MemberPin, [made])
    company.next_catalogue_rev(books)  # tills take the new check over with their next answer
    # Neither the PIN nor how long it is: a short one is the first to be tried.
    audit.record(books, "change", "till_pin", user_id, new={"generation": generation, "for_once": is_once})


def change_rules(books: Books, wanted: Rules) -> None:
    """What is asked at the tills from now on. InvalidInput by field."""
    errors = {}
    if not 0 <= wanted.idle_minutes <= MOST_IDLE:
        errors["idle_minutes"] = f"Type 0 to {MOST_IDLE} minutes; 0 is never."
    for name, amount in wanted.asks.items():
        if name not in {kind.value for kind in ASKABLE} or not 0 <= amount <= MOST_PAISE:
            errors[f"above_{name}"] = "Type an amount of nought or more."
    if errors:
        raise InvalidInput(errors)
    before = rules_of(books)
    row = {"only": 1, "signs_on": wanted.signs_on, "idle_minutes": wanted.idle_minutes, "asks": dict(wanted.asks)}
    put(books, TillRules, [{**row, "changed_by": books.actor.name, "changed_at": books.now}])
    company.next_catalogue_rev(books)
    told = [{"signs_on": one.signs_on, "idle_minutes": one.idle_minutes, "asks": dict(one.asks)} for one in (before, wanted)]
    audit.record_change(books, "till_rules", 1, *told)


def end_of_place(directory: Session, user_id: UUID, company_id: int) -> None:
    """Who loses his place has no PIN any more, and the tills are told with their next answer."""
    with books_within(directory, Actor(company_id, Role.OWNER, name="Place ended", via="console")) as books:
        row = books.session.get(MemberPin, (company_id, user_id))
        if row is not None and row.stretched is not None:
            row.stretched, row.set_at = None, books.now
        company.next_catalogue_rev(books)


# What a till is told --------------------------------------------------------------------------------------------------


def for_till(books: Books, till_id: UUID, store_id: UUID, members: Sequence[identity.Member]) -> dict[str, Any] | None:
    """`shop.pins` of the catalogue answer: what is asked, and for each member of this store with a PIN the salt, a check that is good at
    this till alone, and what he may approve. None where the business has neither rules nor PINs."""
    rules, kept = rules_of(books), pins_of(books)
    if rules == NONE and not kept:
        return None
    people = []
    for one in members:
        pin = kept.get(one.user_id)
        if pin is None or not _works_in(books, one, store_id) or not uses_pins(one.allowed):
            continue
        key = key_at(pin, books.company_id, till_id)
        if key is None:
            continue
        approves = not pin.is_once and pin.digits >= pin_rules.LEAST_OF_APPROVER
        people.append(
            {
                "id": str(one.user_id),
                "name": one.name,
                "bills": Permission.BILL_ISSUE in one.allowed,
                "pin": pin.generation,
                "salt": pin.salt,
                "rounds": pin.rounds,
                "check": pin_rules.check_of(key),
                "once": pin.is_once,
                "may": [kind.value for kind in Asked if approves and RIGHTS[kind] in one.allowed],
            }
        )
    return {"sign_on": rules.signs_on, "idle": rules.idle_minutes, "asks": dict(rules.asks), "people": people}


def _works_in(books: Books, member: identity.Member, store_id: UUID) -> bool:
    """Whether a member is not held to other stores. Owners never are."""
    stores = frozenset() if member.role is Role.OWNER else company.stores_of_member(books, member.user_id)
    return not stores or store_id in stores


def approval(books: Books, approval_id: UUID) -> TillApproval:
    """A row of the list of approvals, to write to. NotFound when this company has none by that id."""
    row = books.session.get(TillApproval, (books.company_id, approval_id))
    if row is None:
        raise NotFound("approval")
    return row
