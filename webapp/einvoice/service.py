"""The verbs of e-invoices that ask nobody outside: set up, enlist, ask for a try, cancel, note what was signed.

What calls the portal is `sending`: no transaction is open while it waits for an answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import company, sales
from webapp.einvoice import codes, gathering, law, queries, rules, signing
from webapp.einvoice.commands import Cancel, SetUp
from webapp.einvoice.events import EinvoiceAsked, EinvoiceCancelAsked, EinvoiceSettled, EinvoicesSwitchedOn
from webapp.einvoice.models import Einvoice, EinvoiceRegistration
from webapp.einvoice.portal import Signed
from webapp.einvoice.queries import EinvoiceRow, RegistrationRow
from webapp.einvoice.rules import MOVES, Reason, Road, State
from webapp.kernel.dates import IST
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, keep_promise
from webapp.kernel.places import Cursor
from webapp.kernel.text import clean_text
from webapp.platform import audit, outside, sealing
from webapp.platform.outbox import announce
from webapp.platform.rows import insert_once, update_count
from webapp.platform.signed_in import GOVERNMENT
from webapp.platform.tenancy import Books
from webapp.tax.signed_qr import keys_in

MOST_AT_ONCE = 500


# How a registration reports --------------------------------------------------------------------------------------------


def own_gstins(books: Books) -> list[str]:
    """The registrations of the business: its own, and those of its stores."""
    found = [company.profile(books).gstin, *(store.gstin for store in company.stores(books, with_closed=True))]
    return list(dict.fromkeys(gstin for gstin in found if gstin))


def set_up(books: Books, asked: SetUp) -> None:
    """Say how a GSTIN reports. InvalidInput by field; Conflict when somebody has changed it meanwhile."""
    if asked.gstin not in own_gstins(books):
        raise InvalidInput({"gstin": "Choose a GSTIN of this business."})
    kept = queries.registrations(books).get(asked.gstin)
    if (kept.version if kept else 0) != asked.version:
        raise Conflict(problem="Somebody has changed these settings meanwhile.", fix="Reload the page, and enter your change again.")
    secrets = _merged_secrets(books, asked, kept)
    _require_complete(asked, secrets)
    purpose = secrets_purpose(books, asked.gstin)
    row = {
        "begins_on": asked.begins_on,
        "turnover_crore": asked.turnover_crore,
        "road": asked.road.value,
        "base_url": asked.base_url,
        "client_id": asked.client_id,
        "user_name": asked.user_name,
        "secrets": sealing.seal(purpose, json.dumps(secrets)) if any(secrets) else "",
        "portal_key": asked.portal_key,
        "session": "",
        "session_until": None,
        "version": asked.version + 1,
        "changed_by": books.actor.name,
        "changed_at": books.now,
    }
    told = {name: row[name] for name in ("turnover_crore", "road", "base_url", "client_id", "user_name")}
    told["begins_on"] = asked.begins_on.isoformat() if asked.begins_on else ""
    if kept is None:
        written = insert_once(books, EinvoiceRegistration, {"gstin": asked.gstin, **row})
    else:
        same = (EinvoiceRegistration.gstin == asked.gstin, EinvoiceRegistration.version == asked.version)
        written = bool(update_count(books, update(EinvoiceRegistration).where(*same).values(**row)))
    if not written:
        raise Conflict(problem="Somebody has changed these settings meanwhile.", fix="Reload the page, and enter your change again.")
    audit.record(books, "change", "einvoice_registration", asked.gstin, new=told)
    if asked.begins_on:
        announce(books, EinvoicesSwitchedOn(asked.gstin))


def secrets_purpose(books: Books, gstin: str) -> str:
    """What the secrets of a registration are sealed for: no other company's row opens them."""
    return f"einvoice {books.company_id} {gstin}"


def open_secrets(books: Books, kept: RegistrationRow) -> tuple[str, str]:
    """The client's secret and the user's password. SealBroken when they do not open."""
    if not kept.secrets:
        return "", ""
    client_secret, password = json.loads(sealing.unseal(secrets_purpose(books, kept.gstin), kept.secrets))
    return client_secret, password


