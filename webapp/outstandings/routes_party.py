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
from webapp.company import profile, stores
from webapp.kernel.dates import Period
from webapp.outstandings import ages, forms, queries, routes_statements, rules, service, statements
from webapp.outstandings.ages import PartyAge
from webapp.outstandings.blueprint import bp, statement_words
from webapp.outstandings.forms import LINK_DAYS, STATEMENT, Shown
from webapp.outstandings.lines import RECEIVABLE
from webapp.outstandings.rules import OpenItem
from webapp.parties import PartyRow
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp", "routes_statements"]
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
        shown = forms.of_centre(books, statements.shown_of(who, period, request.args, books), request.args)
        items, foot = statements.open_of(books, who, shown)
        asked = ledger.Asked(period.first_day, period.last_day, at_end=True, most=100, store_id=shown.asked.store_id)
        found = statements.page_of(books, who, shown, asked)
        settled = queries.allocations_of_party(books, party_id)
        shared, shops = _sharing(books, who, profile(books).name), stores(books)
    store = next((one.name for one in shops if one.id == shown.asked.store_id), "")
    if wanted_format:
        return sheets.send(_statement(who, period, shown, foot, store), wanted_format)
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
        stores=shops,
        store=store,
    )


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


def _statement(who: PartyRow, period: Period, shown: Shown, foot: PartyAge, store: str) -> Sheet:
    """A statement of account, as it is sent: the lines of the days, then the bills that are open, with their age above."""
    words = statement_words(period, shown)

    def rows(books: Books) -> Iterator[Sequence[Any]]:
        return statements.rows(books, who, period, shown, words)

    about = (*(name for name in (store, shown.centre.name) if name), *statements.about(words, foot))
    return Sheet("statement", who.name, about, statements.columns(words), rows)


def paper_of(token: str) -> Response:
    """The statement that a public link opens: of this financial year, as it stands when it is opened."""
    opened = links.resolve(STATEMENT, token)
    if links.asks_for_page():
        answer = statement_page(token, opened)
        links.count_view(opened)
        return answer
    with read_books(opened.actor) as books:
        who = parties.party_row(books, opened.document_id)
        period = forms.read_period({}, books.today)
        shown = statements.shown_of(who, period, {}, books)
        drawn = statements.draw(books, who, period, statement_words(period, shown))
    if "format" not in request.args:  # taken from its page, it is the same view
        links.count_view(opened)
    response = Response(drawn, mimetype="application/pdf")
    response.vary.add("Accept")
    response.headers["Content-Disposition"] = 'inline; filename="statement.pdf"'
    return response


def payer_of(books: Books, party_id: UUID, _advance_paise: int = 0) -> links.Payer:
    """Who pays a statement, and what. NotFound for no such party."""
    who = parties.party_row(books, party_id)
    return links.Payer(who.id, who.name, who.name, owed_by(books, party_id))


def owed_by(books: Books, party_id: UUID) -> int:
    """All that is open of a party, advances and what we owe in turn among it: the balance that its paper closes with."""
    return sum(item.open for item in ages.open_items(books, party_id))


def statement_page(token: str, opened: links.Opened, *, status: int = 200, **form: Any) -> Response:
    """What a statement comes to, for the browser of who holds its link: what is open, and what is to be paid now."""
    with read_books(opened.actor) as books:
        who = parties.party_row(books, opened.document_id)
        shop = profile(books)
        shown = statements.shown_of(who, forms.read_period({}, books.today), {}, books)
        whole = ages.open_items(books, who.id)
        items, owed = ages.netted_items(whole, RECEIVABLE), sum(item.open for item in whole)
        due = links.due(books, opened, owed, number=opened.link_id.hex, note=f"Account of {who.name}"[:50])
        today = books.today
    return links.public_page(
        "outstandings/public_statement.html",
        status=status,
        shared=opened.kind,
        who=who,
        shop=shop,
        shown=shown,
        items=[item for item in items if item.open > 0],
        owed=owed,
        due=due,
        today=today,
        token=token,
        here="outstandings.shared_statement",
        **form,
    )


_paid = links.Payable(payer_of, statement_page, ("outstandings.party", "party_id"), "payments.new_receipt")
links.use_kind(links.Kind(STATEMENT, "outstandings.shared_statement", lambda: _("Statement"), _paid))


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
