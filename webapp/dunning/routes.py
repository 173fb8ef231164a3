"""Pages of dunning: what was done, whom it would write to today, and whom never."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.dunning import forms, queries, routes_rest, routes_rules, rules, service
from webapp.dunning.blueprint import bp, reason_words, tone_words, when_words
from webapp.kernel.text import clean_text, folded
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, page, see_other

__all__ = ["bp", "routes_rest", "routes_rules"]
PART = 500


@bp.get("/dunning")
@needs(Permission.MESSAGE_READ)
def list_notices() -> Response:
    wanted = forms.parse_wanted(request.args)
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    place = forms.parse_place(request.args.get("after", ""))
    with read_books(current_actor()) as books:
        rows, kept = queries.notices(books, wanted, place, queries.PAGE + 1), queries.policy(books)
        exempt, ended = queries.exempted(books, [row.party_id for row in rows]), queries.endings(books, rows)
        unknown_year = queries.unknown_year(books, kept)
    last = rows[queries.PAGE - 1] if len(rows) > queries.PAGE else None
    older = f"{last.day.isoformat()}_{last.party_id}" if last else None
    address = forms.address_of(wanted)
    return page(
        "dunning/notices.html",
        rows=rows[: queries.PAGE],
        older=older,
        wanted=wanted,
        address=address,
        kept=kept,
        exempt=exempt,
        ended=ended,
        unknown_year=unknown_year,
    )


def _sheet(wanted: queries.Wanted) -> Sheet:
    columns = (
        Column(_("Day"), "day", 11),
        Column(_("Party"), "text", 22),
        Column(_("Rule"), "text", 14),
        Column(_("Tone"), "text", 12),
        Column(_("What was done"), "text", 26),
        Column(_("Bills"), "number", 7),
        Column(_("Oldest due on"), "day", 11),
        Column(_("Amount"), "amount", 13),
    )
    tones, reasons, sent = tone_words(), reason_words(), _("Written to")

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place = None
        while found := queries.notices(books, wanted, place, PART):
            for one in found:
                done = sent if one.outcome == "sent" else reasons[one.reason]
                yield one.day, one.name, when_words(one.days), tones[one.tone], done, one.bills, one.oldest, one.amount_paise
            place = (found[-1].day, found[-1].party_id)

    return Sheet("dunning", _("Automatic reminders"), (), columns, rows, is_wide=True)


@bp.get("/dunning/today")
@needs(Permission.MESSAGE_READ)
def show_today() -> Response:
    """Whom the rules would write to today, what, and why not the others; whether it is switched on or not."""
    sought, asked = clean_text(request.args.get("q", ""))[:100], request.args.get("reason", "write")
    reason = asked if asked in (*rules.REASONS, "write", "all") else "write"
    with read_books(current_actor()) as books:
        kept, own, today = queries.policy(books), queries.own_days(books), books.today
        every = queries.decisions(books)
    is_closed = queries.closed_days(own, on_sundays=kept.on_sundays)
    wanted = "" if reason == "write" else reason
    found = [one for one in every if folded(sought) in folded(one.name) and (reason == "all" or one.reason == wanted)]
    after = request.args.get("after", "")
    start = next((number for number, one in enumerate(found, start=1) if str(one.party_id) == after), 0)
    shown = found[start : start + queries.PAGE]
    return page(
        "dunning/today.html",
        rows=shown,
        after=shown[-1].party_id if len(found) > start + queries.PAGE else None,
        count=len(found),
        total=sum(one.amount for one in found),
        kept=kept,
        today=today,
        next_day=rules.next_open(today, is_closed),
        reason=reason,
        words=sought,
        any_at_all=bool(every),
    )


@bp.post("/dunning/of/<uuid:party_id>/exemption")
@needs(Permission.MESSAGE_SEND)
def change_exemption(party_id: UUID) -> BaseResponse:
    is_exempt = request.form.get("never") == "1"
    with open_books(current_actor()) as books:
        service.exempt(books, party_id, is_exempt=is_exempt)
    flash(_("It is not reminded automatically any more.") if is_exempt else _("It is reminded automatically again."), "success")
    return see_other(url_for("reminders.show_party", party_id=party_id))
