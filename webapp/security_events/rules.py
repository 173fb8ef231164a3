"""What counts as an event of security, and when several together are an alert. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from webapp.kernel.records import dataclass

SIGN_IN, NEW_DEVICE, FAILED, FACTOR, RIGHTS = "sign_in", "new_device", "failed", "factor", "rights"
REFUSED, LIMITED, EXPORTED, RESTORED, TOKEN = "refused", "limited", "exported", "restored", "token"
GUESSING, STUFFING, TWO_NETWORKS, MASS_EXPORT, OFTEN_REFUSED, TOKEN_REUSED = (
    "guessing", "stuffing", "two_networks", "mass_export", "often_refused", "token_reused",
)  # fmt: skip
ALERTS = (GUESSING, STUFFING, TWO_NETWORKS, MASS_EXPORT, OFTEN_REFUSED, TOKEN_REUSED)
# Of these the rules below judge; who holds a token that was used again is told when it happens (webapp.api_access).
JUDGED = ALERTS[:5]
KINDS = (SIGN_IN, NEW_DEVICE, FAILED, FACTOR, RIGHTS, REFUSED, LIMITED, EXPORTED, RESTORED, TOKEN, *ALERTS)

# From a day on, where a business has not said otherwise. Failed tries at one person in a day; different people tried from one network in
# a day; minutes between two new devices in two networks; files and papers of one member in an hour; refusals of one member in an hour.
STANDARD: Sequence[tuple[date, Mapping[str, int]]] = (
    (date(2026, 4, 1), {GUESSING: 10, STUFFING: 10, TWO_NETWORKS: 15, MASS_EXPORT: 30, OFTEN_REFUSED: 20}),
)
LEAST, MOST = 1, 1_000
BEYOND_HABIT = 3  # times what a member sent out in his busiest hour of the last thirty days
HABIT = timedelta(days=30)

_OF_RIGHTS = frozenset({"member", "role", "ownership", "invitation"})
_LEAVES = frozenset({"export", "print", "download"})
_WHOLE = frozenset({"backup", "company"})


def kind_of(action: str, entity: str, new: Mapping[str, Any] | None) -> str:
    """Which kind of event an entry of the edit log is; "" for none."""
    if (action, entity) == ("login", "user"):
        return NEW_DEVICE if (new or {}).get("new_device") else SIGN_IN
    if (entity == "user" and action != "register") or (entity == "business" and "second_step_of_all" in (new or {})):
        return FACTOR
    if entity in _OF_RIGHTS or action == "register":
        return RIGHTS
    if entity == "api_token":
        return TOKEN_REUSED if action == "refuse" else TOKEN
    if action in _LEAVES:
        return EXPORTED
    return RESTORED if action == "restore" and entity in _WHOLE else ""


def hour_of(at: datetime) -> str:
    """The hour that is counted together (UTC)."""
    return at.strftime("%Y-%m-%dT%H")


def thresholds(day: date, own: Iterable[tuple[str, date, int]]) -> dict[str, int]:
    """What holds on a day: the standard, and what the business said by then (rule, since, most)."""
    found = dict(max((one for one in STANDARD if one[0] <= day), default=STANDARD[0], key=lambda one: one[0])[1])
    for rule, since, most in sorted(own, key=lambda one: one[1]):
        if since <= day and rule in found:
            found[rule] = most
    return found


@dataclass(frozen=True, slots=True)
class Finding:
    """An alert: the rule, its cause in words that are the same for the same cause, who it is about, how often, and where from."""

    rule: str
    cause: str
    user_id: UUID | None = None
    name: str = ""
    count: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """Failed tries at one person from one network within a day."""

    user_id: UUID
    name: str
    network: str
    tries: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """An event with its count, as the rules see it."""

    kind: str
    user_id: UUID | None
    name: str
    at: datetime
    count: int
    place: str


def guessed(tried: Sequence[Tried], most: int) -> list[Finding]:
    """People at whom somebody guesses, from however many networks."""
    found = []
    for user_id in dict.fromkeys(one.user_id for one in tried):
        his = [one for one in tried if one.user_id == user_id]
        if (total := sum(one.tries for one in his)) >= most:
            found.append(Finding(GUESSING, str(user_id), user_id, his[0].name, total, places(one.network for one in his)))
    return found


def stuffed(people_tried: Mapping[str, int], most: int) -> list[Finding]:
    """Networks from which many addresses are tried, one of ours among them."""
    return [Finding(STUFFING, network, None, "", people, network) for network, people in people_tried.items() if people >= most]


def from_two_networks(events: Sequence[Counted], minutes: int) -> list[Finding]:
    """People who signed in within minutes from two networks, in browsers never seen before."""
    found = dict[UUID, Finding]()
    anew = sorted((one for one in events if one.kind == NEW_DEVICE and one.user_id), key=lambda one: one.at)
    for number, later in enumerate(anew):
        for earlier in anew[:number]:
            is_near = later.at - earlier.at <= timedelta(minutes=minutes)
            if later.user_id and earlier.user_id == later.user_id and earlier.place != later.place and is_near:
                both = f"{earlier.place}, {later.place}"
                found[later.user_id] = Finding(TWO_NETWORKS, str(later.user_id), later.user_id, later.name, 2, both)
    return list(found.values())


def sent_much(events: Sequence[Counted], now: datetime, most: int) -> list[Finding]:
    """Members who send out much more in this hour, or the one before, than ever in an hour of the last thirty days."""
    found, recent = [], {hour_of(now), hour_of(now - timedelta(hours=1))}
    sent = [one for one in events if one.kind == EXPORTED and one.user_id]
    for one in sent:
        before = [other.count for other in sent if other.user_id == one.user_id and hour_of(other.at) < hour_of(one.at)]
        if hour_of(one.at) in recent and one.count >= most and one.count >= BEYOND_HABIT * max(before, default=0):
            found.append(Finding(MASS_EXPORT, f"{one.user_id}", one.user_id, one.name, one.count))
    return found


def refused_often(events: Sequence[Counted], now: datetime, most: int) -> list[Finding]:
    """Members who were refused again and again within an hour: this one, or the one before."""
    recent = {hour_of(now), hour_of(now - timedelta(hours=1))}
    often = [one for one in events if one.kind == REFUSED and one.count >= most and hour_of(one.at) in recent]
    return [Finding(OFTEN_REFUSED, str(one.user_id), one.user_id, one.name, one.count) for one in often]


def places(networks: Iterable[str]) -> str:
    """Three networks, and how many more."""
    every = list(dict.fromkeys(networks))
    return ", ".join(every[:3]) + (f" +{len(every) - 3}" if len(every) > 3 else "")
