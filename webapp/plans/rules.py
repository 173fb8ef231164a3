"""What a file of plans may say, which plan a business stands on, and what a plan has room for. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

NEAR_PERCENT = 80  # from here on owners are told how many bills a month has
USUAL_GRACE_PERCENT = 20
TOLD_BEFORE = (7, 1)  # so many days before a plan ends

MOST_PLANS, MOST_NAME, MOST_ADDRESS, MOST_NOTE = 50, 40, 200, 300
MOST_SEATS, MOST_BILLS, MOST_PRICE_PAISE, MOST_GRACE, MOST_TRIAL, MOST_ORDER = 100_000, 100_000_000, 10**11, 1_000, 730, 1_000
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,29}")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many people, open stores, and bills in a calendar month; None: as many as one likes. The bills of the office alone are refused,
    and only once the month has `grace_percent` more of them than `bills`."""

    members: int | None = None
    stores: int | None = None
    bills: int | None = None
    grace_percent: int = USUAL_GRACE_PERCENT

    @property
    def bills_with_grace(self) -> int | None:
        """The bills of a month after which the office issues no more."""
        return None if self.bills is None else self.bills + self.bills * self.grace_percent // 100


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan that is offered. Prices are in paise; None: not sold for so long. `order`: a higher one is the larger plan."""

    key: str
    name: str
    name_hi: str
    order: int
    limits: Limits
    price_month_paise: int | None = None
    price_year_paise: int | None = None
    trial_days: int = 0

    @property
    def is_free(self) -> bool:
        """Whether its prices are said, and are nothing. One without a price is sold on request."""
        said = [price for price in (self.price_month_paise, self.price_year_paise) if price is not None]
        return bool(said) and not any(said)


@dataclass(frozen=True, slots=True)
class Offered:
    """A file of plans: they, smallest first; which one a new business begins with, and which follows when one has ended ("": none, then
    more of anything is refused); where the host is written to and paid."""

    plans: tuple[Plan, ...]
    begins_with: str
    afterwards: str = ""
    host_email: str = ""
    pay_url: str = ""
    is_self_service: bool = False

    def plan(self, key: str) -> Plan | None:
        """The plan of this key, or None where none is offered."""
        return next((one for one in self.plans if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Granted:
    """What a business stands on, as it was granted: through `until`, or for as long as nobody says otherwise. No key: its plan has
    ended, and none followed."""

    key: str
    name: str
    name_hi: str
    limits: Limits
    is_trial: bool
    since: date
    until: date | None

    @property
    def is_over(self) -> bool:
        return not self.key


def granted(plan: Plan, since: date, until: date | None = None, *, is_trial: bool = False) -> Granted:
    """A plan as it is offered today, granted to somebody."""
    return Granted(plan.key, plan.name, plan.name_hi, plan.limits, is_trial, since, until)


def begun(offered: Offered, today: date) -> Granted:
    """What a business begins with. A trial's first day is today, and its last one the day before so many days have passed."""
    plan = offered.plan(offered.begins_with)
    assert plan is not None  # noqa: S101 - read_offered has seen to it
    if plan.trial_days:
        return granted(plan, today, today + timedelta(days=plan.trial_days - 1), is_trial=True)
    return granted(plan, today)


def standing(last: Granted | None, offered: Offered, today: date) -> Granted:
    """What a business stands on today: what was granted last, and when that has ended, what the file has follow. The very same object as
    `last` where nothing has become of it."""
    if last is None:
        return begun(offered, today)
    if not last.is_over and (last.until is None or last.until >= today):
        return last
    since = last.until + timedelta(days=1) if last.until else today
    if (plan := offered.plan(offered.afterwards)) is not None:
        return granted(plan, since)
    return last if last.is_over else Granted("", "", "", Limits(0, 0, 0, 0), is_trial=False, since=since, until=None)


# What is used ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Used:
    """How much of each limit a business uses: people with a place, invitations that wait, open stores, bills of a month."""

    members: int
    invited: int
    stores: int
    bills: int

    @property
    def seats(self) -> int:
        return self.members + self.invited


class Level(StrEnum):
    """How the bills of a month stand to a plan's limit."""

    CALM = "calm"
    NEAR = "near"  # 80 % or more
    OVER = "over"  # more than the limit, within the grace
    SPENT = "spent"  # the office issues no more this month


def level_of(limits: Limits, bills: int) -> Level:
    """How so many bills in one month stand."""
    if limits.bills is None or limits.bills_with_grace is None or bills * 100 < limits.bills * NEAR_PERCENT:
        return Level.CALM
    if bills >= limits.bills_with_grace:
        return Level.SPENT
    return Level.OVER if bills > limits.bills else Level.NEAR


def month_around(day: date) -> tuple[date, date]:
    """The first and the last day of the calendar month that a day of India is in."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def too_much(limits: Limits, used: Used) -> list[str]:
    """What does not fit into a plan, a sentence each: how much there is, how much fits, and what to do."""
    found = []
    if limits.members is not None and used.seats > limits.members:
        there, more = used.seats, used.seats - limits.members
        found.append(f"People, with those invited: {there} of {limits.members}, so {more} must be removed or deactivated.")
    if limits.stores is not None and used.stores > limits.stores:
        more = used.stores - limits.stores
        found.append(f"Open stores: {used.stores} of {limits.stores}, so {more} must be closed.")
    return found


# The file --------------------------------------------------------------------------------------------------------------


class BadPlans(ValueError):
    """A file of plans that cannot be used, with everything that is wrong in it."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = tuple(complaints)