def _merged_secrets(books: Books, asked: SetUp, kept: RegistrationRow | None) -> tuple[str, str]:
    if kept is None or (asked.client_secret and asked.password):
        return asked.client_secret, asked.password
    # A secret goes to the host it was typed for: another address, another secret.
    if kept.base_url and asked.base_url != kept.base_url:
        return asked.client_secret, asked.password
    client_secret, password = open_secrets(books, kept)
    return asked.client_secret or client_secret, asked.password or password


def _require_complete(asked: SetUp, secrets: tuple[str, str]) -> None:
    errors: dict[str, str] = {}
    if asked.turnover_crore not in law.TURNOVERS:
        errors["turnover_crore"] = "Choose the step your turnover is in."
    wanted = {
        "base_url": (asked.base_url, "Type the address of the interface, such as https://einv-apisandbox.nic.in."),
        "client_id": (asked.client_id, "Type the client id."),
        "user_name": (asked.user_name, "Type the user name of the interface."),
        "client_secret": (secrets[0], "Type the client secret."),
        "password": (secrets[1], "Type the password of the user."),
    }
    # Also where no interface is wanted yet: what is kept now is used when another road is chosen.
    odd = "It holds a sign that no interface takes: type it again, in the letters and signs of an English keyboard."
    errors |= {name: odd for name, (value, _words) in wanted.items() if not (value.isascii() and value.isprintable())}
    if asked.road is not Road.FILE:
        errors |= {name: words for name, (value, words) in wanted.items() if not value}
        try:
            outside.require_address(asked.base_url, GOVERNMENT if asked.road is Road.NIC else ())
        except outside.HostNotAllowed as refused:
            errors.setdefault("base_url", f"{refused.problem} {refused.fix}")
    if asked.road is Road.NIC and not keys_in(asked.portal_key):
        errors["portal_key"] = "Paste the portal's public key: a text that begins with -----BEGIN PUBLIC KEY----- or CERTIFICATE."
    if errors:
        raise InvalidInput(errors)


# Which documents are reported ------------------------------------------------------------------------------------------


def reason_of(books: Books, view: sales.InvoiceView) -> Reason:
    """Whether the portal wants a bill, or why not."""
    kept = queries.registrations(books).get(view.header.seller.get("gstin") or "")
    return rules.need(gathering.facts_of(view, kept.begins_on if kept else None))


def enlist(books: Books, invoice_id: UUID) -> EinvoiceRow | None:
    """The e-invoice of a bill, made now where the portal wants one; None where it wants none. Safe to repeat. NotFound: no such bill."""
    if earlier := queries.einvoice_or_none(books, invoice_id):
        return earlier
    view = sales.invoice(books, invoice_id)
    if reason_of(books, view) is not Reason.NEEDED:
        return None
    head = view.header
    row = {
        "invoice_id": invoice_id,
        "gstin": head.seller["gstin"],
        "store_id": head.store_id,
        "doc_type": gathering.doc_type(view).value,
        "number": head.number,
        "day": head.invoice_date,
        "party_name": head.party_name,
        "total_paise": head.total_paise + sum(one.amount for one in sales.collected_on(books, invoice_id)),
        "state": State.WAITING.value,
        "irn": gathering.irn_of(view),
        "changed_by": books.actor.name,
        "changed_at": books.now,
        **_NOTHING_YET,
    }
    if insert_once(books, Einvoice, row):
        audit.record(books, "create", "einvoice", invoice_id, new={"number": head.number, "state": State.WAITING.value})
    return queries.einvoice_or_none(books, invoice_id)


_NOTHING_YET: dict[str, Any] = {
    **dict.fromkeys(("ack_no", "signed_qr", "signed_invoice", "code", "problem", "fix", "cancel_reason", "cancel_remark"), ""),
    **dict.fromkeys(("ack_at", "sent_at", "next_at", "cancelled_at")),
    "is_verified": False,
    "tries": 0,
}


