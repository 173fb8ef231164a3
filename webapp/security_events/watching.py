"""Every few minutes: read what is new, judge it, and tell the owners of what is an alert, once a day for each cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from webapp import identity, notifications
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.security_events import queries, rules, service
from webapp.security_events.rules import Counted, Finding, Tried

_RECENT = timedelta(hours=2)
_DAY = timedelta(days=1)


def watch(actor: Actor) -> int:
    """Note and judge what has happened to this business; returns how many alerts there are. Writes nothing where nothing happened."""
    with read_books(actor) as books:
        tried = _tried(books)
        is_quiet = not tried and queries.mark(books) == queries.last_seq(books) and not queries.counted(books, books.now - _RECENT)
    if is_quiet:
        return 0
    with open_books(actor) as books:
        service.read_log(books)
        _note_failed(books, tried)
        return sum(_alert(books, finding) for finding in _findings(books, tried))


def _tried(books: Books) -> list[Tried]:
    people = {one.email: one for one in identity.members(books.session, books.company_id)}
    failed = identity.failed_tries(books.session, people, books.now - _DAY)
    return [Tried(people[one.email].user_id, people[one.email].name, one.network, one.tries, one.last_at) for one in failed]


def _note_failed(books: Books, tried: Sequence[Tried]) -> None:
    for user_id in dict.fromkeys(one.user_id for one in tried):
        his = [one for one in tried if one.user_id == user_id]
        total = Tried(user_id, his[0].name, "", sum(one.tries for one in his), max(one.last_at for one in his))
        service.note_failed(books, total, rules.places(one.network for one in his))


def _findings(books: Books, tried: Sequence[Tried]) -> list[Finding]:
    most = rules.thresholds(books.today, queries.own_thresholds(books))
    happened: list[Counted] = queries.counted(books, books.now - rules.HABIT)
    recent = [one for one in happened if books.now - one.at <= _RECENT]
    networks = identity.people_tried(books.session, {one.network for one in tried}, books.now - _DAY)
    return [
        *rules.guessed(tried, most[rules.GUESSING]),
        *rules.stuffed(networks, most[rules.STUFFING]),
        *rules.from_two_networks(recent, most[rules.TWO_NETWORKS]),
        *rules.sent_much(happened, books.now, most[rules.MASS_EXPORT]),
        *rules.refused_often(recent, books.now, most[rules.OFTEN_REFUSED]),
    ]


def _alert(books: Books, finding: Finding) -> int:
    key = f"{finding.rule} {finding.cause} {books.today.isoformat()}"
    row = {"kind": finding.rule, "user_id": finding.user_id, "user_name": finding.name, "place": finding.place}
    if not service.add_once(books, key, row, finding.count):
        return 0
    words = {"name": finding.name, "count": str(finding.count), "place": finding.place}
    notifications.notify(books, f"alert_{finding.rule}", key=key, words=words, link=f"/security-events?kind={finding.rule}")
    return 1
