"""Razorpay: its HTTP interface (https://razorpay.com/docs/api), in our words. Amounts are whole paise on both sides.

A create is never sent again blindly: payment links are found by `reference_id`, QR codes by the reference in their notes, refunds
are safe to repeat under `X-Refund-Idempotency`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from webapp.gateway.adapter import Access, Demand, DemandSeen, Message, PaymentSeen, RefundSeen, Refused, SettlementSeen, Unreadable
from webapp.gateway.rules import RANK, ReconRow, Request, is_id
from webapp.kernel.dates import ist_day
from webapp.kernel.ids import read_id
from webapp.kernel.money import MOST_PAISE
from webapp.platform import outside

BASE_URL = "https://api.razorpay.com/v1"
HOSTS = (".razorpay.com",)
_PAGE, _RECON_PAGE, _MOST_PAGES = 100, 1000, 200
_LINKS = {
    "created": Request.OPEN,
    "partially_paid": Request.PARTLY,
    "paid": Request.PAID,
    "cancelled": Request.CANCELLED,
    "expired": Request.EXPIRED,
}
_REFUNDS = {"created": "pending", "pending": "pending", "processed": "processed", "failed": "failed"}


class Razorpay:
    """One account at Razorpay."""

    def __init__(self, access: Access) -> None:
        self._access = access

    # Demands -----------------------------------------------------------------------------------------------------------

    def make(self, demand: Demand) -> DemandSeen:
        """Make a payment link or a QR code. Razorpay takes one link of a reference only while it lives."""
        expires = int(demand.expires_at.timestamp())
        notes = {"reference": demand.reference}
        if demand.kind == "qr":
            asked: dict[str, Any] = {"type": "upi_qr", "usage": "single_use", "fixed_amount": True, "payment_amount": demand.amount_paise}
            asked |= {"name": demand.title[:40], "description": demand.title[:80], "close_by": expires, "notes": notes}
            return _qr(self._ask("POST", "/payments/qr_codes", asked))
        asked = {"amount": demand.amount_paise, "currency": "INR", "accept_partial": demand.accepts_partial}
        asked |= {"reference_id": demand.reference, "description": demand.title[:2000], "expire_by": expires, "notes": notes}
        asked |= {"notify": {"sms": False, "email": False}, "reminder_enable": False}
        if demand.party_name:
            asked["customer"] = {"name": demand.party_name[:50]}
        return _link(self._ask("POST", "/payment_links", asked))

    def find(self, kind: str, reference: str, since: datetime) -> DemandSeen | None:
        """What became of a demand of ours: by its reference."""
        if kind == "link":
            found = self._ask("GET", "/payment_links?" + urlencode({"reference_id": reference})).get("payment_links")
            made = [_link(one) for one in _rows(found)]
        else:
            began = int((since - timedelta(minutes=10)).timestamp())
            made = [_qr(one) for one in self._pages("/payments/qr_codes", {"from": began})]
        return next((one for one in made if one.reference == reference), None)

    def look(self, kind: str, remote_id: str) -> DemandSeen:
        if kind == "link":
            return _link(self._ask("GET", f"/payment_links/{_id(remote_id)}"))
        return _qr(self._ask("GET", f"/payments/qr_codes/{_id(remote_id)}"))

    def cancel(self, kind: str, remote_id: str) -> DemandSeen:
        if kind == "link":
            return _link(self._ask("POST", f"/payment_links/{_id(remote_id)}/cancel", {}))
        return _qr(self._ask("POST", f"/payments/qr_codes/{_id(remote_id)}/close", {}))

    # Payments and refunds ----------------------------------------------------------------------------------------------

    def payment(self, remote_id: str) -> PaymentSeen:
        return _payment(self._ask("GET", f"/payments/{_id(remote_id)}"))

    def payments(self, since: datetime, until: datetime) -> Sequence[PaymentSeen]:
        """Those made between two instants."""
        window = {"from": int(since.timestamp()), "to": int(until.timestamp())}
        # A mandate is registered by a payment of nothing: there is no money to take in.
        return [_payment(one) for one in self._pages("/payments", window) if one.get("amount") != 0]

    def refund(self, our_id: UUID, payment_remote_id: str, amount_paise: int) -> RefundSeen:
        """Safe to repeat: the same key is the same refund."""
        asked = {"amount": amount_paise, "speed": "normal", "receipt": our_id.hex, "notes": {"refund": our_id.hex}}
        said = self._ask("POST", f"/payments/{_id(payment_remote_id)}/refund", asked, {"X-Refund-Idempotency": our_id.hex})
        return _refund(said)

    def refunds(self, payment_remote_id: str) -> Sequence[RefundSeen]:
        return [_refund(one) for one in self._pages(f"/payments/{_id(payment_remote_id)}/refunds", {})]

    # Settlements -------------------------------------------------------------------------------------------------------

    def settlements(self, day: date) -> Sequence[SettlementSeen]:
        """What was settled on a day, with the amount that each settlement says itself."""
        window = {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
        found = self._pages("/settlements/recon/combined", window, _RECON_PAGE)
        made = []
        for one in settlements_of(found):
            told = self._ask("GET", f"/settlements/{_id(one.remote_id)}")
            utr = one.utr or _text(told, "utr", "")
            made.append(SettlementSeen(one.remote_id, utr, one.settled_on, one.rows, _whole(told, "amount", signed=True)))
        return made

    # Webhooks ----------------------------------------------------------------------------------------------------------

    def is_signed(self, body: bytes, signature: str) -> bool:
        """Whether one of the webhook's secrets made this signature over exactly these bytes (HMAC-SHA256, in hexadecimal)."""
        given = signature.strip().lower().encode()
        is_right = False
        for secret in self._access.hook_secrets:
            made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
            is_right |= bool(secret) and hmac.compare_digest(made, given)
        return is_right

    def read(self, body: bytes) -> Message:
        """What a message says. What it does not hold of payments, refunds and links is passed over."""
        said = _json(body)
        if self._access.merchant_id and said.get("account_id") not in (None, self._access.merchant_id):
            raise Unreadable("It is of another account at Razorpay.")
        payload = said.get("payload")
        entities = payload if isinstance(payload, dict) else {}
        held = {name: held["entity"] for name, held in entities.items() if isinstance(held, dict) and isinstance(held.get("entity"), dict)}
        links = [_link(held["payment_link"])] if "payment_link" in held else []
        links += [_qr(held["qr_code"])] if "qr_code" in held else []
        reference = next((one.reference for one in links if one.reference), "")
        # A payment without its own time is of the time of the message.
        payments = (_payment({"created_at": said.get("created_at"), **held["payment"]}, reference),) if "payment" in held else ()
        refunds = (_refund(held["refund"]),) if "refund" in held else ()
        return Message(_text(said, "event", ""), payments, refunds, tuple(links))

    # The wire ----------------------------------------------------------------------------------------------------------

    def _pages(self, path: str, asked: Mapping[str, object], size: int = _PAGE) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in range(_MOST_PAGES):
            query = urlencode({**asked, "count": size, "skip": page * size})
            items = _rows(self._ask("GET", f"{path}?{query}").get("items"))
            found += items
            if len(items) < size:
                return found
        raise Unreadable(f"{path} has more than {_MOST_PAGES} pages.")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, more: Mapping[str, str] | None = None) -> dict[str, Any]:
        key = base64.b64encode(f"{self._access.key_id}:{self._access.key_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {key}", "Content-Type": "application/json", "Accept": "application/json", **(more or {})}
        sent = None if body is None else json.dumps(body).encode()
        answer = outside.call(method, self._access.base_url + path, headers=headers, endings=HOSTS, body=sent)
        if answer.status == 409:  # the same refund is on its way: what becomes of it is not known yet
            raise outside.Unanswered("Razorpay is still at it.")
        if answer.status >= 400:
            raise Refused(_problem(answer.body), answer.status)
        return _json(answer.body)


