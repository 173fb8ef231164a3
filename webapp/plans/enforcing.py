"""What is refused where a plan has no more room. The rooms of people, stores and bills ask here, by what they are told once when the
program starts; where nobody hosts they are told nothing, and ask nothing."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from webapp import company, identity, onboarding, sales
from webapp.kernel.dates import month_name, month_of
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.plans import letters, offered, queries, service
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, books_within

_OVER = "The plan of this business has ended."
_AFTER_OVER = "Choose one under Settings, Plan. All can be read and taken away meanwhile, and counters go on billing."


def connect() -> None:
    """Read the file of plans, and have the rooms below ask here. Safe to repeat. BadSetting for a file that cannot be used."""
    offered.offered()
    identity.use_room(require_seat)
    identity.use_letter(letters.ASKED, letters.of_request)
    company.use_room(require_store)
    sales.before_office_bill(require_bill)
    onboarding.when_founded(service.found)


def require_seat(session: Session, company_id: int, counts_invited: bool, field: str) -> None:  # noqa: FBT001 - as identity asks it
    """Refuse one more person: beside `field`, or as a Conflict. Who accepts an invitation is told less, for he is no member yet."""
    if not offered.is_hosted():
        return
    with books_within(session, Actor(company_id, Role.OWNER, via="job")) as books:
        stands = queries.stands_on(books)
    members, invited = identity.seats(session, company_id)
    most, taken = stands.limits.members, members + invited if counts_invited else members
    if most is None or taken < most:
        return
    if not counts_invited:
        raise Conflict(
            problem="This business has no room for one more person.",
            fix="Ask who invited you: its plan has room for a few people, or has ended.",
        )
    if stands.is_over:
        _refuse(_OVER, _AFTER_OVER, field)
    _refuse(
        f"Your plan's limit of {most} people is used: {taken} have a place or an invitation.",
        "Deactivate somebody, withdraw an invitation, or ask for a larger plan under Settings, Plan.",
        field,
    )


def require_store(books: Books, field: str) -> None:
    """Refuse one more open store: beside `field`, or as a Conflict. The caller holds the turn of who opens stores."""
    if not offered.is_hosted():
        return
    stands, there = queries.stands_on(books), queries.open_stores(books)
    if stands.limits.stores is None or there < stands.limits.stores:
        return
    if stands.is_over:
        _refuse(_OVER, _AFTER_OVER, field)
    _refuse(
        f"Your plan's limit of {stands.limits.stores} open stores is used: {there} are open.",
        "Close one that is not used any more, or ask for a larger plan under Settings, Plan.",
        field,
    )


def require_bill(books: Books, day: date) -> None:
    """Refuse a bill of the office once the month that it bears, or this one, has all that the plan and its grace allow: to date a bill
    back is no way round. What a counter has sold is in the figure, and is never refused."""
    if not offered.is_hosted():
        return
    stands = queries.stands_on(books)
    most = stands.limits.bills_with_grace
    if most is None:
        return
    if stands.is_over:
        _refuse(_OVER, _AFTER_OVER, "lines")
    for month in sorted({month_of(day), month_of(books.today)}):
        there = queries.bills_of_month(books, date(month // 100, month % 100, 1))
        if there >= most:
            _refuse(
                f"Your plan's limit of {stands.limits.bills} bills a month is passed: {month_name(month)} has {there} of them.",
                "Counters go on billing. For more invoices of the office ask for a larger plan under Settings, Plan.",
                "lines",
            )


def _refuse(problem: str, fix: str, field: str) -> None:
    raise InvalidInput({field: f"{problem} {fix}"}) if field else Conflict(problem=problem, fix=fix)
