"""The day's reminders: each customer in a transaction of its own, in which what was decided, which rules it settles for which bills and
the message are written together. So whoever is killed leaves all of it or nothing, and two at once leave one.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import links, notifications, outstandings
from webapp.dunning import queries, rules
from webapp.dunning.models import DunningNotice, DunningPolicy, DunningStep
from webapp.dunning.rules import Decision
from webapp.kernel.dates import IST, read_day, written
from webapp.kernel.errors import keep_promise
from webapp.kernel.money import Paise, rupees
from webapp.platform.logging import log
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Actor, Books, open_books, read_books

STATEMENTS = "/statements/"  # where webapp.outstandings opens a shared statement
LINK_DAYS, LINK_LEFT = 30, 7  # a link that goes along opens for so many days; one that opens so long still is used again
MOST_NAMES = 5


def dun(actor: Actor) -> int:
    """Write to every customer whose turn it is today, where the business has switched it on; how many were written to. Asked every few
    minutes: it does nothing within the hours of rest, on days of rest, and when the day's are done."""
    with read_books(actor) as books:
        if not is_time(books):
            return 0
        due = [one for one in queries.decisions(books) if not one.reason or one.reason in rules.HINDERED]
    made, failed = 0, 0
    for decision in due:
        try:
            made += _one(actor, decision)
        except Exception:  # one's trouble is not another's: who has had his turn keeps it, and this one is tried again
            log.exception("a customer was not reminded", company_id=actor.company_id, party_id=str(decision.party_id))
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} customers were not reminded")
    with open_books(actor) as books:
        mark_done(books)
    return made


def is_time(books: Books) -> bool:
    """Whether the day's reminders are to be sent now."""
    kept = queries.policy(books)
    if not kept.is_on or kept.ran_on == books.today or is_rest(books):
        return False
    return not queries.closed_days(queries.own_days(books), on_sundays=kept.on_sundays)(books.today)


def is_rest(books: Books) -> bool:
    """Whether the business sends no messages at this hour (Settings → Notices and messages)."""
    policy, local = notifications.policy(books), books.now.astimezone(IST)
    minute, first, last = local.hour * 60 + local.minute, policy.rest_from, policy.rest_until
    return first <= minute < last if first <= last else minute >= first or minute < last


def mark_done(books: Books) -> None:
    """The day's reminders are done."""
    update_count(books, update(DunningPolicy).where(DunningPolicy.only == 1).values(ran_on=books.today))


def hindrance(books: Books, message: notifications.MessageRow) -> str:
    """Why a reminder that is about to leave should not: what it asks for is owed no more, or somebody has said something meanwhile. ""
    for one that may leave. What was paid a minute ago is read again here."""
    day, party_id = read_day(message.key[:10]), message.subject_id
    told = queries.notice_of(books, party_id, day) if day and party_id else None
    if told is None or told.outcome != "sent":
        return ""  # another room's, or a trial of the words
    if queries.still_owed(books, told) < told.amount_paise:
        return "It was paid meanwhile, or a part of it."
    if queries.exempted(books, [told.party_id]):
        return "The customer is not to be reminded any more."
    if links.stated_by(books, [told.party_id]):
        return "The customer says that it has paid."
    return ""


def _one(actor: Actor, seen: Decision) -> int:
    """Decide again for one customer, with what stands now, and write it down. 1 when it is written to."""
    with open_books(actor) as books:
        decision = next(iter(queries.decisions(books, seen.party_id)), None)
        if decision is None or decision.rule is None:
            return 0
        if decision.reason:
            if decision.reason in rules.HINDERED:
                _note_skipped(books, decision)
            return 0
        return int(_note_sent(books, decision) and _tell(books, decision))


def _note_sent(books: Books, decision: Decision) -> bool:
    """Take the customer's turn of today. False when another has it, or a rule was sent for a bill meanwhile."""
    row = _row(books, decision) | {"outcome": "sent", "reason": ""}
    same = (DunningNotice.party_id == decision.party_id, DunningNotice.day == books.today, DunningNotice.outcome == "skipped")
    values = {name: value for name, value in row.items() if name not in ("party_id", "day")}
    if not insert_once(books, DunningNotice, row) and not update_count(books, update(DunningNotice).where(*same).values(**values)):
        return False
    for rule_id, (voucher_id, line_no) in decision.steps:
        step = {"rule_id": rule_id, "voucher_id": voucher_id, "line_no": line_no, "party_id": decision.party_id, "sent_on": books.today}
        keep_promise(insert_once(books, DunningStep, step), "who has the customer's turn sends a rule for a bill once")
    return True


def _note_skipped(books: Books, decision: Decision) -> None:
    """Keep why nobody was written to: once for a rule and reason, not every day anew."""
    last = queries.newest_of(books, decision.party_id)
    rule_id = decision.rule.id if decision.rule else None
    if last is None or (last.outcome, last.reason, last.rule_id) != ("skipped", decision.reason, rule_id):
        insert_once(books, DunningNotice, _row(books, decision) | {"outcome": "skipped", "reason": decision.reason})


def _row(books: Books, decision: Decision) -> dict[str, Any]:
    rule = decision.rule
    return {
        "party_id": decision.party_id,
        "day": books.today,
        "rule_id": rule.id if rule else None,
        "days": rule.days if rule else 0,
        "tone": rule.tone if rule else rules.POLITE,
        "amount_paise": decision.amount,
        "bills": len(decision.bills),
        "oldest": decision.oldest,
        "at": books.now,
    }


def _tell(books: Books, decision: Decision) -> bool:
    rule, oldest = decision.rule, decision.oldest
    keep_promise(rule is not None and oldest is not None, "who is written to owes a bill by a rule")
    if rule is None or oldest is None:
        return False
    link = statement_link(books, decision.party_id, decision.name) if rule.has_link else ""
    key = rules.message_key(books.today, rule.id)
    about: dict[str, Any] = {"subject_kind": "party", "subject_id": decision.party_id, "party_id": decision.party_id}
    return bool(notifications.notify(books, rule.event, key=key, words=words_of(decision, books.today), link=link, **about))


def words_of(decision: Decision, today: date) -> dict[str, str]:
    """The places of a reminder: the sum, the oldest due date and how many days it is past (or ahead), the bills by number."""
    names, oldest = [bill.name for bill in decision.bills], decision.oldest or today
    shown = ", ".join(names[:MOST_NAMES]) + (f" +{len(names) - MOST_NAMES}" if len(names) > MOST_NAMES else "")
    days = abs((today - oldest).days)
    return {"amount": rupees(Paise(decision.amount)), "day": written(oldest), "days": str(days), "bills": shown}


def statement_link(books: Books, party_id: UUID, name: str) -> str:
    """The public page of a customer's statement, on which it can pay: the link that opens for some time yet, or a new one."""
    enough = books.now.timestamp() + LINK_LEFT * 86_400
    kept = [one for one in links.links_of(books, outstandings.STATEMENT, party_id) if one.expires_at.timestamp() > enough]
    link = kept[0] if kept else links.make(books, outstandings.STATEMENT, party_id, name, days=LINK_DAYS)
    return links.address_of_path(books.company_id, link, STATEMENTS)
