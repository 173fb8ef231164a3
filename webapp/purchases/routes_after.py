"""What comes after a bill: its freight put on goods that came before, and its payment in foreign money."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, plain_decimal, read_paise, read_qty
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.purchases import foreign, landing, lists, queries, screen
from webapp.purchases.blueprint import bp
from webapp.purchases.landing import Bearer, Landing
from webapp.purchases.reading import read_ref, write_ref

MOST_DOCUMENTS = 10


def freight_form(purchase_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """The freight of a bill that is on no goods yet, and the goods that came last, or those of the documents that a search finds."""
    text = request.args.get("q", "").strip()[:100]
    with read_books(current_actor()) as books:
        bill = queries.bill(books, purchase_id)
        left = landing.freight_of(books, bill)
        wanted = lists.Wanted(text=text)
        found = [row for which in ("receipts", "bills") for row in lists.documents(books, which, wanted, most=MOST_DOCUMENTS).rows]
        ids = [row.id for row in found if row.state != "cancelled" and row.kind in ("receipt", "bill") and row.id != purchase_id]
        goods = [(line, write_ref(line.document_id, line.line_no)) for id_ in ids for line in landing.goods_of(books, id_)]
        today = books.today
    chosen = set(typed.getlist("line")) if typed is not None else set()
    shown: dict[str, Any] = {"bill": bill, "left": left, "goods": goods, "today": today, "sought": text, "chosen": chosen}
    return page("purchases/freight_form.html", **shown, id=(typed or {}).get("id") or new_id(), typed=typed or {}, errors=errors or {})


@bp.get("/purchases/bills/<uuid:purchase_id>/freight")
@needs(Permission.PURCHASE_WRITE)
def new_freight(purchase_id: UUID) -> Response:
    return freight_form(purchase_id)


@bp.post("/purchases/bills/<uuid:purchase_id>/freight")
@needs(Permission.PURCHASE_WRITE)
@form_again(freight_form)
def create_freight(purchase_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.bill(books, purchase_id)
        landing.land(books, parse_landing(request.form, request.form.getlist("line"), purchase_id))
    return see_other(url_for("purchases.show_bill", purchase_id=purchase_id) + "#freight")


@bp.post("/purchases/bills/<uuid:purchase_id>/freight/cancellation")
@needs(Permission.PURCHASE_WRITE)
def create_freight_cancellation(purchase_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.bill(books, purchase_id)
        landed_id = read_id(request.form.get("landed"))
        if landed_id is None or landing.landed(books, landed_id).bill_id != purchase_id:
            raise NotFound("freight on goods")
        landing.take_off(books, landed_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_bill", purchase_id=purchase_id) + "#freight")


def parse_landing(form: Mapping[str, str], lines: list[str], bill_id: UUID) -> Landing:
    """The form that puts freight on goods. InvalidInput by field."""
    errors: dict[str, str] = {}
    amount: Paise | None = None
    bearers: list[Bearer] = []
    try:
        amount = read_paise(form["amount"]) if form.get("amount", "").strip() else None
    except ValueError as refusal:
        errors["amount"] = str(refusal)
    for text in lines[: landing.MOST_LINES + 1]:
        ref = read_ref(text)
        if ref is None:
            errors["lines"] = "Choose the goods that bear it."
            continue
        try:
            typed = form.get(f"weight-{text}", "").strip()
            bearers.append(Bearer(ref, read_qty(typed) if typed and form.get("shared_by") == "weight" else 0))
        except ValueError as refusal:
            errors[f"weight-{text}"] = str(refusal)
    day = read_day(form.get("landed_on", ""))
    if day is None:
        errors["landed_on"] = "Choose the day."
    if errors or day is None:
        raise InvalidInput(errors)
    shared_by = form.get("shared_by", "")
    sent = [str(bill_id), day.isoformat(), shared_by, amount, [[one.line.id.hex, one.line.line_no, one.weight] for one in bearers]]
    return Landing(
        id=read_id(form.get("id")) or new_id(),
        bill_id=bill_id,
        landed_on=day,
        shared_by=shared_by,
        bearers=tuple(bearers),
        body_sha256=hashlib.sha256(json.dumps(sent).encode()).hexdigest(),
        amount=amount,
    )


def foreign_form(purchase_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """What of a foreign bill is open in its own money, and at which rate it is paid."""
    with read_books(current_actor()) as books:
        bill = queries.bill(books, purchase_id)
        left = (bill.foreign_total or 0) - sum(one.foreign_amount for one in foreign.payments_of(books, purchase_id))
        choices = screen.offered(books)
    own: dict[str, Any] = {
        "bill": bill,
        "left": plain_decimal(left, 2),
        "rate": plain_decimal(bill.exchange_rate_micro or 0, 6),
        "choices": choices,
    }
    id_ = (typed or {}).get("id") or new_id()
    return page("purchases/foreign_form.html", **own, id=id_, typed=typed or {}, errors=errors or {})


@bp.get("/purchases/bills/<uuid:purchase_id>/foreign-payment")
@needs(Permission.PURCHASE_WRITE)
def new_foreign_payment(purchase_id: UUID) -> Response:
    return foreign_form(purchase_id)


@bp.post("/purchases/bills/<uuid:purchase_id>/foreign-payments")
@needs(Permission.PURCHASE_WRITE)
@form_again(foreign_form)
def create_foreign_payment(purchase_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.bill(books, purchase_id)
        foreign.pay_foreign(books, foreign.parse_foreign_payment(request.form, purchase_id))
    return see_other(url_for("purchases.show_bill", purchase_id=purchase_id))


@bp.post("/purchases/bills/<uuid:purchase_id>/foreign-payments/cancellation")
@needs(Permission.PURCHASE_WRITE)
def create_foreign_cancellation(purchase_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.bill(books, purchase_id)
        payment_id = read_id(request.form.get("payment"))
        if payment_id is None:
            raise NotFound("payment")
        foreign.cancel_foreign_payment(books, purchase_id, payment_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_bill", purchase_id=purchase_id))
