"""Who is reminded today, by which rule and of how much, and why the others are not. Pure.

The rules of a customer are ordered by their days; a later one is firmer. Each bill has reached one of them. What has not been sent of
that rule for that bill is news; the firmest news of a customer makes one message, which asks for all that is late.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MOST_PAISE
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

POLITE, REMINDER, FIRM, LAST = "polite", "reminder", "firm", "last"
TONES = (POLITE, REMINDER, FIRM, LAST)
WARNED_DAYS = 31  # so long before a year begins it is said that its festivals are not known
MOST_DAYS_BEFORE, MOST_DAYS_AFTER, MOST_RULES, MOST_HOLIDAYS = 30, 365, 20, 200
MOST_NAME = 60
DUE_SOON = "invoice_due_soon"
# The event by which a rule's message is told: each tone has words of its own, for a register of SMS texts knows them one by one.
_EVENTS = {POLITE: "invoice_overdue", REMINDER: "overdue_reminder", FIRM: "overdue_firm", LAST: "overdue_final"}
EVENTS = (DUE_SOON, *_EVENTS.values())

BillKey = tuple[UUID, int]

# Why nobody is written to. Those of HINDERED would be written to otherwise, and are kept in the log.
EXEMPT, PROMISED, SAYS_PAID, DISPUTED, BY_HAND = "exempt", "promised", "says_paid", "disputed", "by_hand"
ENDED, UNREACHABLE, OFF, ARCHIVED = "ended", "unreachable", "off", "archived"
TODAY, ALREADY, NOT_YET, TOO_LITTLE = "today", "already", "not_yet", "too_little"
HINDERED = (EXEMPT, PROMISED, SAYS_PAID, DISPUTED, BY_HAND, ENDED, UNREACHABLE, OFF, ARCHIVED)
REASONS = (*HINDERED, TODAY, ALREADY, NOT_YET, TOO_LITTLE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: so many days after the due date (less than nought: before; nought: on it), for customers of one price list or all, where at
    least `least_paise` are late (before the due date: are open of the bill)."""

    id: UUID
    days: int
    tone: str
    least_paise: int = 0
    price_list_id: UUID | None = None
    has_link: bool = True
    is_active: bool = True
    version: int = 1

    @property
    def is_before(self) -> bool:
        """Whether it speaks of what is not late yet."""
        return self.days <= 0

    @property
    def event(self) -> str:
        return DUE_SOON if self.is_before else _EVENTS[self.tone]

    @property
    def order(self) -> tuple[int, int, UUID]:
        """Later is firmer; of one day the firmer tone."""
        return self.days, TONES.index(self.tone), self.id