def enlist_page(books: Books, gstin: str, first_day: date | None, newer_than: Cursor | None) -> tuple[int, Cursor | None]:
    """Enlist what nobody has enlisted among the next bills of a registration, from its own first day or a later one. Says how many, and
    where to go on (None: there are no more). A page at a time, so that no bill waits for the one writer of SQLite."""
    kept = queries.registrations(books).get(gstin)
    if kept is None or kept.begins_on is None:
        return 0, None
    since = max(kept.begins_on, first_day) if first_day else kept.begins_on
    found = sales.to_registered_buyers(books, since, newer_than=newer_than)
    have = queries.einvoices_of(books, [place.id for place in found])
    made = [enlist(books, place.id) for place in found if place.id not in have]
    return sum(row is not None and row.gstin == gstin for row in made), found[-1] if found else None


# What a person asks ----------------------------------------------------------------------------------------------------


def ask(books: Books, invoice_ids: Sequence[UUID]) -> int:
    """Have documents sent, or asked for again where it is not known what became of them. Says how many; NotFound for a stranger's.

    BooksError where documents go by hand, or are too many.
    """
    if len(invoice_ids) > MOST_AT_ONCE:
        raise BooksError(problem=f"At most {MOST_AT_ONCE} documents leave at once.", fix="Choose fewer, or filter the list by days.")
    known = queries.registrations(books)
    asked = 0
    for invoice_id in dict.fromkeys(invoice_ids):
        row = queries.einvoice(books, invoice_id)
        company.require_mine(books, row.store_id)
        if not known[row.gstin].sends:
            raise BooksError(
                problem=f"Documents of {row.gstin} go to the portal as files.",
                fix="Download the JSON and upload it on the portal, or connect the portal in E-invoice settings.",
            )
        if row.state in (State.WAITING, State.FAILED, State.SENT):
            if row.state == State.FAILED:
                move(books, row, State.WAITING, next_at=None)
            announce(books, EinvoiceAsked(invoice_id))
            asked += 1
    return asked


def ask_cancel(books: Books, invoice_id: UUID, asked: Cancel) -> None:
    """Cancel a registered document on the portal, within its 24 hours. `asked.is_done`: it was cancelled there by hand.

    InvalidInput by field; TooLateToCancel; Conflict for one that is not registered. A second time says nothing new.
    """
    row = queries.einvoice(books, invoice_id)
    company.require_mine(books, row.store_id)
    errors = {} if asked.reason in law.CANCEL_REASONS else {"reason": "Choose the reason."}
    remark = clean_text(asked.remark).replace('"', "'").replace("\\", "/")[:100]
    if not remark:
        errors["remark"] = "Say in a few words why, for example: wrong quantity."
    if errors:
        raise InvalidInput(errors)
    if row.state == State.CANCELLED or (row.state == State.CANCELLING and not asked.is_done):
        return
    if row.state not in (State.REGISTERED, State.CANCELLING) or row.ack_at is None:
        raise Conflict(problem="Only a registered document can be cancelled on the portal.", fix="Reload the page to see how it stands.")
    said = {"cancel_reason": asked.reason, "cancel_remark": remark}
    if asked.is_done:
        move(books, row, State.CANCELLED, cancelled_at=books.now, **said, **_NO_TROUBLE)
        return
    if not rules.may_cancel(row.ack_at, books.now):
        until = (row.ack_at + law.CANCEL_WITHIN).astimezone(IST).strftime("%d-%b-%Y %H:%M")
        raise rules.TooLateToCancel(until)
    if not queries.registrations(books)[row.gstin].sends:
        raise InvalidInput({"is_done": "Cancel it on the portal's own pages first, then tick here that it is done."})
    move(books, row, State.CANCELLING, **said, sent_at=None, next_at=None, **_NO_TROUBLE)
    announce(books, EinvoiceCancelAsked(invoice_id))


_NO_TROUBLE = {"code": "", "problem": "", "fix": ""}


