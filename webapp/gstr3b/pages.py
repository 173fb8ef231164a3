"""A GSTR-3B on one page: what several views show."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Response, request

from webapp import gst_returns, ledger
from webapp.gstr3b import building, checking, late_gstr1, law, ledgers, service, told, writing
from webapp.gstr3b.building import FORM, period_of
from webapp.kernel.dates import read_day
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, page


def return_page(*, gstin: str, period_key: str, typed: Any = None, errors: Any = None) -> Response:
    """A return in its tables, how it is paid, and how it was filed."""
    with read_books(current_actor()) as books:
        of, period = gst_returns.registration(books, gstin), period_of(period_key)
        found = building.gstr3b(books, of, period)
        paid = service.payment(books, found)
        filings = gst_returns.filings_of(books, FORM, gstin, period)
        filed = next((row for row in filings if row.stands), None)
        kept = ledgers.kept_of(books, filed.id) if filed else None
        voucher = ledger.voucher_or_none(books, service.voucher_of(filed.id)) if filed else None
        today = books.today
        asked = read_day((typed or {}).get("filed_on", "") or request.args.get("on", "")) or today
        late = service.lateness(books, found, paid.settlement, asked)
        late_one = late_gstr1.late_gstr1(books, gstin, period, service.turnover_of(books, period.days.first_day))
        fee_of_one = late_gstr1.told_fee(books, gstin, period)
    digest = sha256(writing.as_text(found).encode()).hexdigest()
    wrong = checking.problems(found, paid) if filed is None else []
    return page(
        "gstr3b/return.html",
        of=of,
        period=period,
        told=found,
        paid=paid,
        settlement=kept.settlement if kept else paid.settlement,
        kept=kept,
        voucher=voucher,
        filings=filings,
        filed=filed,
        is_as_filed=filed is not None and filed.sha256 == digest,
        shown=digest,
        refused=sum(one.is_refused for one in wrong),
        others=sum(not one.is_refused for one in wrong),
        late=late,
        late_one=late_one,
        fee_of_one=fee_of_one,
        filed_on=asked,
        due_on=law.due_on(period, of.state_code),
        is_locked_upwards=period.month >= law.LIABILITY_LOCK_FROM,
        has_places=period.month < law.INTER_STATE_DROPPED_FROM,
        cells=told,
        today=today,
        new_id=new_id(),
        typed=typed or {},
        errors=errors or {},
    )