@dataclass(frozen=True, slots=True)
class Bill:
    """An open bill after money on account has paid the oldest: what is open of it in paise, and whether it is disputed."""

    key: BillKey
    name: str
    due_on: date
    open: int
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What was said when the customer was reminded last by a person: on which day, and for which day payment was promised, if at all."""

    reminded_on: date
    promised_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer as it stands: its bills, its price list, what was said, which rules have been sent for which bills, whether it was
    written to today, is never to be, or says by a public link that it has paid."""

    party_id: UUID
    name: str
    bills: tuple[Bill, ...]
    price_list_id: UUID | None = None
    promise: Promise | None = None
    is_exempt: bool = False
    says_paid: bool = False
    was_told: bool = False
    sent: frozenset[tuple[UUID, BillKey]] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done for a customer today: `reason` "" writes by `rule`, asking for `amount` paise of `bills`, the oldest first; `steps` are
    the rules and bills that this settles."""

    party_id: UUID
    name: str
    reason: str
    rule: Rule | None = None
    amount: int = 0
    bills: tuple[Bill, ...] = ()
    steps: tuple[tuple[UUID, BillKey], ...] = ()

    @property
    def oldest(self) -> date | None:
        return self.bills[0].due_on if self.bills else None


def message_key(day: date, rule_id: UUID) -> str:
    """What makes a reminder this one: the day and its rule. Its day is read again when it leaves."""
    return f"{day.isoformat()} {rule_id.hex}"


Closed = Callable[[date], bool]


def decide(who: Standing, every: Sequence[Rule], today: date, is_closed: Closed) -> Decision:
    """What is done for a customer, but for whether it can be reached, which only its event tells (`hindered`)."""
    mine = rules_of(every, who.price_list_id)
    late = tuple(bill for bill in who.bills if bill.due_on < today)
    said = Decision(who.party_id, who.name, NOT_YET, amount=sum(bill.open for bill in late), bills=late)
    clear = tuple(bill for bill in late if not bill.is_disputed)
    owed = sum(bill.open for bill in clear)
    reached = {bill.key: rule for bill in late if (rule := _reached(bill, mine, who.promise, today))}
    fits = {key: rule for key, rule in reached.items() if owed >= rule.least_paise}
    news = {bill.key: fits[bill.key] for bill in clear if bill.key in fits and _is_news(fits[bill.key], bill, who, mine)}
    if news:
        firmest = max(news.values(), key=lambda rule: rule.order)
        steps = tuple((rule.id, key) for key, rule in news.items())
        return _hindered_by_people(who, replace(said, rule=firmest, amount=owed, bills=clear, steps=steps), today)
    if soon := _soon(who, mine, today, is_closed):
        return _hindered_by_people(who, soon, today)
    if reached and not clear:
        return replace(said, reason=DISPUTED, rule=max(reached.values(), key=lambda rule: rule.order))
    if fits:
        return replace(said, reason=ALREADY)
    return replace(said, reason=TOO_LITTLE if reached else NOT_YET)


def hindered(decision: Decision, reason: str) -> Decision:
    """The same, not written: why the customer cannot be reached by the event of its rule."""
    return replace(decision, reason=reason) if reason and not decision.reason else decision


def rules_of(every: Sequence[Rule], price_list_id: UUID | None) -> list[Rule]:
    """The rules that hold for a customer, the softest first. Where rules name its price list, these hold and no others."""
    own = [rule for rule in every if rule.is_active and rule.price_list_id is not None and rule.price_list_id == price_list_id]
    found = own or [rule for rule in every if rule.is_active and rule.price_list_id is None]
    return sorted(found, key=lambda rule: rule.order)


def first_day(due_on: date, days: int, is_closed: Closed) -> date:
    """The day from which a rule speaks of a bill that is not late: moved to the next working day, or to the one before where the bill
    would be late by then."""
    wanted = due_on + timedelta(days=days)
    found = next_open(wanted, is_closed)
    if found <= due_on:
        return found
    return next((day for back in range(1, 15) if not is_closed(day := wanted - timedelta(days=back))), wanted)


def next_open(day: date, is_closed: Closed) -> date:
    """This day, or the first after it that is not closed; of a fortnight of closed days the first."""
    return next((found for ahead in range(15) if not is_closed(found := day + timedelta(days=ahead))), day)


def _hindered_by_people(who: Standing, wanted: Decision, today: date) -> Decision:
    reason = ""
    if who.was_told:
        reason = TODAY
    elif who.is_exempt:
        reason = EXEMPT
    elif who.promise and who.promise.promised_on and who.promise.promised_on >= today:
        reason = PROMISED
    elif who.says_paid:
        reason = SAYS_PAID
    elif who.promise and who.promise.reminded_on == today:
        reason = BY_HAND
    return replace(wanted, reason=reason)


def _is_news(rule: Rule, bill: Bill, who: Standing, mine: Sequence[Rule]) -> bool:
    """Whether a rule was not sent for a bill, nor a firmer one: after a firm word no soft one comes."""
    sent = [one for one in mine if (one.id, bill.key) in who.sent]
    return (rule.id, bill.key) not in who.sent and all(one.order < rule.order for one in sent)


def _reached(bill: Bill, mine: Sequence[Rule], promise: Promise | None, today: date) -> Rule | None:
    """The rule a late bill has reached; after a broken promise the next one, before its days have come."""
    after = [rule for rule in mine if not rule.is_before]
    place = _place(after, (today - bill.due_on).days)
    if promise and promise.promised_on and bill.due_on < promise.reminded_on <= promise.promised_on < today:
        # What had been reached by the promised day is where the promise left off.
        place = max(place, min(_place(after, (promise.promised_on - bill.due_on).days) + 1, len(after) - 1))
    return after[place] if place >= 0 else None


def _place(after: Sequence[Rule], days_over: int) -> int:
    return sum(rule.days <= days_over for rule in after) - 1


def _soon(who: Standing, mine: Sequence[Rule], today: date, is_closed: Closed) -> Decision | None:
    """What is told of bills that fall due, by the rule that was reached last for any of them."""
    before, found = [rule for rule in mine if rule.is_before], {}
    for bill in who.bills:
        if bill.due_on >= today and not bill.is_disputed:
            reached = [one for one in before if bill.open >= one.least_paise and today >= first_day(bill.due_on, one.days, is_closed)]
            if reached and _is_news(reached[-1], bill, who, mine):
                found[bill] = reached[-1]
    if not found:
        return None
    bills, steps = (
        tuple(sorted(found, key=lambda bill: (bill.due_on, bill.key))),
        tuple((rule.id, bill.key) for bill, rule in found.items()),
    )
    rule = max(found.values(), key=lambda rule: rule.order)
    return Decision(who.party_id, who.name, "", rule, sum(bill.open for bill in bills), bills, steps)


# What people type -------------------------------------------------------------------------------------------------------


def require_rule(asked: Rule, others: Collection[Rule], price_lists: Mapping[str, str]) -> Rule:
    """The rule as kept. InvalidInput by field."""
    errors: dict[str, str] = {}
    if not -MOST_DAYS_BEFORE <= asked.days <= MOST_DAYS_AFTER:
        errors["days"] = f"Type days from 0 to {MOST_DAYS_BEFORE} before, or from 1 to {MOST_DAYS_AFTER} after the due date."
    if asked.tone not in TONES:
        errors["tone"] = "Choose the tone."
    elif asked.is_before and asked.tone != POLITE:
        errors["tone"] = "Nothing is late yet: before the due date the tone is polite."
    if not 0 <= asked.least_paise <= MOST_PAISE:
        errors["least"] = "Type an amount in rupees, or leave it empty."
    if asked.price_list_id is not None and str(asked.price_list_id) not in price_lists:
        errors["price_list"] = "Choose the price list from the list."
    alike = [one for one in others if one.id != asked.id]
    if any((one.days, one.price_list_id) == (asked.days, asked.price_list_id) for one in alike) and "days" not in errors:
        errors["days"] = "There is a rule for this day already. Change that one, or choose another day."
    if len(alike) >= MOST_RULES:
        errors["days"] = f"There are {MOST_RULES} rules already. Take one away first."
    if errors:
        raise InvalidInput(errors)
    return asked


def require_name(text: str) -> str:
    """What a day of one's own is called. InvalidInput."""
    name = clean_text(text)
    if not 1 <= len(name) <= MOST_NAME:
        raise InvalidInput({"name": f"Type what the day is, with at most {MOST_NAME} characters."})
    return name


def years_ahead(today: date) -> tuple[int, ...]:
    """The year of a day, and the next when it begins within WARNED_DAYS."""
    return tuple(sorted({today.year, (today + timedelta(days=WARNED_DAYS)).year}))


def unknown_year(today: date, known: Collection[int]) -> int | None:
    """The first of these years whose days of rest nobody has told."""
    return next((year for year in years_ahead(today) if year not in known), None)


USUAL = ((-3, POLITE), (1, POLITE), (7, REMINDER), (15, FIRM), (30, LAST))
