"""One party: its statement with what is open, settling its bills with its money, undoing that, and the paper to send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger, links, parties
from webapp.company import profile
from webapp.kernel.dates import Period, written
from webapp.kernel.money import Paise, rupees
from webapp.outstandings import ages, forms, queries, rules, service
from webapp.outstandings.ages import PartyAge
from webapp.outstandings.blueprint import bp, bucket_words, kind_words
from webapp.outstandings.forms import LINK_DAYS, STATEMENT, Shown
from webapp.outstandings.lines import PAYABLE, RECEIVABLE
from webapp.outstandings.rules import OpenItem
from webapp.parties import PartyRow
from webapp.platform import sheets, tables_pdf
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

_PIECE = 1000
links.use_kind(links.Kind(STATEMENT, "outstandings.shared_statement", lambda: _("Statement")))
_LATEST = date(2099, 12, 31)  # what may be settled is what is free today, also of a day to come


@bp.get("/outstandings/<uuid:party_id>")
@needs(Permission.REPORT_READ)
def party(party_id: UUID) -> Response:
    return party_page(party_id)


def party_page(party_id: UUID, *, errors: Any = None, typed: Any = None, **_given: Any) -> Response:
    """A party's statement: the register of its days, and what is open at their end."""
    wanted_format = sheets.asked_format()
    with read_books(current_actor()) as books:
        who = parties.party_row(books, party_id)
        period = forms.read_period(request.args, books.today)
        shown = _shown(who, period, books)
        items, foot = _open(books, party_id, shown)
        asked = ledger.Asked(period.first_day, period.last_day, at_end=True, most=100)
        found = ledger.party_page(books, party_id, asked)
        settled = queries.allocations_of_party(books, party_id)
        shared = _sharing(books, who, profile(books).name)
    if wanted_format:
        return sheets.send(_statement(who, period, shown, foot), wanted_format)
    return page(
        "outstandings/party.html",
        who=who,
        period=period,
        shown=shown,
        items=items,
        foot=foot,
        found=found,
        settled=settled,
        errors=errors or {},
        typed=typed or {},
        shared=shared,
    )


def _shown(who: PartyRow, period: Period, books: Books) -> Shown:
    side = PAYABLE if who.is_supplier and not who.is_customer else RECEIVABLE
    return forms.read_shown({**request.args, "on": period.last_day.isoformat()}, side, books.today)


def _open(books: Books, party_id: UUID, shown: Shown) -> tuple[list[OpenItem], PartyAge]:
    items = ages.open_items(books, party_id, on=shown.asked.on)
    if shown.is_netted:
        items = ages.netted_items(items, shown.asked.side)
    return items, ages.aged(items, shown.asked, shown.edges)


def _sharing(books: Books, who: PartyRow, shop: str) -> list[tuple[links.LinkRow, str, str]]:
    """The links to this statement that still open: each with its address, and WhatsApp's link to send it."""
    found = []
    for link in links.links_of(books, STATEMENT, who.id):
        address = links.address(books.company_id, link)
        words = _("Your statement of account from %(shop)s: %(address)s", shop=shop, address=address)
        found.append((link, address, f"https://wa.me/{who.phone.removeprefix('+')}?text={quote(words)}" if who.phone else ""))
    return found


