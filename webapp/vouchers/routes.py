"""Pages of vouchers: the screen where they are typed, the list, one voucher with its history, what is done to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, ledger
from webapp.kernel.dates import read_day
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.refusals import told
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.templating import account_name
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other
from webapp.vouchers import (
    bills,
    entering,
    forms,
    heads,
    naming,
    queries,
    routes_masters,
    routes_money,
    routes_templates,
    screen,
    service,
    tds,
)
from webapp.vouchers.blueprint import bp, kind_words, state_words
from webapp.vouchers.rules import KINDS, StaleVersion, State

__all__ = ["bp", "routes_masters", "routes_money", "routes_templates"]
View = TypeVar("View", bound=Callable[..., Any])


@bp.get("/vouchers")
@needs(Permission.VOUCHER_READ)
def list_vouchers() -> Response:
    wanted = forms.parse_wanted(request.args)
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = queries.documents(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        names = naming.Names(books, [entry for row in found.rows for entry in row.entries])
        rows = [(row, names.particulars(row, account_name)) for row in found.rows]
        shops = company.my_stores(books)
    address = forms.address_of(wanted)
    return page(
        "vouchers/vouchers.html",
        rows=rows,
        wanted=wanted,
        address=address,
        older=write_cursor(found.older),
        stores={one.id: one.name for one in shops} if len(shops) > 1 else {},
        account=names.chart.accounts.get(wanted.head_id) if wanted.head_id else None,
        accounts=names.chart.choices(),
    )


def _sheet(wanted: queries.Wanted) -> Sheet:
    columns = (
        Column(_("Date"), "day", 12),
        Column(_("Number"), "code", 16),
        Column(_("Kind"), "text", 11),
        Column(_("Particulars"), "text", 26),
        Column(_("Narration"), "text", 24),
        Column(_("Store"), "text", 14),
        Column(_("Status"), "text", 11),
        Column(_("Amount"), "amount", 14),
    )
    kinds, states = kind_words(), state_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        cursor = None
        shops = {one.id: one.name for one in company.stores(books, with_closed=True)}
        while True:
            found = queries.documents(books, wanted, older_than=cursor, most=500)
            names = naming.Names(books, [entry for row in found.rows for entry in row.entries])
            for row in found.rows:
                about = names.particulars(row)
                store, state = shops.get(row.store_id, ""), states[row.state]
                yield row.voucher_date, row.number, kinds[row.kind], about, row.narration, store, state, row.amount_paise
            if (cursor := found.older) is None:
                return

    filters = [one for one in (kinds.get(wanted.kind), states.get(wanted.state), wanted.text) if one]
    return Sheet("vouchers", _("Vouchers"), tuple(filters), columns, rows)


# The screen where a voucher is typed ----------------------------------------------------------------------------------


def voucher_form(
    *,
    typed: Any = None,
    errors: Any = None,
    document_id: UUID | None = None,
    changes: Any = (),
    version: int | None = None,
    proposal: tds.Proposal | None = None,
    is_posting: bool = False,
) -> Response:
    """The screen, with what was typed (and the deduction of tax that is proposed), or for a voucher that is kept (`is_posting`: to
    go into the books as it stands), or blank in the kind that the address asks for."""
    with read_books(current_actor()) as books:
        kept = queries.document(books, document_id) if document_id else None
        if kept is not None and is_posting:
            shown = screen.of_typed(screen.as_typed(books, kept), kept, proposal)
        elif typed is not None:
            shown = screen.of_typed(forms.parse_voucher(typed, books.today, document_id), kept, proposal)
        elif kept is not None:
            shown = screen.of_document(books, kept, is_copy=False)
        else:
            shown = _new_screen(books)
        choices = screen.store_choices(books, shown.store)
        saved_id = read_id(request.args.get("saved", ""))
        saved = queries.document_or_none(books, saved_id) if saved_id else None
        centres = [row for row in ledger.cost_centres(books) if not row.is_archived]
        narrations = screen.narrations(books)
        row_bills = screen.bills_of(books, shown.rows, shown.kind, errors or {})
        groups = [row for row in heads.Chart(books).groups if row.code not in ("sundry-debtors", "sundry-creditors")]
    return page(
        "vouchers/voucher_form.html",
        shown=shown,
        stores=choices,
        proposal=proposal,
        tds_seen=proposal is not None or bool(typed and typed.get("tds_seen")),
        version=shown.version if version is None else version,
        errors=errors or {},
        changes=changes,
        saved=saved,
        centres=centres,
        groups=groups,
        narrations=narrations,
        row_bills=row_bills,
        party_id=new_id(),
    )


def _new_screen(books: Books) -> screen.Screen:
    asked_kind = request.args.get("kind", "")
    day = read_day(request.args.get("day", "")) or books.today
    copied = read_id(request.args.get("from", ""))
    if copied:
        return screen.of_document(books, queries.document(books, copied), is_copy=True, day=day)
    return screen.blank(asked_kind if asked_kind in KINDS else "payment", day, company.store_bar(books).chosen.id)


def again_when_stale(view: View) -> View:
    """When somebody saved the voucher meanwhile: 409, the form again with what was typed, and what they changed."""

    @wraps(view)
    def guarded(document_id: UUID) -> Any:
        try:
            return view(document_id=document_id)
        except StaleVersion as refusal:
            version = forms.parse_voucher(request.form, current_day()).version
            with read_books(current_actor()) as books:
                history = {row.version: row for row in queries.versions(books, document_id)}
                newest = max(history)
                opened = history.get(version, history[newest])
                changes = naming.changes(books, opened.body, history[newest].body)
            told_words = {"": f"{told(refusal.problem)} {told(refusal.fix)}"}
            response = voucher_form(typed=request.form, errors=told_words, document_id=document_id, changes=changes, version=newest)
            response.status_code = refusal.status
            return response

    return cast("View", guarded)


def current_day() -> Any:
    """Today in India."""
    with read_books(current_actor()) as books:
        return books.today


@bp.get("/vouchers/new")
@needs(Permission.VOUCHER_WRITE)
def new_voucher() -> Response:
    return voucher_form()


@bp.post("/vouchers")
@needs(Permission.VOUCHER_WRITE)
@form_again(voucher_form)
def create_voucher() -> BaseResponse:
    with open_books(current_actor()) as books:
        typed = forms.parse_voucher(request.form, books.today)
        # Proposed once: who takes the row out, or changes it, is not asked again.
        proposal = None if request.form.get("tds_seen") else tds.proposed(books, typed)
        saved = entering.enter(books, typed) if proposal is None else None
    if saved is None:
        return voucher_form(typed=request.form, proposal=proposal)
    # The next one is likely of the same kind, day and store.
    day, store = saved.voucher_date.isoformat(), saved.store_id
    return see_other(url_for("vouchers.new_voucher", kind=saved.kind, day=day, store=store, saved=saved.id))


@bp.get("/vouchers/documents/<uuid:document_id>/edit")
@needs(Permission.VOUCHER_WRITE)
def edit_voucher(document_id: UUID) -> Response:
    return voucher_form(document_id=document_id)


@bp.post("/vouchers/documents/<uuid:document_id>")
@needs(Permission.VOUCHER_WRITE)
@form_again(voucher_form)
@again_when_stale
def change_voucher(document_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        typed = forms.parse_voucher(request.form, books.today, document_id)
        kept = queries.document(books, document_id)
        proposal = None if request.form.get("tds_seen") else tds.proposed(books, typed, kept)
        saved = entering.enter(books, typed) if proposal is None else None
    if saved is None:
        return voucher_form(typed=request.form, document_id=document_id, proposal=proposal)
    return see_other(url_for("vouchers.show_voucher", document_id=saved.id))


@bp.get("/vouchers/heads")
@needs(Permission.VOUCHER_WRITE)
def find_heads() -> Response:
    """Accounts and parties with their balances, for the list under the field: all of them, or those like `q`."""
    text = request.args.get("q", "")[:100]
    with read_books(current_actor()) as books:
        chart = heads.Chart(books)
        found, is_all = (heads.found_heads(books, chart, text), False) if text else heads.all_heads(books, chart, books.today)
    rows = [[head.key, head.label, head.about, head.balance, int(head.is_money)] for head in found]
    return jsonify(heads=rows, all=is_all)


@bp.get("/vouchers/bills")
@needs(Permission.VOUCHER_WRITE)
def find_bills() -> Response:
    """What a row on a party may settle, drawn for that row."""
    number, side = request.args.get("row", 1, type=int), request.args.get("side", "D")
    with read_books(current_actor()) as books:
        found = screen.bills_of_key(books, request.args.get("key", "")[:80], side, bills.TypedBills())
    return partial("vouchers/_bills.html", number=number, found=found, errors={})


# One voucher ----------------------------------------------------------------------------------------------------------


def voucher_page(document_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One voucher with its history; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        kept = queries.document(books, document_id)
        history = queries.versions(books, document_id)
        lines = naming.Names(books, kept.entries).lines(kept.entries)
        mirror = queries.mirror_of(books, document_id)
        mirrored = queries.document_or_none(books, kept.mirrors_id) if kept.mirrors_id else None
        own = company.store(books, kept.store_id)
        tds_due = _tds_due(books, kept)
    return page(
        "vouchers/voucher.html",
        kept=kept,
        tds_due=tds_due,
        store=own,
        history=history,
        lines=lines,
        mirror=mirror,
        mirrored=mirrored,
        save_id=new_id(),
        typed=typed or {},
        errors=errors or {},
    )


def _tds_due(books: Books, kept: queries.DocumentRow) -> tds.Proposal | None:
    """The deduction of tax that a voucher lacks, as the screen where it is typed would propose it; also where it posted itself, or
    the accountant did without."""
    if kept.standing is State.CANCELLED or not tds.may_be_due(books, kept.kind):
        return None
    return tds.proposed(books, screen.as_typed(books, kept), kept)


@bp.get("/vouchers/documents/<uuid:document_id>")
@needs(Permission.VOUCHER_READ)
def show_voucher(document_id: UUID) -> Response:
    return voucher_page(document_id)


@bp.get("/vouchers/documents/<uuid:document_id>/comparison")
@needs(Permission.VOUCHER_READ)
def compare_versions(document_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        kept = queries.document(books, document_id)
        history = {row.version: row for row in queries.versions(books, document_id)}
        newest = max(history)
        after = history.get(request.args.get("after", newest, type=int), history[newest])
        before = history.get(request.args.get("before", after.version - 1, type=int), history[min(history)])
        found = naming.changes(books, before.body, after.body)
    return page("vouchers/comparison.html", kept=kept, history=list(history.values()), before=before, after=after, changes=found)


@bp.post("/vouchers/documents/<uuid:document_id>/posting")
@needs(Permission.VOUCHER_WRITE)
@form_again(voucher_page)
def create_posting(document_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        version = request.form.get("version", 0, type=int)
        kept = queries.document(books, document_id)
        is_asked = not kept.standing.is_in_books and kept.version == version
        proposal = _tds_due(books, kept) if is_asked else None
        if proposal is None:
            service.post_kept(books, document_id, version=version, save_id=read_id(request.form.get("save_id")) or new_id())
    if proposal is not None:
        return voucher_form(document_id=document_id, proposal=proposal, is_posting=True)
    return see_other(url_for("vouchers.show_voucher", document_id=document_id))


@bp.post("/vouchers/documents/<uuid:document_id>/cancellation")
@needs(Permission.VOUCHER_AMEND)
@form_again(voucher_page)
def create_cancellation(document_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        save_id = read_id(request.form.get("save_id")) or new_id()
        service.cancel(books, document_id, save_id=save_id, reason=request.form.get("reason", ""))
    return see_other(url_for("vouchers.show_voucher", document_id=document_id))


@bp.post("/vouchers/documents/<uuid:document_id>/removal")
@needs(Permission.VOUCHER_WRITE)
def create_removal(document_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.remove(books, document_id)
    return see_other(url_for("vouchers.list_vouchers"))