def withdraw(books: Books, invoice_id: UUID) -> None:
    """A bill was cancelled: what has not left stays here; what the portal has registered is cancelled there too, while it may be.

    Safe to repeat. One whose fate is not known is withdrawn when that is known.
    """
    row = queries.einvoice_or_none(books, invoice_id)
    bill = sales.invoice(books, invoice_id).cancellation
    if row is None or bill is None:
        return
    if row.state in (State.WAITING, State.FAILED) and row.code not in codes.STANDS_THERE:
        by_hand = "If its file is on the portal already, cancel it there within 24 hours, and choose the portal's file here."
        fix = "Nothing is to be done." if queries.registrations(books)[row.gstin].sends else by_hand
        move(books, row, State.NOT_NEEDED, code="", problem="The bill was cancelled before it was reported.", fix=fix)
        return
    if row.state not in (State.REGISTERED, State.WAITING, State.FAILED):
        return
    if row.ack_at is not None and rules.may_cancel(row.ack_at, books.now) and queries.registrations(books)[row.gstin].sends:
        said = {"cancel_reason": "4", "cancel_remark": bill.reason.replace('"', "'").replace("\\", "/")[:100]}
        move(books, row, State.CANCELLING, **said, sent_at=None, next_at=None)
        announce(books, EinvoiceCancelAsked(invoice_id))
        return
    problem = "The bill was cancelled, and the portal still has it as registered."
    fix = "Within 24 hours cancel it on the portal and note it here; after that tell the change in GSTR-1."
    note(books, row, code=row.code, problem=problem, fix=fix)


# What became of it -----------------------------------------------------------------------------------------------------


def settle_signed(books: Books, row: EinvoiceRow, signed: Signed) -> bool:
    """Keep what the portal has signed of a document. False, and it failed, when that is of another document or was cancelled there."""
    if (found := signing.look(row, signed)).trouble is not None:
        move(books, row, State.FAILED, **found.trouble)
        return False
    values = {
        "irn": signed.irn,
        "ack_no": signed.ack_no,
        "ack_at": signed.ack_at,
        "signed_qr": signed.signed_qr,
        "signed_invoice": signed.signed_invoice,
        "is_verified": found.is_verified,
        "next_at": None,
    }
    move(books, row, State.REGISTERED, **values, **_NO_TROUBLE)
    announce(books, EinvoiceSettled(row.invoice_id))
    withdraw(books, row.invoice_id)
    return True


def settle_cancelled(books: Books, row: EinvoiceRow, at: datetime) -> None:
    """The portal has cancelled a document."""
    move(books, row, State.CANCELLED, cancelled_at=at, next_at=None, **_NO_TROUBLE)
    announce(books, EinvoiceSettled(row.invoice_id))


def move(books: Books, row: EinvoiceRow, to: State, **values: Any) -> None:
    """Take a document to another state. Conflict when it is no more as `row` says: another process has moved it."""
    keep_promise(to in MOVES[State(row.state)], f"an e-invoice goes from {row.state} to {to}")
    same = (Einvoice.invoice_id == row.invoice_id, Einvoice.state == row.state, Einvoice.tries == row.tries)
    values = {**values, "state": to.value, "changed_by": books.actor.name, "changed_at": books.now}
    if not update_count(books, update(Einvoice).where(*same).values(**values)):
        raise Conflict(problem="This document has moved on meanwhile.", fix="Reload the page to see how it stands.")
    told = {name: str(values[name]) for name in ("ack_no", "code", "problem", "cancel_reason", "cancel_remark") if values.get(name)}
    audit.record(books, "change", "einvoice", row.invoice_id, old={"state": row.state}, new={"state": to.value, **told})


def note(books: Books, row: EinvoiceRow, **values: Any) -> None:
    """Write beside a document what is to be said of it; its state stays."""
    same = (Einvoice.invoice_id == row.invoice_id, Einvoice.state == row.state)
    books.session.execute(update(Einvoice).where(*same).values(**values, changed_at=books.now, changed_by=books.actor.name))


def keep_session(books: Books, gstin: str, text: str, until: datetime | None) -> None:
    """Keep a portal's session, sealed, so that the next process need not sign in."""
    sealed = sealing.seal(secrets_purpose(books, gstin), text) if text else ""
    kept = update(EinvoiceRegistration).where(EinvoiceRegistration.gstin == gstin)
    books.session.execute(kept.values(session=sealed, session_until=until))
