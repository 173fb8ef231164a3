"""What pages send: text from outside as the drafts of this room, or errors by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import MultiDict

from webapp.kernel.dates import FinancialYear, read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_basis_points, read_paise
from webapp.kernel.text import clean_text
from webapp.tds.buyers import BuyerDraft
from webapp.tds.challans import ChallanDraft
from webapp.tds.queries import Wanted
from webapp.tds.rules import law
from webapp.tds.rules.days import Quarter
from webapp.tds.service import CertificateDraft, MarkDraft

STATES = ("open", "paid")


def parse_mark(form: Mapping[str, str]) -> MarkDraft:
    """The form of a mark. InvalidInput for a sum that cannot be read."""
    errors: dict[str, str] = {}
    before = _amount(form, "before", errors) if form.get("before", "").strip() else None
    if errors:
        raise InvalidInput(errors)
    return MarkDraft(
        name=clean_text(form.get("name", ""))[:300],
        kind=form.get("kind", ""),
        payee=form.get("payee", ""),
        pan=clean_text(form.get("pan", ""))[:20],
        payee_name=form.get("payee_name", ""),
        is_specified=bool(form.get("is_specified")),
        before=before,
        before_is_taxed=bool(form.get("before_is_taxed")),
    )


def parse_buyer(form: Mapping[str, str]) -> BuyerDraft:
    """What is known of a customer."""
    return BuyerDraft(
        name=clean_text(form.get("name", ""))[:300],
        kind=form.get("kind", ""),
        payee=form.get("payee", ""),
        pan=clean_text(form.get("pan", ""))[:20],
        buyer_name=form.get("buyer_name", ""),
        is_specified=bool(form.get("is_specified")),
        deducts=bool(form.get("deducts")),
    )


def parse_certificate(form: Mapping[str, str]) -> CertificateDraft:
    """The form of a certificate. InvalidInput by field."""
    errors: dict[str, str] = {}
    limit = _amount(form, "limit", errors)
    rate = 0
    try:
        rate = int(read_basis_points(form.get("rate", "")))
    except ValueError as words:
        errors["rate"] = str(words)
    first, last = read_day(form.get("first_day", "")), read_day(form.get("last_day", ""))
    for name, day in (("first_day", first), ("last_day", last)):
        if day is None:
            errors[name] = "Choose the day."
    if errors or first is None or last is None:
        raise InvalidInput(errors)
    name = clean_text(form.get("certificate_name", ""))[:300]
    return CertificateDraft(name, form.get("number", "")[:20], form.get("certificate_kind", ""), rate, limit, first, last)


def parse_challan(form: MultiDict[str, str]) -> ChallanDraft:
    """The form of a challan. InvalidInput by field."""
    errors: dict[str, str] = {}
    sums = {name: _amount(form, name, errors) if form.get(name, "").strip() else 0 for name in ("tax", "interest", "fee")}
    day = read_day(form.get("paid_on", ""))
    if day is None:
        errors["paid_on"] = "Choose the day."
    chosen = [read_id(one) for one in form.getlist("deduction")[:5000]]
    if None in chosen:
        errors["deductions"] = "Choose the deductions from the list."
    if errors or day is None:
        raise InvalidInput(errors)
    return ChallanDraft(
        id=read_id(form.get("id", "")) or new_id(),
        paid_on=day,
        bsr=form.get("bsr", "").strip()[:20],
        serial=form.get("serial", "").strip()[:20],
        minor_head=form.get("minor_head", "200"),
        account_id=read_id(form.get("account_id", "")),
        deductions=tuple(one for one in chosen if one is not None),
        is_collected=form.get("side") == "tcs",
        tax=sums["tax"],
        interest=sums["interest"],
        fee=sums["fee"],
    )


def parse_wanted(args: Mapping[str, str], *, is_collected: bool = False) -> Wanted:
    """The filters of the register. What cannot be read is as if it had not been asked."""
    kind, state = args.get("kind", ""), args.get("state", "")
    return Wanted(
        text=clean_text(args.get("q", ""))[:100],
        kind=kind if kind in (law.COLLECTED if is_collected else law.DEDUCTED) else "",
        state=state if state in STATES else "",
        first_day=read_day(args.get("from", "")),
        last_day=read_day(args.get("to", "")),
        party_id=read_id(args.get("party", "")),
        is_collected=is_collected,
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    found = {
        "q": wanted.text,
        "kind": wanted.kind,
        "state": wanted.state,
        "from": wanted.first_day.isoformat() if wanted.first_day else "",
        "to": wanted.last_day.isoformat() if wanted.last_day else "",
        "party": str(wanted.party_id) if wanted.party_id else "",
    }
    return {name: value for name, value in found.items() if value}


def read_year(text: str, today: date) -> FinancialYear:
    """A financial year by the year it starts in; this one where that cannot be read."""
    if text.isascii() and text.isdigit() and 2023 <= int(text[:4]) == int(text) < 2100:
        return FinancialYear(int(text))
    return FinancialYear.of(today)


def read_quarter(text: str, today: date) -> Quarter:
    """A quarter as "2025-4"; the last one that is over where that cannot be read."""
    year, _, number = text.partition("-")
    if number in ("1", "2", "3", "4") and year.isascii() and year.isdigit() and len(year) == 4 and 2023 <= int(year) < 2100:
        return Quarter(int(year), int(number))
    own = Quarter.of(today)
    return Quarter(own.start_year - (own.number == 1), (own.number - 2) % 4 + 1)


def _amount(form: Mapping[str, str], name: str, errors: dict[str, str]) -> int:
    try:
        return int(read_paise(form.get(name, "")))
    except ValueError as words:
        errors[name] = str(words)
        return 0