def settlements_of(found: Sequence[Mapping[str, Any]]) -> list[SettlementSeen]:
    """The rows of a reconciliation by their settlement. Those not settled yet are left out, and so is the copy of a row: pages that are
    fetched one after the other may overlap."""
    by_id: dict[str, list[Mapping[str, Any]]] = {}
    for row in found:
        if _text(row, "settlement_id", ""):
            by_id.setdefault(_own_id(row, "settlement_id"), []).append(row)
    made = []
    for remote_id, rows in by_id.items():
        utr = next((utr for row in rows if (utr := _text(row, "settlement_utr", ""))), "")
        made.append(SettlementSeen(remote_id, utr, _day(rows[0], "settled_at"), tuple(dict.fromkeys(_recon(row) for row in rows))))
    return made


def _recon(row: Mapping[str, Any]) -> ReconRow:
    amounts = {name: _whole(row, name, 0) for name in ("amount", "fee", "tax", "debit", "credit")}
    return ReconRow(
        kind=_text(row, "type"),
        remote_id=_own_id(row, "entity_id"),
        amount_paise=amounts["amount"],
        fee_paise=amounts["fee"],
        tax_paise=amounts["tax"],
        debit_paise=amounts["debit"],
        credit_paise=amounts["credit"],
    )


def _link(said: Mapping[str, Any]) -> DemandSeen:
    state = _LINKS.get(_text(said, "status"))
    if state is None:
        raise Unreadable(f"A payment link is {_text(said, 'status')}.")
    reference = _text(said, "reference_id", "") or _note(said, "reference")
    return DemandSeen(_own_id(said), reference, state.value, _text(said, "short_url", ""))


