"""What comes from the screens of GSTR-3B and of the electronic ledgers, read into commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from webapp.gstr3b.challans import Deposit
from webapp.gstr3b.credited import Credited
from webapp.gstr3b.ledgers import BOOKS_KEPT, CASH_MINORS, Opening
from webapp.gstr3b.setting_off import HEADS
from webapp.gstr3b.told import CELLS
from webapp.input_tax import Tax
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import read_paise
from webapp.kernel.text import clean_text

MOST_PLACE = 10_000_000


def cell_of(name: str) -> str:
    """A figure that an address names. NotFound for none."""
    if name not in CELLS:
        raise NotFound("figure")
    return name


def book_of(name: str) -> str:
    """A ledger that an address names. NotFound for none."""
    if name not in BOOKS_KEPT:
        raise NotFound("ledger")
    return name


def read_whole(text: str, most: int = MOST_PLACE) -> int:
    """A whole number from 0 to `most`, or 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most else 0


def parse_deposit(form: Mapping[str, str], gstin: str) -> Deposit:
    """The form of a deposit. InvalidInput beside each amount that is none."""
    errors: dict[str, str] = {}
    amounts = {minor: _taxes(form, minor, errors) for minor in CASH_MINORS}
    if errors:
        raise InvalidInput(errors)
    return Deposit(
        id=read_id(form.get("id")) or new_id(),
        gstin=gstin,
        paid_on=_day(form, "paid_on", "Type the day of the deposit."),
        cpin=clean_text(form.get("cpin", "")).replace(" ", "")[:40],
        account_id=read_id(form.get("account_id")),
        month=read_whole(form.get("month", ""), 209912),
        amounts=amounts,
    )


def parse_opening(form: Mapping[str, str], gstin: str) -> Opening:
    """The form of what the ledgers held before. InvalidInput beside each amount that is none, or below nought."""
    errors: dict[str, str] = {}
    credit, cash = _taxes(form, "credit", errors), _taxes(form, "cash", errors)
    if errors:
        raise InvalidInput(errors)
    day = _day(form, "day", "Type the day on which it stood so.")
    return Opening(read_id(form.get("id")) or new_id(), gstin, day, credit, cash)


def parse_credit(form: Mapping[str, str], gstin: str) -> Credited:
    """The form of TDS or TCS credit. InvalidInput beside each amount that is none."""
    errors: dict[str, str] = {}
    amounts: dict[str, int] = {}
    for name in ("value", "igst", "cgst", "sgst"):
        try:
            amounts[name] = read_paise(form.get(name, "").strip() or "0")
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise InvalidInput(errors)
    return Credited(
        id=read_id(form.get("id")) or new_id(),
        gstin=gstin,
        kind=form.get("kind", ""),
        other_gstin=clean_text(form.get("other_gstin", "")).upper().replace(" ", "")[:20],
        other_name=clean_text(form.get("other_name", ""))[:99],
        month=read_whole(form.get("month", "").replace("-", ""), 209912),  # a browser writes 2026-10
        accepted_on=_day(form, "accepted_on", "Type the day on which it was accepted on the portal."),
        value=amounts["value"],
        tax=Tax(amounts["igst"], amounts["cgst"], amounts["sgst"], 0),
        customer=clean_text(form.get("customer", ""))[:200],
        account_id=read_id(form.get("account_id")),
    )


def parse_fee(form: Mapping[str, str]) -> int:
    """The late fee of GSTR-1 under each of CGST and SGST, in paise; nothing typed is none. InvalidInput where it is no amount."""
    try:
        return read_paise(form.get("gstr1_fee", "").strip() or "0")
    except ValueError as error:
        raise InvalidInput({"gstr1_fee": str(error)}) from None


def _taxes(form: Mapping[str, str], prefix: str, errors: dict[str, str]) -> Tax:
    found = []
    for head in HEADS:
        name = f"{prefix}_{head}"
        try:
            found.append(read_paise(form.get(name, "").strip() or "0"))
        except ValueError as error:
            errors[name] = str(error)
            found.append(read_paise("0"))
        if found[-1] < 0:
            errors[name] = "Type nothing less than 0."
    return Tax(*found)


def _day(form: Mapping[str, str], name: str, words: str) -> date:
    day = read_day(form.get(name, ""))
    if day is None:
        raise InvalidInput({name: words})
    return day