_OF_FILE = ("plans", "begins_with", "afterwards", "host_email", "pay_url", "self_service")
_OF_PLAN = (
    *("name", "name_hi", "order", "members", "stores", "bills_per_month", "grace_percent"),
    *("price_month_paise", "price_year_paise", "trial_days"),
)


def read_offered(tree: Any) -> Offered:
    """What a file says, read strictly. BadPlans with every complaint, each naming the place in the file."""
    reader = _Reader()
    offered = reader.offered(tree)
    if reader.complaints or offered is None:
        raise BadPlans(reader.complaints)
    return offered


class _Reader:
    """Reads values, and collects what is wrong with them."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def offered(self, tree: Any) -> Offered | None:
        found = self._table(tree, "the file", _OF_FILE)
        plans = self._plans(found.get("plans"))
        begins, afterwards = (self._text(found, "", name, _MOST_KEY) for name in ("begins_with", "afterwards"))
        keys = [one.key for one in plans]
        if not begins:
            self._complain("begins_with is missing: name the plan that a new business begins with")
        for name, key in (("begins_with", begins), ("afterwards", afterwards)):
            if key and plans and key not in keys:
                self._complain(f"{name} is {key!r}, and there is no such plan")
        if begins == afterwards and any(one.trial_days for one in plans if one.key == begins):
            self._complain("afterwards is the plan whose trial it would follow: name another, or give it no trial_days")
        email, url = self._text(found, "", "host_email", MOST_ADDRESS), self._text(found, "", "pay_url", MOST_ADDRESS)
        if email and not _MAIL.fullmatch(email):
            self._complain(f"host_email is {email[:60]!r}, which is no address for mail")
        if url and not _is_https(url):
            self._complain(f"pay_url is {url[:60]!r}: write an address that begins with https://")
        self_service = found.get("self_service", False)
        if not isinstance(self_service, bool):
            self._complain("self_service is neither true nor false")
        if self.complaints:
            return None
        return Offered(tuple(sorted(plans, key=lambda one: one.order)), begins, afterwards, email, url, self_service)

    def _plans(self, tables: Any) -> list[Plan]:
        if not isinstance(tables, dict) or not tables:
            self._complain("plans is missing: describe at least one, [plans.free]")
            return []
        if len(tables) > MOST_PLANS:
            self._complain(f"there are {len(tables)} plans, and at most {MOST_PLANS} are read")
            return []
        for key in tables:
            if not _KEY.fullmatch(str(key)):
                self._complain(f"plans.{str(key)[:40]!r}: a key has small letters, digits, - and _, at most 30, and begins with a letter")
        found = [self._plan(key, table) for key, table in tables.items()]
        for what, values in (("order", [one.order for one in found]), ("name", [one.name.casefold() for one in found])):
            if len(set(values)) < len(values):
                self._complain(f"two plans have the same {what}")
        return found

    def _plan(self, key: str, table: Any) -> Plan:
        at = f"plans.{str(key)[:40]}"
        found = self._table(table, at, _OF_PLAN)
        name = self._text(found, at, "name", MOST_NAME)
        if not name:
            self._complain(f"{at}.name is missing")
        grace = self._number(found, at, "grace_percent", 0, MOST_GRACE)
        return Plan(
            key=key,
            name=name,
            name_hi=self._text(found, at, "name_hi", MOST_NAME) or name,
            order=self._number(found, at, "order", 0, MOST_ORDER, is_needed=True) or 0,
            limits=Limits(
                members=self._number(found, at, "members", 1, MOST_SEATS),
                stores=self._number(found, at, "stores", 1, MOST_SEATS),
                bills=self._number(found, at, "bills_per_month", 1, MOST_BILLS),
                grace_percent=USUAL_GRACE_PERCENT if grace is None else grace,
            ),
            price_month_paise=self._number(found, at, "price_month_paise", 0, MOST_PRICE_PAISE),
            price_year_paise=self._number(found, at, "price_year_paise", 0, MOST_PRICE_PAISE),
            trial_days=self._number(found, at, "trial_days", 0, MOST_TRIAL) or 0,
        )

    def _table(self, value: Any, at: str, known: Iterable[str]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._complain(f"{at} is no table of names and values")
            return {}
        for name in value:
            if name not in known:
                self._complain(f"{at} holds {str(name)[:40]!r}, which is not known. Known are {', '.join(known)}")
        return value

    def _text(self, table: Mapping[str, Any], at: str, name: str, most: int) -> str:
        value, where = table.get(name, ""), f"{at}.{name}" if at else name
        if not isinstance(value, str):
            self._complain(f"{where} is no text")
            return ""
        if len(value) > most or value != clean_text(value):
            self._complain(f"{where} is longer than {most} signs, or has signs that cannot be printed")
            return ""
        return value

    def _number(self, table: Mapping[str, Any], at: str, name: str, low: int, high: int, *, is_needed: bool = False) -> int | None:
        value = table.get(name)
        if value in (None, ""):
            if is_needed:
                self._complain(f"{at}.{name} is missing")
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self._complain(f"{at}.{name} is no whole number")
            return None
        if not low <= value <= high:
            self._complain(f"{at}.{name} is not within {low} and {high}")
            return None
        return value

    def _complain(self, words: str) -> None:
        self.complaints.append(words)


_MOST_KEY = 30


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and not parts.username and " " not in url and parts.port != 0
    except ValueError:
        return False
