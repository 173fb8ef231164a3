"""Pages of cheques: the register, the forms that take and issue one, one with its steps, deposit slips."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger, outstandings, parties, writing_off
from webapp.cheques import forms, moving, queries, rules, service
from webapp.cheques.queries import ChequeRow
from webapp.cheques.rules import ISSUED, RECEIVED, ChequeCommand, MoveCommand
from webapp.company import default_store, my_stores, store, store_bar
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.parties import PartyRow
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other

bp = Blueprint("cheques", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: what states and steps are called."""
    return {"state_words": state_words(), "act_words": act_words()}


def state_words() -> dict[str, str]:
    return {
        "in_hand": _("In hand"),
        "issued": _("With the supplier"),
        "due": _("Due"),
        "post_dated": _("Post-dated"),
        "stale": _("Stale"),
        "deposited": _("Deposited"),
        "cleared": _("Cleared"),
        "bounced": _("Returned unpaid"),
        "stopped": _("Stopped"),
        "cancelled": _("Cancelled"),
    }


def act_words() -> dict[str, str]:
    return {
        "take": _("Taken"),
        "deposit": _("Deposited"),
        "undeposit": _("Deposit taken back"),
        "clear": _("Cleared"),
        "bounce": _("Returned unpaid"),
        "stop": _("Stopped"),
        "again": _("Taken again"),
        "cancel": _("Cancelled"),
    }


@bp.get("/cheques")
@needs(Permission.RECEIPT_WRITE)
def list_cheques() -> Response:
    wanted_format, wanted = sheets.asked_format(), forms.parse_wanted(request.args)
    if wanted_format:
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found, today = queries.cheques(books, wanted, older_than=read_cursor(request.args.get("older", ""))), books.today
        shops = my_stores(books)
    address = forms.address_of(wanted)
    return page(
        "cheques/cheques.html", found=found, wanted=wanted, today=today, address=address, shops=shops, older=write_cursor(found.older)
    )


