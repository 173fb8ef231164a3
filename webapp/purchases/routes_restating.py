"""Pages that put open foreign bills at the closing rate of a day: the proposal with its figures, one restatement, its cancellation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.company import store_bar
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.purchases import foreign, queries, restating
from webapp.purchases.blueprint import bp
from webapp.purchases.restating import Restate


def restate_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The open foreign bills of a store on a day, a rate to type for each currency, and what they come to at those rates."""
    asked = typed if typed is not None else request.args
    with read_books(current_actor()) as books:
        bar, today = store_bar(books), books.today
        day = read_day(asked.get("day", "")) or today.replace(day=1) - timedelta(days=1)
        bills = restating.open_foreign(books, bar.chosen.id, day) if day < today else []
        before = restating.restatements(books, bar.chosen.id)
        standing = restating.standing_on(books, bar.chosen.id, day)
    currencies = sorted({one.currency for one in bills})
    rates, wrong = read_rates(asked, currencies)
    wrong = wrong if any(asked.get(f"rate-{name}", "").strip() for name in currencies) else {}
    found = restating.work_out(bills, rates) if len(rates) == len(currencies) else []
    shown: dict[str, Any] = {"bar": bar, "day": day, "today": today, "bills": bills, "currencies": currencies, "found": found}
    shown |= {"before": before, "standing": standing, "loss": sum(one.loss for one in found)}
    id_ = asked.get("id") or new_id()
    return page("purchases/restate_form.html", **shown, id=id_, typed=asked, errors={**wrong, **(errors or {})})


def read_rates(asked: Mapping[str, str], currencies: Iterable[str]) -> tuple[dict[str, int], dict[str, str]]:
    """The rates typed as `rate-USD`, in millionths, and what is wrong with the others."""
    rates: dict[str, int] = {}
    errors: dict[str, str] = {}
    for name in currencies:
        try:
            rates[name] = foreign.read_exchange_rate(asked.get(f"rate-{name}", ""))
        except ValueError as refusal:
            errors[f"rate-{name}"] = str(refusal)
    return rates, errors


def parse_restate(form: Mapping[str, str], store_id: UUID) -> Restate:
    """The form that posts a restatement. InvalidInput by field."""
    day, typed = read_day(form.get("day", "")), form.get("shown", "")
    rates, errors = read_rates(form, sorted(name.removeprefix("rate-") for name in form if name.startswith("rate-"))[:50])
    if day is None:
        errors["day"] = "Choose the day."
    if errors or day is None:
        raise InvalidInput(errors)
    digits = typed.removeprefix("-")
    shown = int(typed) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0
    sent = json.dumps([str(store_id), day.isoformat(), rates, shown], sort_keys=True).encode()
    return Restate(read_id(form.get("id")) or new_id(), store_id, day, rates, shown, hashlib.sha256(sent).hexdigest())


@bp.get("/purchases/closing-rates")
@needs(Permission.VOUCHER_WRITE)
def new_restatement() -> Response:
    return restate_form()


@bp.post("/purchases/closing-rates")
@needs(Permission.VOUCHER_WRITE)
@form_again(restate_form)
def create_restatement() -> BaseResponse:
    with open_books(current_actor()) as books:
        asked = parse_restate(request.form, read_id(request.form.get("store", "")) or store_bar(books).chosen.id)
        made = restating.restate(books, asked)
    return see_other(url_for("purchases.show_restatement", restatement_id=made.id))


def restatement_page(restatement_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One restatement, bill by bill; the cancel form keeps what was typed."""
    with read_books(current_actor()) as books:
        kept = restating.restatement(books, restatement_id)
        lines = restating.lines_of(books, restatement_id)
        cancelled = queries.cancellation_of(books, restatement_id)
    next_day: date = kept.restated_on + timedelta(days=1)
    shown: dict[str, Any] = {"kept": kept, "lines": lines, "cancelled": cancelled, "next_day": next_day}
    return page("purchases/restatement.html", **shown, typed=typed or {}, errors=errors or {})


@bp.get("/purchases/closing-rates/<uuid:restatement_id>")
@needs(Permission.VOUCHER_WRITE)
def show_restatement(restatement_id: UUID) -> Response:
    return restatement_page(restatement_id)


@bp.post("/purchases/closing-rates/<uuid:restatement_id>/cancellation")
@needs(Permission.VOUCHER_AMEND)
@form_again(restatement_page)
def create_restatement_cancellation(restatement_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        restating.cancel_restatement(books, restatement_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_restatement", restatement_id=restatement_id))
