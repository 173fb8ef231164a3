"""What can happen that somebody is told of, who that is and by which ways; how a message may stand; the hours of rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

from webapp.kernel.dates import IST, ist_day
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_lines, clean_text

NOTICE, EMAIL, SMS, WHATSAPP, PUSH = "notice", "email", "sms", "whatsapp", "push"
CHANNELS = (EMAIL, SMS, WHATSAPP, PUSH)  # what leaves; a notice stays in the program
FOR_MEMBERS, FOR_PARTIES = (NOTICE, EMAIL, PUSH), (WHATSAPP, SMS, EMAIL)
PAID = frozenset({SMS, WHATSAPP})
LANGUAGES = ("en", "hi")


class Told(StrEnum):
    """Who is told: the party, the members whose role may do something about it, or those that are named."""

    PARTY = "party"
    MEMBERS = "members"
    NAMED = "named"


class State(StrEnum):
    """How a message stands. UNKNOWN: it may have arrived, and a person decides. STOPPED: it will not leave, for a reason of ours."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


# From which states a person may have a message sent again, as a message of its own.
AGAIN = frozenset({State.REFUSED, State.FAILED, State.UNKNOWN, State.STOPPED, State.SENT})
# What a provider's later word may change, and to what: a word that comes late never takes back a better one.
AFTERWARDS: Mapping[State, frozenset[State]] = {
    State.DELIVERED: frozenset({State.SENDING, State.SENT, State.UNKNOWN, State.FAILED}),
    State.READ: frozenset({State.SENDING, State.SENT, State.UNKNOWN, State.DELIVERED, State.FAILED}),
    State.FAILED: frozenset({State.SENDING, State.SENT, State.UNKNOWN}),
}


@dataclass(frozen=True, slots=True)
class Event:
    """What can happen. `may` is the permission of the members who are told; `ways` the usual channels, for a party in the order in which
    they are tried; `is_urgent`: it does not wait for the morning nor for a day's most; `is_kept`: nobody can switch it off; `is_of_host`:
    it is told by who hosts the business, in words that are not the business's, so it stands among nobody's choices."""

    name: str
    told: Told
    places: tuple[str, ...]
    ways: tuple[str, ...]
    may: str = ""
    is_urgent: bool = False
    is_kept: bool = False
    is_of_host: bool = False


