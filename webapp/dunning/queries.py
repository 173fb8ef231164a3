"""What is read of dunning: its rules and days, what was done, and every customer as it stands today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from webapp import catalogue, links, outstandings, reminders
from webapp.dunning import holidays, rules
from webapp.dunning.models import DunningExemption, DunningHoliday, DunningNotice, DunningPolicy, DunningRule, DunningStep
from webapp.dunning.rules import Bill, BillKey, Closed, Decision, Promise, Rule, Standing
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.outstandings import OpenItem
from webapp.parties import Party
from webapp.platform.tenancy import Books

PAGE = 50
_PART = 500  # parties of one statement


@dataclass(frozen=True, slots=True)
class Policy:
    """Whether reminders send themselves, and how (models.DunningPolicy). As found they do not."""

    is_on: bool = False
    on_sundays: bool = False
    bills_from: date | None = None
    ran_on: date | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What was done for a customer on a day (models.DunningNotice), with its name."""

    party_id: UUID
    day: date
    outcome: str
    reason: str
    rule_id: UUID | None
    days: int
    tone: str
    amount_paise: int
    bills: int
    oldest: date | None
    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of the business's own, or a listed one that is worked (`is_open`)."""

    day: date
    name: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class RestDay:
    """A row of the days of rest: a listed day, with what the business said of it, or a day of its own (`source` is "")."""

    day: date
    name: str
    source: str
    own: OwnDay | None

    @property
    def is_worked(self) -> bool:
        """Whether it is a listed day on which it is sent all the same."""
        return self.own is not None and self.own.is_open


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the log are shown; "" for all."""

    words: str = ""
    outcome: str = ""
    tone: str = ""
    first: date | None = None
    last: date | None = None


_RULE = tuple(getattr(DunningRule, one.name) for one in fields(Rule))
_POLICY = tuple(getattr(DunningPolicy, one.name) for one in fields(Policy))
_NOTICE = tuple(getattr(DunningNotice, one.name) for one in fields(NoticeRow) if one.name != "name")


def policy(books: Books) -> Policy:
    """The business's choices, or those it begins with."""
    row = books.session.execute(select(*_POLICY)).first()
    return Policy(*row) if row else Policy()


def every_rule(books: Books) -> list[Rule]:
    """The rules that were not taken away, the softest first."""
    found = [Rule(*row) for row in books.session.execute(select(*_RULE).where(DunningRule.ended_at.is_(None)))]
    return sorted(found, key=lambda rule: rule.order)


def own_days(books: Books) -> list[OwnDay]:
    """The business's own days, by day."""
    rows = books.session.execute(select(DunningHoliday.day, DunningHoliday.name, DunningHoliday.is_open).order_by(DunningHoliday.day))
    return [OwnDay(*row) for row in rows]


def own_day(books: Books, day: date) -> OwnDay | None:
    """What the business said of a day, or None."""
    return next((one for one in own_days(books) if one.day == day), None)


def days_of_rest(books: Books, year: int) -> list[RestDay]:
    """The listed days of a year and the business's own, by day."""
    said = {one.day: one for one in own_days(books) if one.day.year == year}
    listed = [RestDay(one.day, one.name, one.source, said.pop(one.day, None)) for one in holidays.of_year(year)]
    return sorted([*listed, *(RestDay(one.day, one.name, "", one) for one in said.values())], key=lambda one: one.day)


def unknown_year(books: Books, kept: Policy) -> int | None:
    """The year, this one or the next that begins soon, of which neither the festivals are known nor a day of one's own was entered;
    None where there is none, or nothing is sent anyway."""
    known = {year for year in rules.years_ahead(books.today) if holidays.has_festivals(year)}
    if not kept.is_on or rules.unknown_year(books.today, known) is None:
        return None
    return rules.unknown_year(books.today, known | {one.day.year for one in own_days(books) if not one.is_open})


def closed_days(own: Sequence[OwnDay], *, on_sundays: bool) -> Closed:
    """Whether nothing is sent on a day: a Sunday unless they are worked, a listed holiday unless it is worked, a day of one's own."""
    worked, rest = {one.day for one in own if one.is_open}, {one.day for one in own if not one.is_open}
    listed: dict[int, set[date]] = {}

    def is_closed(day: date) -> bool:
        if day.year not in listed:
            listed[day.year] = {one.day for one in holidays.of_year(day.year)}
        return day in rest or (day.weekday() == 6 and not on_sundays) or (day in listed[day.year] and day not in worked)

    return is_closed


