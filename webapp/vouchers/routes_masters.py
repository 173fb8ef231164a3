"""Accounts, customers, suppliers and cost centres made while a voucher is typed: for scripts as JSON, for others as a page."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import ledger, parties
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.text import clean_text
from webapp.parties import PartyDraft
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other, wants_json
from webapp.vouchers import heads
from webapp.vouchers.blueprint import bp

# What a new head may be. Each is made by the room that owns it; here it is only asked for.
SORTS = ("account", "customer", "supplier", "centre")


def head_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The page where a head is made, for browsers without scripts; scripts are told what is wrong, and show it themselves."""
    if errors and wants_json():
        return jsonify(errors=errors)
    with read_books(current_actor()) as books:
        groups = [row for row in heads.Chart(books).groups if row.code not in ("sundry-debtors", "sundry-creditors")]
    id_ = (typed or {}).get("id") or new_id()
    return page("vouchers/head_form.html", groups=groups, typed=typed or {}, errors=errors or {}, id=id_)


@bp.get("/vouchers/heads/new")
@needs(Permission.VOUCHER_WRITE)
def new_head() -> Response:
    return head_form()


@bp.post("/vouchers/heads")
@needs(Permission.VOUCHER_WRITE)
@form_again(head_form)
def create_head() -> BaseResponse:
    with open_books(current_actor()) as books:
        made = _made(books)
    if wants_json():
        return jsonify(made)
    return see_other(url_for("vouchers.new_voucher"))


def _made(books: Books) -> dict[str, Any]:
    """The new head as the list under the field takes it: [key, label, about, balance, is money]; or a cost centre's id and name."""
    form, id_ = request.form, read_id(request.form.get("id")) or new_id()
    sort, name = form.get("sort", ""), form.get("name", "")
    if sort not in SORTS:
        raise InvalidInput({"sort": "Choose what to make."})
    if sort == "centre":
        centre = ledger.create_cost_centre(books, name, id=id_)
        return {"centre": [str(centre.id), centre.name]}
    if sort == "account":
        made = ledger.create_account(books, ledger.AccountDraft(clean_text(name), read_id(form.get("group_id"))), id_)
        card = ledger.account_card(books, made)
        return {"head": [made.hex, card.name, "", 0, int(made in heads.Chart(books).money)]}
    draft = PartyDraft(name=name, phone=form.get("phone", ""), is_customer=sort == "customer", is_supplier=sort == "supplier")
    party = parties.create_party(books, draft, id_)
    chart = heads.Chart(books)
    [head] = heads.party_heads(books, chart, [parties.party_row(books, party.id)])
    return {"head": [head.key, head.label, head.about, head.balance, 0]}