@bp.post("/outstandings/<uuid:party_id>/links")
@needs(Permission.REPORT_READ)
def create_link(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        links.make(books, STATEMENT, party_id, parties.party_row(books, party_id).name, days=LINK_DAYS)
    return see_other(url_for("outstandings.party", party_id=party_id))


def _statement(who: PartyRow, period: Period, shown: Shown, foot: PartyAge) -> Sheet:
    """A statement of account, as it is sent: the lines of the days, then the bills that are open, with their age above."""
    words = kind_words()
    columns = (
        Column(_("Date"), "day", 12),
        Column(_("Particulars"), "text", 30),
        Column(_("Number"), "code", 16),
        Column(_("Due on"), "day", 12),
        Column(_("Debit"), "amount", 14),
        Column(_("Credit"), "amount", 14),
        Column(_("Balance"), "amount", 15),
    )

    def rows(books: Books) -> Iterator[Sequence[Any]]:
        opening = ledger.party_page(books, who.id, ledger.Asked(period.first_day, period.last_day, most=1)).opening
        yield period.first_day, _("Opening balance"), "", "", 0, 0, opening
        closing = opening
        for row in _whole(books, who.id, period):
            closing = row.balance
            yield row.key.day, words.get(row.kind, row.kind), row.number, "", row.debit, row.credit, row.balance
        yield period.last_day, _("Closing balance"), "", "", 0, 0, closing
        items, _foot = _open(books, who.id, shown)
        if items:
            yield "", _("Open on %(day)s", day=written(period.last_day)), "", "", None, None, None
        for item in items:
            due_on = item.due_on if item.open * shown.asked.sign > 0 else ""  # money on account falls due on no day
            yield item.day, words.get(item.kind, item.kind), item.name, due_on, max(item.open, 0), max(-item.open, 0), None

    ages_of = [*zip(bucket_words(shown), foot.buckets, strict=True), (_("On account"), foot.on_account)]
    said = " · ".join(f"{label}: {rupees(Paise(amount))}" for label, amount in ages_of if amount)
    about = (_("%(first)s to %(last)s", first=written(period.first_day), last=written(period.last_day)), *([said] if said else []))
    return Sheet("statement", who.name, about, columns, rows)


def _whole(books: Books, party_id: UUID, period: Period) -> Iterator[ledger.RegisterRow]:
    after = None
    while True:
        found = ledger.party_page(books, party_id, ledger.Asked(period.first_day, period.last_day, after=after, most=_PIECE))
        yield from found.rows
        if found.later is None:
            return
        after = found.later


def paper_of(token: str) -> Response:
    """The statement that a public link opens: of this financial year, as it stands when it is opened."""
    opened = links.resolve(STATEMENT, token)
    if links.asks_for_page():
        return _public_page(token, opened)
    with read_books(opened.actor) as books:
        who = parties.party_row(books, opened.document_id)
        period = forms.read_period({}, books.today)
        shown = _shown(who, period, books)
        sheet = _statement(who, period, shown, _open(books, who.id, shown)[1])
        paper = tables_pdf.Paper(
            business=profile(books).name,
            title=sheet.title,
            about=sheet.about,
            columns=sheet.columns,
            page_words=_("Page {page} of {pages}"),
        )
        drawn = tables_pdf.draw(paper, sheet.rows(books))
    if "format" not in request.args:  # taken from its page, it is the same view
        links.count_view(opened)
    response = Response(drawn, mimetype="application/pdf")
    response.vary.add("Accept")
    response.headers["Content-Disposition"] = 'inline; filename="statement.pdf"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _public_page(token: str, opened: links.Opened) -> Response:
    """What a statement comes to, for the browser of who holds its link: what is open, and what is to be paid now."""
    with read_books(opened.actor) as books:
        who = parties.party_row(books, opened.document_id)
        shop = profile(books)
        shown = _shown(who, forms.read_period({}, books.today), books)
        # All that is open, advances and what we owe in turn among it: its sum is the balance that the paper closes with.
        whole = ages.open_items(books, who.id)
        items, owed = ages.netted_items(whole, RECEIVABLE), sum(item.open for item in whole)
        due = links.due(books, owed, number=opened.link_id.hex, note=f"Account of {who.name}"[:50])
        today = books.today
    links.count_view(opened)
    return links.public_page(
        "outstandings/public_statement.html",
        who=who,
        shop=shop,
        shown=shown,
        items=[item for item in items if item.open > 0],
        owed=owed,
        due=due,
        today=today,
        token=token,
        here="outstandings.shared_statement",
    )


# Settling by hand -----------------------------------------------------------------------------------------------------


def settle_page(party_id: UUID, *, errors: Any = None, typed: Any = None, **_given: Any) -> Response:
    """One line of a party and the open lines it could settle, each with an amount to type."""
    with read_books(current_actor()) as books:
        who = parties.party_row(books, party_id)
        own, others = _settleable(books, who, (typed or request.args).get("line", ""))
        today = books.today
    return page("outstandings/settle.html", who=who, own=own, others=others, today=today, errors=errors or {}, typed=typed or {})


def _settleable(books: Books, who: PartyRow, line: str) -> tuple[OpenItem | None, list[OpenItem]]:
    """The line asked for, or the party's oldest money where none is, and what it could settle."""
    items = ages.open_items(books, who.id, on=_LATEST)
    sign = -1 if who.is_supplier and not who.is_customer else 1
    if line:
        source = forms.read_line(line)
        own = next((item for item in items if item.key == source), None)
        if own is None:
            raise rules.CannotSettle(problem=_("Nothing of this line is open any more."), fix=_("Go back to the party and choose another."))
    else:
        own = next((item for item in items if item.open * sign < 0), None)
    return own, [item for item in items if own and item.account_id == own.account_id and (item.open > 0) != (own.open > 0)]


@bp.get("/outstandings/<uuid:party_id>/settlement")
@needs(Permission.RECEIPT_WRITE)
def new_settlement(party_id: UUID) -> Response:
    return settle_page(party_id)


@bp.post("/outstandings/<uuid:party_id>/suggestion")
@needs(Permission.RECEIPT_WRITE)
def create_suggestion(party_id: UUID) -> Response:
    """The same form with the whole line spread over the oldest."""
    line = request.form.get("line", "")
    with read_books(current_actor()) as books:
        own, others = _settleable(books, parties.party_row(books, party_id), line)
    kept = {"line": line, **forms.typed_parts(rules.suggest(others, abs(own.open) if own else 0))}
    return settle_page(party_id, typed=kept)


@bp.post("/outstandings/<uuid:party_id>/settlements")
@needs(Permission.RECEIPT_WRITE)
@form_again(settle_page)
def create_settlement(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        parties.party_row(books, party_id)
        service.allocate(books, party_id, forms.read_line(request.form.get("line", "")), forms.parse_parts(request.form))
    flash(_("Settled."), "success")
    return see_other(url_for("outstandings.party", party_id=party_id))


@bp.post("/settlements/<uuid:allocation_id>/release")
@needs(Permission.BILL_CANCEL)
def create_release(allocation_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        party_id = queries.allocation(books, allocation_id).party_id
        service.release(books, allocation_id, why=request.form.get("reason", "") or _("Undone by hand"))
    return see_other(url_for("outstandings.party", party_id=party_id))