def notices(books: Books, wanted: Wanted, after: tuple[date, UUID] | None, most: int) -> list[NoticeRow]:
    """What was done, the newest day first, from below `after`."""
    query = _narrowed(wanted)
    if after is not None:
        day, party_id = after
        query = query.where(or_(DunningNotice.day < day, (DunningNotice.day == day) & (DunningNotice.party_id > party_id)))
    found = books.session.execute(query.order_by(DunningNotice.day.desc(), DunningNotice.party_id).limit(most))
    return [NoticeRow(*row) for row in found]


def written_since(books: Books, moment: datetime) -> int:
    """How many times customers were written to since then."""
    query = select(func.count()).select_from(DunningNotice).where(DunningNotice.outcome == "sent", DunningNotice.at >= moment)
    return books.session.scalar(query) or 0


def any_notice(books: Books) -> bool:
    """Whether anything was ever done."""
    return books.session.execute(select(DunningNotice.day).limit(1)).first() is not None


def notice_of(books: Books, party_id: UUID, day: date) -> NoticeRow | None:
    """What was done for a customer on a day, or None."""
    query = select(*_NOTICE, Party.name).join(Party, _of_party()).where(DunningNotice.party_id == party_id, DunningNotice.day == day)
    row: Any = books.session.execute(query).first()
    return NoticeRow(*row) if row else None


def newest_of(books: Books, party_id: UUID) -> NoticeRow | None:
    """What was done for a customer last."""
    query = select(*_NOTICE, Party.name).join(Party, _of_party()).where(DunningNotice.party_id == party_id)
    row: Any = books.session.execute(query.order_by(DunningNotice.day.desc()).limit(1)).first()
    return NoticeRow(*row) if row else None


def endings(books: Books, rows: Sequence[NoticeRow]) -> dict[tuple[UUID, date], tuple[str, str]]:
    """How the message of each of these stands that was sent, and why, by customer and day."""
    from webapp import notifications

    keys = {
        (f"party:{row.party_id}", rules.message_key(row.day, row.rule_id)): row for row in rows if row.outcome == "sent" and row.rule_id
    }
    return {(keys[key].party_id, keys[key].day): ending for key, ending in notifications.endings(books, keys).items()}


def exempted(books: Books, party_ids: Sequence[UUID] | None = None) -> frozenset[UUID]:
    """Of these customers, or of all, who is never reminded."""
    query = select(DunningExemption.party_id)
    return frozenset(books.session.scalars(query if party_ids is None else query.where(DunningExemption.party_id.in_(party_ids))))


def exemptions(books: Books) -> list[tuple[UUID, str, str, datetime]]:
    """Who is never reminded: id, name, by whose word and since when."""
    query = select(DunningExemption.party_id, Party.name, DunningExemption.made_by, DunningExemption.since)
    of_party = (Party.company_id == DunningExemption.company_id) & (Party.id == DunningExemption.party_id)
    return [(row[0], row[1], row[2], row[3]) for row in books.session.execute(query.join(Party, of_party).order_by(Party.name, Party.id))]


def _of_party() -> Any:
    return (Party.company_id == DunningNotice.company_id) & (Party.id == DunningNotice.party_id)