_OF_PARTY = ("party", "shop")
_OF_BILLS = (*_OF_PARTY, "amount", "day", "days", "bills")
_EVENTS = (
    Event("invoice_posted", Told.PARTY, (*_OF_PARTY, "number", "amount", "day"), ()),
    Event("invoice_link", Told.PARTY, (*_OF_PARTY, "number", "amount", "day"), FOR_PARTIES),
    Event("payment_received", Told.PARTY, (*_OF_PARTY, "number", "amount", "day"), ()),
    Event("invoice_due_soon", Told.PARTY, _OF_BILLS, FOR_PARTIES),
    Event("invoice_overdue", Told.PARTY, _OF_BILLS, FOR_PARTIES),
    Event("overdue_reminder", Told.PARTY, _OF_BILLS, FOR_PARTIES),
    Event("overdue_firm", Told.PARTY, _OF_BILLS, FOR_PARTIES),
    Event("overdue_final", Told.PARTY, _OF_BILLS, FOR_PARTIES),
    Event("statement", Told.PARTY, (*_OF_PARTY, "amount", "day"), FOR_PARTIES),
    Event("low_stock", Told.MEMBERS, ("shop", "count", "names"), (NOTICE,), "purchase:write"),
    Event("expiry_near", Told.MEMBERS, ("shop", "count", "names"), (NOTICE,), "stock:write"),
    Event("payment_stated", Told.MEMBERS, ("shop", "party", "number", "amount"), (NOTICE,), "receipt:write"),
    Event("credit_limit", Told.MEMBERS, ("shop", "party", "number", "amount"), (NOTICE,), "credit:override"),
    Event("return_due", Told.MEMBERS, ("shop", "title", "period", "day"), (NOTICE, EMAIL), "return:file"),
    Event("tax_due", Told.MEMBERS, ("shop", "title", "period", "day"), (NOTICE, EMAIL), "return:file"),
    Event("backup_failed", Told.MEMBERS, ("shop", "day", "reason"), FOR_MEMBERS, "company:write", is_urgent=True, is_kept=True),
    Event("drill_failed", Told.MEMBERS, ("shop", "day", "reason"), FOR_MEMBERS, "company:write", is_urgent=True, is_kept=True),
    Event("sync_conflict", Told.MEMBERS, ("shop", "till", "count"), (NOTICE, PUSH), "review:settle"),
    Event("till_silent", Told.MEMBERS, ("shop", "till", "since"), (NOTICE,), "till:read"),
    Event("new_sign_in", Told.NAMED, ("day", "device", "place"), (NOTICE, EMAIL), is_urgent=True, is_kept=True),
    Event("token_made", Told.NAMED, ("shop", "title", "day", "place"), (NOTICE, EMAIL), is_urgent=True, is_kept=True),
    Event("token_misused", Told.NAMED, ("shop", "title", "day", "place"), (NOTICE, EMAIL), is_urgent=True, is_kept=True),
    Event("alert_guessing", Told.MEMBERS, ("shop", "name", "count", "place"), (NOTICE, EMAIL), "second-step:ask", is_urgent=True),
    Event("alert_stuffing", Told.MEMBERS, ("shop", "name", "count", "place"), (NOTICE, EMAIL), "second-step:ask", is_urgent=True),
    Event("alert_two_networks", Told.MEMBERS, ("shop", "name", "count", "place"), (NOTICE, EMAIL), "second-step:ask", is_urgent=True),
    Event("alert_mass_export", Told.MEMBERS, ("shop", "name", "count", "place"), (NOTICE, EMAIL), "second-step:ask", is_urgent=True),
    Event("alert_often_refused", Told.MEMBERS, ("shop", "name", "count", "place"), (NOTICE, EMAIL), "second-step:ask", is_urgent=True),
    Event("report_ready", Told.NAMED, ("shop", "report", "period"), (NOTICE, EMAIL)),
    Event("job_given_up", Told.MEMBERS, ("shop", "job", "count"), (NOTICE, EMAIL), "company:write"),
    Event("plan_changed", Told.MEMBERS, ("shop", "plan", "day"), (NOTICE, EMAIL), "company:write", is_kept=True, is_of_host=True),
    Event("plan_ends", Told.MEMBERS, ("shop", "plan", "day"), (NOTICE, EMAIL), "company:write", is_kept=True, is_of_host=True),
    Event("plan_over", Told.MEMBERS, ("shop", "day"), (NOTICE, EMAIL), "company:write", is_kept=True, is_of_host=True),
    Event("plan_bills", Told.MEMBERS, ("shop", "count", "most", "month"), (NOTICE, EMAIL), "company:write", is_kept=True, is_of_host=True),
    Event("budget_spent", Told.MEMBERS, ("shop", "amount", "month"), (NOTICE, EMAIL), "company:write", is_kept=True),
)
EVENTS: Mapping[str, Event] = {event.name: event for event in _EVENTS}
# Those that the business and its people choose about: how they are told, and in which words.
CHOSEN: Mapping[str, Event] = {event.name: event for event in _EVENTS if not event.is_of_host}
# Those that ask for money: whether it is owed still is asked when they leave.
REMINDERS = tuple(event.name for event in _EVENTS if event.places is _OF_BILLS)
# Of what each party may be told or not, whatever is usual: they are off until the business or the party wants them.
OF_EACH_PARTY = ("invoice_posted", "payment_received")


# Words with places -----------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"\{([a-z]+)\}")
MOST_SUBJECT, MOST_TEXT, MOST_VALUE = 150, 1500, 300
# What DLT registers call the gap of each place (TRAI's tags of 2025): figures, words, an address. Any other is words.
_DLT_TAG = {"amount": "numeric", "days": "numeric", "count": "numeric", "link": "url"}


def places_of(event: Event) -> tuple[str, ...]:
    """The names that words of this event may have in braces."""
    return (*event.places, "link")


def wrong_place(text: str, event: Event) -> str:
    """What stands in braces and is no place of this event, or a brace that has no partner; "" when all is well."""
    for found in re.findall(r"\{[^{}]*\}", text):
        name = _PLACE.fullmatch(found)
        if name is None or name[1] not in places_of(event):
            return str(found)
    rest = _PLACE.sub("", text)
    return next((sign for sign in rest if sign in "{}"), "")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The words with their places filled, once: what a value holds in braces is left as it is. A place without a value is left out."""
    return _PLACE.sub(lambda found: values.get(found[1], ""), text)


def variables(text: str, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The places in the order in which they stand, with their values: a template approved by a register takes them so."""
    return tuple((name, values.get(name, "")) for name in _PLACE.findall(text))


def for_channel(values: Mapping[str, str], channel: str) -> Mapping[str, str]:
    """The values as a channel wants them: an SMS says Rs, for one ₹ would make it three times as dear (UCS-2 instead of GSM-7)."""
    return {name: value.replace("₹", "Rs ") for name, value in values.items()} if channel == SMS else values