def _sheet(wanted: queries.Wanted) -> Sheet:
    states = state_words()
    columns = (
        Column(_("Number"), "code", 13),
        Column(_("Cheque number"), "code", 9),
        Column(_("Bank"), "text", 16),
        Column(_("Party"), "text", 20),
        Column(_("Taken on"), "day", 11),
        Column(_("Cheque date"), "day", 11),
        Column(_("Valid until"), "day", 11),
        Column(_("Status"), "text", 12),
        Column(_("Amount"), "amount", 13),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place = None
        while True:
            found = queries.cheques(books, wanted, older_than=place, most=500)
            for row in found.rows:
                days = (row.taken_on, row.cheque_date, row.valid_until)
                look = states[row.look(books.today)]
                yield row.number, row.cheque_no, row.bank, found.names[row.party_id].name, *days, look, row.amount_paise
            if (place := found.older) is None:
                return

    return Sheet("cheques", _("Cheques"), (), columns, rows, is_wide=True)


# Taking and issuing ----------------------------------------------------------------------------------------------------


def cheque_form(*, direction: str = RECEIVED, typed: Any = None, errors: Any = None) -> Response:
    """The form for the party of the address or of what was typed, with that party's open bills."""
    party_id = read_id((typed or request.args).get("party_id"))
    with read_books(current_actor()) as books:
        party = parties.party_or_none(books, party_id) if party_id else None
        bills = _bills(books, party, direction) if party else []
        accounts = queries.bank_accounts(books) if direction == ISSUED else []
        today, bar = books.today, store_bar(books)
    return page(
        "cheques/form.html",
        direction=direction,
        party=party,
        bills=bills,
        accounts=accounts,
        today=today,
        bar=bar,
        id=(typed or {}).get("id") or new_id(),
        typed=typed or {},
        errors=errors or {},
    )


def issue_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The same for a cheque to a supplier."""
    return cheque_form(direction=ISSUED, typed=typed, errors=errors)


def _bills(books: Books, party: PartyRow, direction: str) -> list[outstandings.OpenItem]:
    account = ledger.heads(books)["debtors" if direction == RECEIVED else "creditors"]
    items = outstandings.open_items(books, party.id)
    return [item for item in items if item.account_id == account and (item.open > 0) == (direction == RECEIVED)]


@bp.get("/cheques/new")
@needs(Permission.RECEIPT_WRITE)
def new_cheque() -> Response:
    return cheque_form()


@bp.get("/cheques/issue")
@needs(Permission.VOUCHER_WRITE)
def new_issued() -> Response:
    return issue_form()


@bp.get("/cheques/parties")
@needs(Permission.RECEIPT_WRITE)
def find_parties() -> Response:
    direction = ISSUED if request.args.get("direction") == ISSUED else RECEIVED
    with read_books(current_actor()) as books:
        near = parties.search_parties(books, request.args.get("party", "")[:100], most=20)
    found = [row for row in near if (row.is_customer if direction == RECEIVED else row.is_supplier)]
    return partial("cheques/_parties.html", found=found[:10], direction=direction)


@bp.post("/cheques")
@needs(Permission.RECEIPT_WRITE)
@form_again(cheque_form)
def create_cheque() -> BaseResponse:
    return _take(RECEIVED)


@bp.post("/cheques/issue")
@needs(Permission.VOUCHER_WRITE)
@form_again(issue_form)
def create_issued() -> BaseResponse:
    return _take(ISSUED)


def _take(direction: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        asked: ChequeCommand = forms.parse_cheque(request.form, direction, default_store(books))
        taken = service.take(books, asked, writing_off.parse_let_off(request.form))
    return see_other(url_for("cheques.show_cheque", cheque_id=taken.id))


# One cheque and its steps ----------------------------------------------------------------------------------------------


def cheque_page(cheque_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One cheque; the form of a step keeps what was typed."""
    with read_books(current_actor()) as books:
        found = queries.cheque(books, cheque_id)
        came = writing_off.came_with(books, cheque_id)
        today, shops = books.today, len(my_stores(books))
        of_store = store(books, found.row.store_id).name if shops > 1 else ""
    acts = [act for (direction, act), (froms, _to) in rules.STEPS.items() if direction == found.row.direction and found.row.state in froms]
    return page(
        "cheques/cheque.html",
        found=found,
        came=came,
        store=of_store,
        acts=[act for act in acts if act not in ("deposit", "undeposit")],
        today=today,
        look=found.row.look(today),
        id=new_id(),
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/cheques/<uuid:cheque_id>")
@needs(Permission.RECEIPT_WRITE)
def show_cheque(cheque_id: UUID) -> Response:
    return cheque_page(cheque_id)


def _moved(cheque_id: UUID, verb: Callable[[Books, MoveCommand], ChequeRow]) -> BaseResponse:
    with open_books(current_actor()) as books:
        verb(books, forms.parse_move(request.form, cheque_id))
    return see_other(url_for("cheques.show_cheque", cheque_id=cheque_id))


@bp.post("/cheques/<uuid:cheque_id>/clearing")
@needs(Permission.VOUCHER_WRITE)
@form_again(cheque_page)
def create_clearing(cheque_id: UUID) -> BaseResponse:
    return _moved(cheque_id, moving.clear)


@bp.post("/cheques/<uuid:cheque_id>/return")
@needs(Permission.VOUCHER_WRITE)
@form_again(cheque_page)
def create_return(cheque_id: UUID) -> BaseResponse:
    return _moved(cheque_id, moving.bounce)


@bp.post("/cheques/<uuid:cheque_id>/stop")
@needs(Permission.VOUCHER_WRITE)
@form_again(cheque_page)
def create_stop(cheque_id: UUID) -> BaseResponse:
    return _moved(cheque_id, moving.stop)


@bp.post("/cheques/<uuid:cheque_id>/again")
@needs(Permission.VOUCHER_WRITE)
@form_again(cheque_page)
def create_again(cheque_id: UUID) -> BaseResponse:
    return _moved(cheque_id, moving.again)


@bp.post("/cheques/<uuid:cheque_id>/cancellation")
@needs(Permission.BILL_CANCEL)
@form_again(cheque_page)
def create_cancellation(cheque_id: UUID) -> BaseResponse:
    return _moved(cheque_id, moving.cancel)


# Deposit slips ---------------------------------------------------------------------------------------------------------


def deposit_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The cheques that the bank would pay today, to be ticked."""
    with read_books(current_actor()) as books:
        bar = store_bar(books)
        found, names = queries.to_deposit(books, bar.chosen.id)
        accounts, slips, today = queries.bank_accounts(books), queries.slips(books, bar.chosen.id, most=10), books.today
    chosen = typed.getlist("cheque") if typed else [str(row.id) for row in found]
    return page(
        "cheques/deposit.html",
        found=found,
        names=names,
        accounts=accounts,
        slips=slips,
        bar=bar,
        today=today,
        chosen=chosen,
        id=(typed or {}).get("id") or new_id(),
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/cheques/deposit")
@needs(Permission.VOUCHER_WRITE)
def new_deposit() -> Response:
    return deposit_form()


@bp.post("/cheques/deposit")
@needs(Permission.VOUCHER_WRITE)
@form_again(deposit_form)
def create_deposit() -> BaseResponse:
    with open_books(current_actor()) as books:
        made = moving.deposit(books, forms.parse_deposit(request.form))
    return see_other(url_for("cheques.show_slip", slip_id=made.id))


def slip_page(slip_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One deposit slip; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        found, today = queries.slip(books, slip_id), books.today
    return page("cheques/slip.html", found=found, today=today, typed=typed or {}, errors=errors or {})


@bp.get("/cheques/slips/<uuid:slip_id>")
@needs(Permission.VOUCHER_WRITE)
def show_slip(slip_id: UUID) -> Response:
    return slip_page(slip_id)


@bp.post("/cheques/slips/<uuid:slip_id>/cancellation")
@needs(Permission.VOUCHER_WRITE)
@form_again(slip_page)
def create_slip_cancellation(slip_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        moving.cancel_slip(books, slip_id, reason=request.form.get("reason", ""))
    return see_other(url_for("cheques.show_slip", slip_id=slip_id))
