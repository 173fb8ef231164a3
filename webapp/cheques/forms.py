"""What pages send, as the commands of this room."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp import outstandings
from webapp.cheques.queries import LOOKS, Wanted
from webapp.cheques.rules import DIRECTIONS, ISSUED, STATES, ChequeCommand, DepositCommand, MoveCommand, PaidBill
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise, read_paise
from webapp.kernel.text import clean_text


def parse_cheque(form: Mapping[str, str], direction: str, usual: UUID) -> ChequeCommand:
    """The form that takes or issues a cheque; `usual` is the store where the form names none. InvalidInput by field."""
    errors: dict[str, str] = {}
    store_id = read_id(form["store"]) if form.get("store") else usual
    if store_id is None:
        errors["store"] = "Choose a store from the list."
    party_id, account_id = read_id(form.get("party_id", "")), read_id(form.get("account_id", ""))
    if party_id is None:
        errors["party_id"] = "Choose whose cheque it is."
    if direction == ISSUED and account_id is None:
        errors["account_id"] = "Choose the bank account it is drawn on."
    amount = read_amount(form, "amount", errors)
    taken_on, cheque_date = read_day(form.get("taken_on", "")), read_day(form.get("cheque_date", ""))
    if taken_on is None:
        errors["taken_on"] = "Choose the day the cheque changed hands."
    if cheque_date is None:
        errors["cheque_date"] = "Choose the date written on the cheque."
    bills: tuple[PaidBill, ...] = ()
    try:
        bills = tuple(PaidBill(part.to.voucher_id, part.to.line_no, part.amount) for part in outstandings.parse_parts(form))
    except InvalidInput as refusal:
        errors |= refusal.errors
    if errors or party_id is None or taken_on is None or cheque_date is None or store_id is None:
        raise InvalidInput(errors)
    return ChequeCommand(
        id=read_id(form.get("id", "")) or new_id(),
        direction=direction,
        party_id=party_id,
        store_id=store_id,
        taken_on=taken_on,
        cheque_no=form.get("cheque_no", "").strip(),
        bank=clean_text(form.get("bank", "")),
        cheque_date=cheque_date,
        amount=amount,
        body_sha256=_sha256(form),
        bills=bills,
        account_id=account_id if direction == ISSUED else None,
        note=form.get("note", ""),
    )


def read_amount(form: Mapping[str, str], field: str, errors: dict[str, str]) -> Paise:
    """An amount above 0 as typed; what is wrong with it goes to `errors`."""
    try:
        amount = read_paise(form.get(field, ""))
    except ValueError as error:
        errors[field] = str(error)
        return Paise(0)
    if amount <= 0:
        errors[field] = "Type an amount above 0."
    return amount


def parse_move(form: Mapping[str, str], cheque_id: UUID) -> MoveCommand:
    """A step of a cheque. InvalidInput by field."""
    errors: dict[str, str] = {}
    day = read_day(form.get("on", ""))
    if day is None:
        errors["on"] = "Choose the day."
    charges = Paise(0)
    if form.get("charges", "").strip():
        try:
            charges = read_paise(form["charges"])
        except ValueError as error:
            errors["charges"] = str(error)
    if errors or day is None:
        raise InvalidInput(errors)
    id_ = read_id(form.get("id", "")) or new_id()
    return MoveCommand(id_, cheque_id, day, form.get("reason", ""), charges, form.get("from_party") == "1")


def parse_deposit(form: MultiDict[str, str]) -> DepositCommand:
    """A deposit slip. InvalidInput by field."""
    errors: dict[str, str] = {}
    day, account_id = read_day(form.get("deposited_on", "")), read_id(form.get("account_id", ""))
    if day is None:
        errors["deposited_on"] = "Choose the day of the deposit."
    if account_id is None:
        errors["account_id"] = "Choose the account they go to."
    chosen = [read_id(one) for one in form.getlist("cheque")]
    cheque_ids = tuple(dict.fromkeys(one for one in chosen if one is not None))
    if errors or day is None or account_id is None:
        raise InvalidInput(errors)
    sent = [day.isoformat(), str(account_id), *sorted(map(str, cheque_ids))]
    body = hashlib.sha256(json.dumps(sent).encode()).hexdigest()
    return DepositCommand(read_id(form.get("id", "")) or new_id(), day, account_id, cheque_ids, body)


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the register. What cannot be read is as if it had not been asked."""
    direction, state = args.get("direction", ""), args.get("state", "")
    return Wanted(
        clean_text(args.get("q", ""))[:100],
        direction if direction in DIRECTIONS else "",
        state if state in STATES or state in LOOKS else "",
        read_id(args.get("store", "")),
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same filters as an address carries them."""
    asked = {"q": wanted.text, "direction": wanted.direction, "state": wanted.state, "store": str(wanted.store_id or "")}
    return {name: value for name, value in asked.items() if value}


def _sha256(form: Mapping[str, str]) -> str:
    kept = {name: form[name] for name in sorted(form) if name != "csrf_token"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