def for_register(text: str) -> str:
    """The words as the DLT register wants them: each gap by its kind."""
    return _PLACE.sub(lambda found: "{#" + _DLT_TAG.get(found[1], "alphanumeric") + "#}", text)


def one_line(text: str) -> str:
    """For a subject, and for what is filled in: no line, no unseen sign, so that nothing can be added to the heads of a mail."""
    return clean_text(text)


def lines(text: str) -> str:
    """For a text: lines, without unseen signs."""
    return clean_lines(text)


_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True)
class Size:
    """How long a text is as an SMS: in GSM-7 or UCS-2, its signs as they are counted, and the parts that are paid for."""

    coding: str
    signs: int
    parts: int


def sms_size(text: str) -> Size:
    """3GPP TS 23.038: 160 signs of GSM-7 or 70 of UCS-2 in one part, 153 or 67 in each of several."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        signs, one, many, coding = sum(2 if sign in _GSM_TWICE else 1 for sign in text), 160, 153, "GSM-7"
    else:
        signs, one, many, coding = len(text.encode("utf-16-be")) // 2, 70, 67, "UCS-2"
    return Size(coding, signs, 1 if signs <= one else -(-signs // many))


# When ------------------------------------------------------------------------------------------------------------------

DAY_MINUTES = 24 * 60
MOST_TRIES = 6
TOO_OLD = timedelta(days=3)  # what could not leave for so long is news no more


def is_rest(now: datetime, first: int, last: int) -> bool:
    """Whether a time is within the hours of rest, from minute `first` of the day in IST up to `last`; over midnight where it is later."""
    minute = _minute(now)
    return first <= minute < last if first <= last else minute >= first or minute < last


def after_rest(now: datetime, first: int, last: int) -> datetime:
    """The first moment from now on that is not within the hours of rest."""
    if first == last or not is_rest(now, first, last):
        return now
    day = ist_day(now) + timedelta(days=1 if _minute(now) >= last else 0)
    return datetime.combine(day, time(last // 60, last % 60), IST)


def next_day(now: datetime, last: int) -> datetime:
    """Tomorrow, when the hours of rest end: for what is more than one is told in a day."""
    return datetime.combine(ist_day(now) + timedelta(days=1), time(last // 60, last % 60), IST)


def _minute(now: datetime) -> int:
    local = now.astimezone(IST)
    return local.hour * 60 + local.minute


def day_begins(now: datetime) -> datetime:
    """Midnight in India."""
    return datetime.combine(ist_day(now), time(), IST)


def within_hours(since: datetime, until: datetime, first: int, last: int) -> timedelta:
    """How much of the time between two instants lies within the hours of each day from minute `first` (IST) up to `last`, which may be
    above 1440: past midnight."""
    found, day = timedelta(), ist_day(since) - timedelta(days=1)
    while day <= ist_day(until):
        midnight = datetime.combine(day, time(), IST)
        begins, ends = max(since, midnight + timedelta(minutes=first)), min(until, midnight + timedelta(minutes=last))
        found += max(ends - begins, timedelta())
        day += timedelta(days=1)
    return found


def pause_after(tries: int, asked_seconds: int = 0) -> timedelta:
    """How long to wait after so many tries: one minute, then four times as long each, six hours at most, and never less than the
    provider asked for."""
    usual = min(timedelta(minutes=4 ** max(tries - 1, 0)), timedelta(hours=6))
    return max(usual, timedelta(seconds=min(max(asked_seconds, 0), 86_400)))


def chosen(event: Event, own: Sequence[str] | None, usual: Sequence[str] | None) -> tuple[str, ...]:
    """The ways to tell somebody: his own choice, else the business's, else those of the event. What nobody can switch off keeps the
    notice and the mail."""
    known = FOR_PARTIES if event.told is Told.PARTY else FOR_MEMBERS
    found = next((choice for choice in (own, usual) if choice is not None), event.ways)
    kept = tuple(dict.fromkeys(way for way in found if way in known))
    return tuple(dict.fromkeys((NOTICE, EMAIL, *kept))) if event.is_kept and event.told is not Told.PARTY else kept


def ways_left(chain: Sequence[str], ready: Collection[str], *, has_phone: bool, has_mail: bool, agreed: bool) -> tuple[str, ...]:
    """Of a chain, the channels by which this party can be told. WhatsApp asks that the party has agreed to be written to there."""
    able = {WHATSAPP: has_phone and agreed, SMS: has_phone, EMAIL: has_mail}
    return tuple(way for way in chain if way in ready and able.get(way, False))
