"""The writers of plans: granted, extended, asked for, chosen, ended. Each change stands in the edit log and is told to owners."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp import company, identity, notifications
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.text import clean_text
from webapp.plans import letters, offered, queries, rules
from webapp.plans.models import CompanyPlan, PlanRequest
from webapp.plans.rules import Granted, Plan
from webapp.platform import audit, machine, people_mail
from webapp.platform.rows import update_count
from webapp.platform.tenancy import Actor, Books, books_within, open_directory

FOUNDED, ADOPTED, SET, EXTENDED, CHOSEN, ENDED = HOW = ("founded", "adopted", "set", "extended", "chosen", "ended")
MOST_ASKED = 5  # in a day: each is a mail to the host
LINK = "/settings/plan"


@contextmanager
def turn(actor: Actor) -> Iterator[tuple[Session, Books]]:
    """A directory and the books within it, while nobody else gives places or opens stores in this business: what is counted stays so."""
    with open_directory() as directory:
        identity.take_turn(directory, actor.company_id)
        with books_within(directory, actor) as books:
            company.take_turn(books)
            yield directory, books


def found(books: Books) -> None:
    """A new business begins on the plan for new ones. Nothing where nobody hosts."""
    if offered.is_hosted():
        put(books, rules.begun(offered.offered(), books.today), FOUNDED)


def put(books: Books, granted: Granted, how: str, why: str = "") -> None:
    """Write what a business stands on from now on, and tell its owners. The caller has the turn."""
    before, seq = queries.last_granted(books), queries.last_seq(books) + 1
    limits = asdict(granted.limits)
    row = {
        "seq": seq,
        "plan_key": granted.key,
        "name": granted.name,
        "name_hi": granted.name_hi,
        **limits,
        "is_trial": granted.is_trial,
        "since": granted.since,
        "until": granted.until,
        "how": how,
        "why": why,
        "set_by": books.actor.name,
        "set_at": books.now,
    }
    books.insert(CompanyPlan, [row])
    audit.record(books, "change", "plan", seq, old=_logged(before) if before else None, new={**_logged(granted), "how": how, "why": why})
    if how != FOUNDED:
        day = written(granted.since)
        values = {"day": day} if granted.is_over else {"plan": shown_name(granted), "day": day}
        event = "plan_over" if granted.is_over else "plan_changed"
        notifications.notify(books, event, key=f"plan {seq}", words=values, link=LINK)


def set_plan(actor: Actor, key: str, *, until: date | None = None, why: str = "", anyway: bool = False) -> Granted:
    """The host gives a business a plan, through a day or for good; what it has asked for is answered by it. InvalidInput for no plan of the
    file, a day that is over, and `anyway` not said where more is used than the plan has room for."""
    plan = _plan(key)
    with turn(actor) as (_directory, books):
        if until is not None and until < books.today:
            raise InvalidInput({"until": "This day is over."})
        if not anyway and (over := rules.too_much(plan.limits, queries.used(books))):
            raise InvalidInput({"plan": " ".join(over)})
        made = rules.granted(plan, books.today, until)
        put(books, made, SET, why)
        _end_request(books, "applied")
    return made


def extend(actor: Actor, until: date, why: str = "") -> Granted:
    """The host lets a plan, or a trial, run through a later day, with the limits it was granted with; the same plan that was asked for is
    answered by it. Conflict for one that has ended or has no end; InvalidInput for a day that is not later."""
    with turn(actor) as (_directory, books):
        stands, waiting = queries.stands_on(books), queries.waiting(books)
        if stands.is_over:
            raise Conflict(
                problem="The plan of this business has ended.", fix="Give another plan: python -m webapp plan set CODE PLAN --until DAY"
            )
        if stands.until is None:
            raise Conflict(problem="This plan has no last day.", fix="Give another plan: python -m webapp plan set CODE PLAN --until DAY")
        if until <= stands.until:
            raise InvalidInput({"until": f"It runs through {written(stands.until)} anyway. Give a later day."})
        made = Granted(stands.key, stands.name, stands.name_hi, stands.limits, stands.is_trial, stands.since, until)
        put(books, made, EXTENDED, why)
        if waiting and waiting.plan_key == made.key:
            _end_request(books, "applied")
    return made


def ask(actor: Actor, key: str, paid_by: str, note: str) -> bool:
    """A business asks for another plan; what it waited for before gives way. Says whether it has the plan already: one that costs nothing,
    and all where the file says so, are given at once, but none smaller than what it was given through a later day.

    InvalidInput beside `plan` for one that is not offered, is had already, or has too little room; Conflict for who asks again and again.
    """
    plan, file = _plan(key), offered.offered()
    with turn(actor) as (directory, books):
        stands = queries.stands_on(books)
        if plan.key == stands.key and not stands.is_trial and stands.until is None and plan.limits == stands.limits:
            raise InvalidInput({"plan": "This is the plan you have."})
        if over := rules.too_much(plan.limits, queries.used(books)):
            raise InvalidInput({"plan": " ".join(over)})
        if queries.asked_lately(books) >= MOST_ASKED:
            raise Conflict(problem=f"Plans were asked for {MOST_ASKED} times today.", fix="Ask again tomorrow, or write to who hosts.")
        prices = {"month": plan.price_month_paise, "year": plan.price_year_paise}
        if any(prices.values()) and prices.get(paid_by) is None:
            raise InvalidInput({"paid_by": "Choose one that this plan has a price for."})
        _end_request(books, "replaced")
        request_id = new_id()
        asked = {"plan_key": plan.key, "paid_by": paid_by if prices.get(paid_by) else "", "note": clean_text(note)[: rules.MOST_NOTE]}
        who = {"asked_at": books.now, "asked_by": books.actor.name}
        books.insert(PlanRequest, [{"id": request_id, **asked, **who, "ended_at": None, "ended_as": ""}])
        audit.record(books, "create", "plan_request", request_id, new=asked)
        is_given = (plan.is_free or file.is_self_service) and not _is_paid_past(stands, plan)
        if is_given:
            put(books, rules.granted(plan, books.today), CHOSEN)
            _end_request(books, "applied")
        elif file.host_email and machine.mail() != ("", ""):
            code, name = identity.company_codes(directory, actor.company_id)[actor.company_id]
            detail = {"code": code, "business": name, "now": stands.key, "asked_by": books.actor.name, **asked}
            people_mail.ask_for(directory, letters.ASKED, file.host_email, detail)
    return is_given


def _is_paid_past(stands: Granted, plan: Plan) -> bool:
    """Whether a business holds more for some days yet: then the host sees to it that nothing is lost that was paid for."""
    now = offered.offered().plan(stands.key)
    return stands.until is not None and not stands.is_trial and (now is None or plan.order < now.order)


def withdraw(actor: Actor) -> None:
    """What was asked for is not wanted any more. Safe to repeat."""
    with turn(actor) as (_directory, books):
        _end_request(books, "withdrawn")


def decline(actor: Actor) -> None:
    """The host does not give what was asked for. NotFound when nothing waits."""
    with turn(actor) as (_directory, books):
        if not _end_request(books, "declined"):
            raise NotFound("request")


def _end_request(books: Books, ended_as: str) -> bool:
    waiting = queries.waiting(books)
    if waiting is None:
        return False
    ended = update(PlanRequest).where(PlanRequest.id == waiting.id).values(ended_at=books.now, ended_as=ended_as)
    update_count(books, ended)
    if ended_as != "replaced":
        audit.record(books, "end", "plan_request", waiting.id, old={"plan_key": waiting.plan_key}, new={"ended_as": ended_as})
    return True


def _plan(key: str) -> Plan:
    if (plan := offered.offered().plan(key)) is None:
        raise InvalidInput({"plan": "Choose a plan."})
    return plan


def shown_name(granted: Granted) -> str:
    """A plan's name in both languages, where they differ: one text is told to everybody."""
    return granted.name if granted.name == granted.name_hi else f"{granted.name} / {granted.name_hi}"


def _logged(granted: Granted) -> dict[str, Any]:
    limits = {name: value for name, value in asdict(granted.limits).items() if value is not None}
    return {"plan": granted.key, "is_trial": granted.is_trial, "since": granted.since, "until": granted.until, **limits}