def _qr(said: Mapping[str, Any]) -> DemandSeen:
    reason = said.get("close_reason")
    if _text(said, "status") == "active":
        state = Request.OPEN
    else:
        state = {"paid": Request.PAID, "on_demand": Request.CANCELLED}.get(str(reason), Request.EXPIRED)
    return DemandSeen(_own_id(said), _note(said, "reference"), state.value, _text(said, "image_url", ""))


def _payment(said: Mapping[str, Any], reference: str = "") -> PaymentSeen:
    status = _text(said, "status")
    if status not in RANK:
        raise Unreadable(f"A payment is {status}.")
    amount = _whole(said, "amount")
    if not 0 < amount <= MOST_PAISE:
        raise Unreadable("A payment is of no amount that can be.")
    acquirer = said.get("acquirer_data")
    by_bank = acquirer if isinstance(acquirer, dict) else {}
    known = [_text(by_bank, name, "") for name in ("rrn", "bank_transaction_id", "auth_code", "transaction_id")]
    return PaymentSeen(
        remote_id=_own_id(said),
        amount_paise=amount,
        currency=_text(said, "currency"),
        status=status,
        method=_text(said, "method", ""),
        bank_reference=next((one for one in known if one), ""),
        fee_paise=_whole(said, "fee", 0),
        tax_paise=_whole(said, "tax", 0) or _whole(said, "service_tax", 0),
        paid_on=_day(said, "created_at"),
        reference=_note(said, "reference") or reference,
    )


def _refund(said: Mapping[str, Any]) -> RefundSeen:
    state = _REFUNDS.get(_text(said, "status", "processed"))
    amount = _whole(said, "amount")
    if state is None or not 0 < amount <= MOST_PAISE:
        raise Unreadable("A refund is in a state, or of an amount, that cannot be.")
    return RefundSeen(_own_id(said), _own_id(said, "payment_id"), amount, state, read_id(_note(said, "refund") or None))


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("It is no JSON.") from None
    if not isinstance(said, dict):
        raise Unreadable("It is no object of JSON.")
    return said


def _problem(body: bytes) -> str:
    try:
        error = _json(body).get("error")
    except Unreadable:
        error = None
    words = error.get("description") if isinstance(error, dict) else None
    return words[:300] if isinstance(words, str) and words else "Razorpay refused it without saying why."


def _rows(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(said: Mapping[str, Any], name: str, otherwise: str | None = None) -> str:
    """A text of at most 300 signs. Without `otherwise` it must be there."""
    value = said.get(name)
    if isinstance(value, str) and value and _can_be_kept(value):
        return value[:300]
    if otherwise is None:
        raise Unreadable(f"It names no {name}.")
    return otherwise


def _whole(said: Mapping[str, Any], name: str, otherwise: int | None = None, *, signed: bool = False) -> int:
    """Whole paise. Without `otherwise` they must be there."""
    value = said.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and (-MOST_PAISE if signed else 0) <= value <= MOST_PAISE:
        return value
    if otherwise is None or value is not None:
        raise Unreadable(f"Its {name} is no amount in paise.")
    return otherwise


def _note(said: Mapping[str, Any], name: str) -> str:
    """A note of ours: `notes` is an object, or an empty list, or a text."""
    notes = said.get("notes")
    value = notes.get(name) if isinstance(notes, dict) else None
    return value[:64] if isinstance(value, str) and _can_be_kept(value) else ""


def _can_be_kept(value: str) -> bool:
    """Whether a database takes it: no NUL, and no half of a sign, as JSON can write it."""
    return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _own_id(said: Mapping[str, Any], name: str = "id") -> str:
    """An id of theirs: it becomes a part of addresses, and the number of a voucher."""
    value = _text(said, name)
    if not is_id(value):
        raise Unreadable(f"Its {name} is no id.")
    return value


def _day(said: Mapping[str, Any], name: str) -> date:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1_000_000_000 <= value < 10_000_000_000:
        raise Unreadable(f"Its {name} is no time.")
    return ist_day(datetime.fromtimestamp(value, UTC))


def _id(remote_id: str) -> str:
    return quote(remote_id, safe="")
