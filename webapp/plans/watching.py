"""Once a day: write down what a plan has become by itself, and tell owners of its end and of a month with many bills."""

from __future__ import annotations

from datetime import date

from webapp import notifications
from webapp.kernel.dates import month_name, month_of, written
from webapp.plans import offered, queries, rules, service
from webapp.plans.rules import Granted, Level
from webapp.platform.logging import log
from webapp.platform.tenancy import Actor, Books, read_books


def watch(actor: Actor) -> int:
    """As the door of the room says. Safe to repeat: what was told is told once, by plan with its limit, month and level."""
    if not offered.is_hosted():
        return 0
    with read_books(actor) as books:
        last = queries.last_granted(books)
        stands = rules.standing(last, offered.offered(), books.today)
        level = rules.level_of(stands.limits, queries.bills_of_month(books, books.today))
        near = _days_left(stands, books.today)
    if stands.key and offered.offered().plan(stands.key) is None:
        log.warning("a business has a plan that is offered no more", company_id=actor.company_id, plan=stands.key)
    if stands is last and near is None and level is Level.CALM:
        return 0
    with service.turn(actor) as (_directory, books):
        last = queries.last_granted(books)
        stands = rules.standing(last, offered.offered(), books.today)
        if stands is not last:
            service.put(books, stands, service.ADOPTED if last is None else service.ENDED)
        return _tell_of_end(books, stands) + _tell_of_bills(books, stands)


def _days_left(stands: Granted, today: date) -> int | None:
    """Of the days before its end at which owners are told, the one that has come; None: none yet."""
    if stands.until is None:
        return None
    left = (stands.until - today).days
    return min((days for days in rules.TOLD_BEFORE if left <= days), default=None)


def _tell_of_end(books: Books, stands: Granted) -> int:
    days = _days_left(stands, books.today)
    if days is None or stands.until is None:
        return 0
    words = {"plan": service.shown_name(stands), "day": written(stands.until)}
    key = f"ends {queries.last_seq(books)} {days}"
    return notifications.notify(books, "plan_ends", key=key, words=words, link=service.LINK)


def _tell_of_bills(books: Books, stands: Granted) -> int:
    there = queries.bills_of_month(books, books.today)
    level = rules.level_of(stands.limits, there)
    if level is Level.CALM or stands.is_over:
        return 0
    month, most = month_of(books.today), stands.limits.bills
    words = {"count": str(there), "most": str(most), "month": month_name(month)}
    return notifications.notify(books, "plan_bills", key=f"bills {month} {stands.key} {most} {level}", words=words, link=service.LINK)