def _narrowed(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(*_NOTICE, Party.name).join(Party, _of_party())
    for word in folded(wanted.words).split()[:8]:
        query = query.where(Party.search_text.contains(word, autoescape=True))
    if wanted.outcome:
        query = query.where(DunningNotice.outcome == wanted.outcome)
    if wanted.tone:
        query = query.where(DunningNotice.tone == wanted.tone)
    if wanted.first:
        query = query.where(DunningNotice.day >= wanted.first)
    if wanted.last:
        query = query.where(DunningNotice.day <= wanted.last)
    return query


# Today -----------------------------------------------------------------------------------------------------------------


def decisions(books: Books, party_id: UUID | None = None) -> list[Decision]:
    """What the rules would do today for every customer with an open bill that is late or falls due soon, or for one. Whether the switch is
    on and the day is open is the caller's to ask. The statements do not grow with the customers, but by five hundred of them."""
    kept, every = policy(books), every_rule(books)
    is_closed = closed_days(own_days(books), on_sundays=kept.on_sundays)
    found = [rules.decide(who, every, books.today, is_closed) for who in standings(books, every, kept.bills_from, party_id)]
    unreached = _unreached(books, found)
    return [rules.hindered(one, unreached.get(one.party_id, "")) for one in found]


def still_owed(books: Books, told: NoticeRow) -> int:
    """What is open just now, in paise, of the undisputed bills that a reminder of some day spoke of: those that were late then; before
    the due date, those whose step it was."""
    own = _with_marks(books, _bills(books, policy(books).bills_from, told.day + _AHEAD, told.party_id)).get(told.party_id, [])
    if told.days > 0:
        return sum(bill.open for bill in own if bill.due_on < told.day and not bill.is_disputed)
    same = (DunningStep.party_id == told.party_id, DunningStep.sent_on == told.day)
    keys = {(row[0], row[1]) for row in books.session.execute(select(DunningStep.voucher_id, DunningStep.line_no).where(*same))}
    return sum(bill.open for bill in own if bill.key in keys and not bill.is_disputed)


_AHEAD = timedelta(days=rules.MOST_DAYS_BEFORE + 14)  # a rule before the due date may be moved earlier by days of rest


def standings(books: Books, every: Sequence[Rule], bills_from: date | None, party_id: UUID | None) -> list[Standing]:
    """Every customer with an open bill that is late or soon due, as it stands, by name."""
    bills = _bills(books, bills_from, books.today + _AHEAD, party_id)
    if not bills:
        return []
    names, ids = _names(books, list(bills)), list(bills)
    bills = _with_marks(books, bills)
    said = reminders.last_reminders(books, party_id)
    exempt = exempted(books, [party_id] if party_id else None)
    has_lists = any(rule.price_list_id for rule in every)
    lists: dict[UUID, UUID] = {}
    sent: dict[UUID, set[tuple[UUID, BillKey]]] = {}
    paid: set[UUID] = set()
    told: set[UUID] = set()
    for start in range(0, len(ids), _PART):
        some = ids[start : start + _PART]
        lists |= catalogue.lists_of(books, some) if has_lists else {}
        paid |= links.stated_by(books, some)
        sent |= _sent(books, some)
        told |= _told(books, some)
    found = [
        Standing(
            party_id=id_,
            name=names[id_],
            bills=tuple(own),
            price_list_id=lists.get(id_),
            promise=Promise(said[id_].reminded_on, said[id_].promised_on) if id_ in said else None,
            is_exempt=id_ in exempt,
            says_paid=id_ in paid,
            was_told=id_ in told,
            sent=frozenset(sent.get(id_, ())),
        )
        for id_, own in bills.items()
    ]
    return sorted(found, key=lambda who: (folded(who.name), who.party_id))


def _bills(books: Books, since: date | None, until: date, party_id: UUID | None) -> dict[UUID, list[Bill]]:
    """Open bills by customer, the oldest due first, after money on account has paid the oldest."""
    asked, narrowed = outstandings.Asked(books.today, party_id=party_id), outstandings.Narrowed(is_netted=True)
    found: dict[UUID, list[Bill]] = {}
    for row in outstandings.all_bills(books, asked, narrowed):
        item: OpenItem = row.item
        if item.due_on <= until and (since is None or item.due_on >= since):
            found.setdefault(item.party_id, []).append(Bill((item.key.voucher_id, item.key.line_no), item.name, item.due_on, row.left))
    return found


def _with_marks(books: Books, bills: Mapping[UUID, list[Bill]]) -> dict[UUID, list[Bill]]:
    """The same, each with whether it is marked as disputed."""
    from webapp import final_accounts  # whoever sends asks for it, not who waits for work
    from webapp.outstandings import LineKey

    (marked,) = final_accounts.marked_on(books, [books.today])
    found = {}
    for party_id, own in bills.items():
        mark = marked.get(party_id)
        disputed = {bill.key for bill in own if mark and mark.bills.get(LineKey(*bill.key), mark.whole).is_disputed}
        found[party_id] = [Bill(one.key, one.name, one.due_on, one.open, one.key in disputed) for one in own]
    return found


def _names(books: Books, ids: list[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for start in range(0, len(ids), _PART):
        rows = books.session.execute(select(Party.id, Party.name).where(Party.id.in_(ids[start : start + _PART])))
        found |= {row[0]: row[1] for row in rows}
    return found


def _sent(books: Books, ids: list[UUID]) -> dict[UUID, set[tuple[UUID, BillKey]]]:
    query = select(DunningStep.party_id, DunningStep.rule_id, DunningStep.voucher_id, DunningStep.line_no)
    found: dict[UUID, set[tuple[UUID, BillKey]]] = {}
    for party, rule_id, voucher_id, line_no in books.session.execute(query.where(DunningStep.party_id.in_(ids))):
        found.setdefault(party, set()).add((rule_id, (voucher_id, line_no)))
    return found


def _told(books: Books, ids: list[UUID]) -> set[UUID]:
    same = (DunningNotice.day == books.today, DunningNotice.outcome == "sent", DunningNotice.party_id.in_(ids))
    return set(books.session.scalars(select(DunningNotice.party_id).where(*same)))


def _unreached(books: Books, found: Sequence[Decision]) -> dict[UUID, str]:
    from webapp import notifications

    return notifications.hindrances(books, {one.party_id: one.rule.event for one in found if not one.reason and one.rule})
