"""What the sheets ask while one types: suppliers, items and accounts like these words; and a supplier made in place."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _

from webapp import catalogue, parties, stock
from webapp.kernel.ids import read_id
from webapp.kernel.money import plain_decimal
from webapp.kernel.text import folded
from webapp.platform.permissions import Permission, needs
from webapp.platform.templating import account_name
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor
from webapp.purchases import gathering, lists
from webapp.purchases.blueprint import bp

MOST = 10


@bp.get("/purchases/suppliers")
@needs(Permission.PURCHASE_WRITE)
def find_suppliers() -> Response:
    """[key, name, about] of the suppliers that have every word typed."""
    with read_books(current_actor()) as books:
        found = [row for row in parties.search_parties(books, request.args.get("q", "")[:100], most=100) if row.is_supplier][:MOST]
    return jsonify(found=[[str(row.id), row.name, row.gstin or row.phone or row.city, {"state": row.state_code}] for row in found])


@bp.get("/purchases/goods")
@needs(Permission.PURCHASE_WRITE)
def find_goods() -> Response:
    """[key, name, about, what fills the row] of the items, and with `accounts` of the expense accounts, like the words typed."""
    words = request.args.get("q", "")[:100]
    with read_books(current_actor()) as books:
        items = catalogue.list_items(books, catalogue.Filters(text=words), most=MOST).rows
        tracking = {id_: one.tracking for id_, one in catalogue.counted_items(books, ids=[row.id for row in items]).items()}
        on_hand, rates = stock.on_hand(books, [row.id for row in items]), lists.last_rates(books, [row.id for row in items])
        accounts = gathering.expense_accounts(books).values() if request.args.get("accounts") else ()
    found: list[list[Any]] = []
    for row in items:
        about = f"{plain_decimal(on_hand[row.id].qty, 3)} {row.unit} · {row.tax_class}"
        rate = plain_decimal(rates[row.id], 5) if row.id in rates else ""
        found.append([f"item:{row.id}", row.name, about, {"unit": row.unit, "rate": rate, "tracking": tracking.get(row.id, "none")}])
    wanted = folded(words).split()
    for account in sorted(accounts, key=lambda one: one.name):
        if all(word in folded(account.name) for word in wanted) and len(found) < 2 * MOST:
            found.append(
                [
                    f"account:{account.id}",
                    account.name,
                    _("Expense") if account_name(account.name) == account.name else account_name(account.name),
                    {},
                ]
            )
    return jsonify(found=found)


@bp.post("/purchases/suppliers")
@needs(Permission.PURCHASE_WRITE)
def create_supplier() -> Response:
    """Make a supplier without leaving the sheet."""
    form = request.form
    draft = parties.PartyDraft(
        name=form.get("name", ""),
        is_customer=False,
        is_supplier=True,
        phone=form.get("phone", ""),
        gstin=form.get("gstin", "") or None,
        state_code=form.get("state_code", ""),
    )
    with open_books(current_actor()) as books:
        made = parties.create_party(books, draft, read_id(form.get("id")))
        answer = [str(made.id), made.name, made.gstin or made.phone, {"state": made.state_code}]
    return jsonify(found=[answer])
