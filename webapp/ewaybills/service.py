"""The verbs of e-way bills that ask nobody outside: enlist, say how goods travel, ask for a try, note what became of one.

What calls the portal is `sending`: no transaction is open while it waits for an answer. How a registration is set up is `setting_up`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import company, einvoice
from webapp.ewaybills import gathering, law, queries, rules
from webapp.ewaybills.commands import Details, Noted
from webapp.ewaybills.events import EwaybillAsked
from webapp.ewaybills.gathering import Found
from webapp.ewaybills.models import Ewaybill
from webapp.ewaybills.queries import EwaybillRow, RegistrationRow
from webapp.ewaybills.rules import MAY_LEAVE, MOVES, Reason, State
from webapp.ewaybills.values import Carriage, Consignment, Kind
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, keep_promise
from webapp.kernel.money import Paise
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books

MOST_AT_ONCE = law.MOST_ITEMS
NO_TROUBLE: Mapping[str, Any] = {"code": "", "problem": "", "fix": ""}
_MOVED_ON = ("This e-way bill has moved on meanwhile.", "Reload the page to see how it stands.")


# Which documents ---------------------------------------------------------------------------------------------------------


def reason_of(books: Books, found: Found, kept: RegistrationRow | None) -> Reason:
    """Whether a document needs an e-way bill, or why not."""
    facts = rules.Facts(
        begins_on=kept.begins_on if kept else None,
        own_paise=kept.own_paise if kept else None,
        today=books.today,
        is_cancelled=found.is_cancelled,
        others_make_it=found.others_make_it,
    )
    return rules.need(found.goods, facts)


def enlist(books: Books, kind: Kind, document_id: UUID, *, by_choice: bool = False) -> EwaybillRow | None:
    """The e-way bill of a document, made now where it needs one, or where a person chose it; None where it needs none. Safe to repeat.

    By choice: BooksError where it has no goods, is cancelled, or its GSTIN is switched off.
    """
    if earlier := queries.ewaybill_or_none(books, document_id):
        return earlier
    found = gathering.found(books, kind, document_id)
    reason = reason_of(books, found, queries.registrations(books).get(found.goods.gstin))
    if by_choice:
        _require_possible(reason)
    elif reason not in (Reason.NEEDED, Reason.CHECK):
        return None
    if insert_once(books, Ewaybill, _first_row(books, found, Reason.NEEDED if by_choice else reason)):
        audit.record(books, "create", "ewaybill", document_id, new={"number": found.goods.number, "state": State.WAITING.value})
    return queries.ewaybill_or_none(books, document_id)


def _require_possible(reason: Reason) -> None:
    fixes = {
        Reason.NO_GOODS: ("It has no goods: services need no e-way bill.", "Nothing is to be done."),
        Reason.CANCELLED: ("The document was cancelled.", "Issue another, and make the e-way bill of that."),
        Reason.SWITCHED_OFF: ("E-way bills are switched off for this GSTIN.", "Switch them on in E-way bill settings."),
    }
    if reason in fixes:
        problem, fix = fixes[reason]
        raise BooksError(problem=problem, fix=fix)


def _first_row(books: Books, found: Found, reason: Reason) -> dict[str, Any]:
    goods = found.goods
    return {
        "document_id": found.document_id,
        "kind": found.kind.value,
        "gstin": goods.gstin,
        "store_id": found.store_id,
        "doc_type": goods.doc_type,
        "number": goods.number,
        "day": goods.day,
        "party_name": found.party_name,
        "total_paise": goods.total,
        "is_outward": goods.is_outward,
        "reason": reason.value,
        "state": State.WAITING.value,
        "sub_supply": goods.sub_supply.value,
        "sub_words": goods.sub_words,
        **_as_row(found.carriage),
        **dict.fromkeys(("ewb_no", "code", "problem", "fix"), ""),
        **dict.fromkeys(("made_at", "valid_until", "sent_at", "next_at", "cancelled_at")),
        **dict.fromkeys(("extended", "tries"), 0),
        **{name: {} for name in ("dispatch", "ship", "asked")},
        "version": 1,
        "changed_by": books.actor.name,
        "changed_at": books.now,
    }


def _as_row(carriage: Carriage) -> dict[str, Any]:
    return {field.name: getattr(carriage, field.name) for field in fields(Carriage)}


def goods_of(books: Books, row: EwaybillRow) -> tuple[Found, Consignment]:
    """A document with what was said of its way. What has left is told again as it left: tax collected of a bill later is not in it."""
    found = gathering.found(books, Kind(row.kind), row.document_id)
    dispatch, ship = gathering.site_of(row.dispatch), gathering.site_of(row.ship)
    goods = gathering.with_details(found.goods, row.sub_supply, row.sub_words, dispatch, ship)
    return found, replace(goods, total=Paise(row.total_paise)) if row.kind == Kind.INVOICE and row.state not in MAY_LEAVE else goods


def keep_total(books: Books, row: EwaybillRow, told: Mapping[str, Any]) -> None:
    """Keep the total that the portal is told, by which its e-way bill is known again: tax may have been collected since it was enlisted."""
    total = int(told["totInvValue"].scaleb(2))
    if total != row.total_paise:
        books.session.execute(update(Ewaybill).where(Ewaybill.document_id == row.document_id).values(total_paise=total))


# What a person says and asks -----------------------------------------------------------------------------------------------


def mine(books: Books, document_id: UUID) -> EwaybillRow:
    """An e-way bill of a store this actor works in. NotFound, NotYourStore."""
    row = queries.ewaybill(books, document_id)
    company.require_mine(books, row.store_id)
    return row


def say_details(books: Books, document_id: UUID, asked: Details) -> None:
    """Say how goods travel, before an e-way bill is made. InvalidInput by field; Conflict for a stale form, and once it is made."""
    row = mine(books, document_id)
    if row.state not in MAY_LEAVE or row.version != asked.version:
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    allowed = law.OUTWARD if row.is_outward else law.INWARD
    if asked.sub_supply and row.doc_type not in allowed.get(asked.sub_supply, ()):
        raise InvalidInput({"sub_supply": "The portal does not take this kind of document for it. Choose another."})
    if asked.sub_supply == "8" and not asked.sub_words:
        raise InvalidInput({"sub_words": "Say what the goods travel for, in at most 20 characters."})
    values = {
        **_as_row(asked.carriage),
        "sub_supply": asked.sub_supply or row.sub_supply,
        "sub_words": asked.sub_words,
        "dispatch": gathering.site_as_kept(asked.dispatch),
        "ship": gathering.site_as_kept(asked.ship),
        "version": row.version + 1,
    }
    same = (Ewaybill.document_id == document_id, Ewaybill.version == row.version, Ewaybill.state == row.state)
    stamp = {"changed_by": books.actor.name, "changed_at": books.now}
    if not update_count(books, update(Ewaybill).where(*same).values(**values, **stamp)):
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    told = {name: str(values[name]) for name in ("distance_km", "mode", "vehicle", "transporter_id", "trans_doc_no", "sub_supply")}
    audit.record(books, "change", "ewaybill", document_id, new=told)


def ask(books: Books, document_ids: Sequence[UUID]) -> int:
    """Have e-way bills made, or asked for again where it is not known what became of them. Says how many; NotFound for a stranger's.

    BooksError where they go by hand, or are too many.
    """
    if len(document_ids) > MOST_AT_ONCE:
        raise BooksError(problem=f"At most {MOST_AT_ONCE} leave at once.", fix="Choose fewer, or filter the list by days.")
    asked = 0
    for document_id in dict.fromkeys(document_ids):
        row = mine(books, document_id)
        if not has_road(books, row):
            raise BooksError(
                problem=f"E-way bills of {row.gstin} go to the portal as files.",
                fix="Download the JSON and upload it on the portal, or connect the portal in E-way bill settings.",
            )
        if row.state in (*MAY_LEAVE, State.SENT):
            if row.state == State.FAILED:
                move(books, row, State.WAITING, next_at=None, **NO_TROUBLE)
            announce(books, EwaybillAsked(document_id))
            asked += 1
    return asked


def has_road(books: Books, row: EwaybillRow) -> bool:
    """Whether the portal can be asked by an interface: by its own, or, for one that is not made yet, by the e-invoice's."""
    kept = queries.registrations(books).get(row.gstin)
    if kept and kept.sends:
        return True
    if row.kind != Kind.INVOICE or row.ewb_no:
        return False
    reported = einvoice.registrations(books).get(row.gstin)
    return bool(reported and reported.sends and irn_of(books, row))


def irn_of(books: Books, row: EwaybillRow) -> str:
    """The IRN by which the e-way bill must be made; "" where the document has none. A note has its e-way bill made directly."""
    if row.kind != Kind.INVOICE or row.doc_type != "INV":
        return ""
    reported = einvoice.einvoice_or_none(books, row.document_id)
    return reported.irn if reported and reported.state == einvoice.State.REGISTERED else ""


def awaits_irn(books: Books, row: EwaybillRow) -> bool:
    """Whether the document has to be reported as an e-invoice first: the portal refuses it otherwise."""
    if row.kind != Kind.INVOICE or row.doc_type != "INV":
        return False
    reported = einvoice.einvoice_or_none(books, row.document_id)
    return reported is not None and reported.state in (einvoice.State.WAITING, einvoice.State.SENT, einvoice.State.FAILED)


def leave_out(books: Books, document_id: UUID) -> None:
    """A person has found that a document needs none, or that another has made it: it stays here, and waits for nothing."""
    row = mine(books, document_id)
    if row.state == State.NOT_NEEDED:
        return
    if row.state not in MAY_LEAVE:
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    move(books, row, State.NOT_NEEDED, **NO_TROUBLE)


def make_again(books: Books, document_id: UUID) -> None:
    """Have it wait again: one that was left out, or another after one that was cancelled."""
    row = mine(books, document_id)
    if row.state == State.WAITING:
        return
    if row.state not in (State.NOT_NEEDED, State.CANCELLED):
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    if gathering.found(books, Kind(row.kind), document_id).is_cancelled:
        _require_possible(Reason.CANCELLED)
    nothing: dict[str, Any] = dict.fromkeys(("made_at", "valid_until", "cancelled_at", "sent_at", "next_at"))
    move(books, row, State.WAITING, ewb_no="", extended=0, tries=0, **nothing, **NO_TROUBLE)


def close(books: Books, document_id: UUID) -> None:
    """The goods have arrived: it ends here. On the portal it is closed by the driver or either party (since August 2026, by choice)."""
    row = mine(books, document_id)
    if row.state == State.CLOSED:
        return
    if row.state not in (State.ACTIVE, State.PART_A):
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    move(books, row, State.CLOSED, asked={}, next_at=None, **NO_TROUBLE)


def note_by_hand(books: Books, document_id: UUID, asked: Noted) -> None:
    """Note an e-way bill that was made elsewhere, or, under the number it has, until when it holds by now. InvalidInput by field; Conflict
    for one that has another number already."""
    row = mine(books, document_id)
    stands = row.ewb_no == asked.number and row.state in (State.ACTIVE, State.PART_A)
    if stands and asked.valid_until in (None, row.valid_until):
        return
    if not stands and row.state not in (*MAY_LEAVE, State.SENT, State.NOT_NEEDED):
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    errors: dict[str, str] = {}
    if not is_number(asked.number):
        errors["number"] = "The number of an e-way bill has 12 digits."
    elif holder := queries.holder_of(books, asked.number, but=document_id):
        errors["number"] = f"This is the e-way bill of {holder}. Type the number of this document's own."
    if asked.made_at > books.now + timedelta(minutes=10) or asked.made_at.date() < row.day - timedelta(days=1):
        errors["made_at"] = "It was made between the document's day and now."
    if asked.valid_until is not None and not timedelta(0) <= asked.valid_until - asked.made_at <= law.LONGEST + timedelta(days=1):
        errors["valid_until"] = "It ends after it was made, within 360 days."
    if errors:
        raise InvalidInput(errors)
    if stands:
        move(books, row, State.ACTIVE, valid_until=asked.valid_until, asked={}, next_at=None, **NO_TROUBLE)
    else:
        settle_made(books, row, asked.number, asked.made_at, asked.valid_until)


# What became of it -----------------------------------------------------------------------------------------------------------


def is_number(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdecimal()


def settle_made(
    books: Books, row: EwaybillRow, number: str, made_at: datetime, valid_until: datetime | None, km: int | None = None
) -> None:
    """The portal has made it: active where it holds until a day, part A alone where it does not."""
    state = State.ACTIVE if valid_until else State.PART_A
    told: dict[str, Any] = {"ewb_no": number, "made_at": made_at, "valid_until": valid_until, "next_at": None}
    if km is not None and 0 < km <= law.MOST_KM:
        told["distance_km"] = km
    move(books, row, state, **told, **NO_TROUBLE)
    withdraw(books, row.document_id)


def withdraw(books: Books, document_id: UUID) -> None:
    """A document was cancelled: what has not left stays here; what the portal has made is cancelled there too, while it may be.

    Safe to repeat. One whose fate is not known is withdrawn when that is known, and so is one of which the portal is being told something.
    """
    row = queries.ewaybill_or_none(books, document_id)
    if row is None or row.state not in (*MAY_LEAVE, State.PART_A, State.ACTIVE):
        return
    if row.asked and row.asked["verb"] != rules.Verb.DETAILS:
        return
    found = gathering.found(books, Kind(row.kind), document_id)
    if not found.is_cancelled:
        return
    if row.state in MAY_LEAVE:
        fix = "If its file is on the portal already, cancel the e-way bill there within 24 hours."
        move(books, row, State.NOT_NEEDED, code="", problem="The document was cancelled before its e-way bill was made.", fix=fix)
        return
    if row.made_at and law.may_cancel(row.made_at, books.now) and has_road(books, row):
        remark = clean_text(found.cancel_words).replace('"', "'").replace("\\", "/")[:50] or "Cancelled"
        tell(books, row, rules.Verb.CANCEL, {"ewbNo": int(row.ewb_no), "cancelRsnCode": 2, "cancelRmrk": remark})
        return
    fix = "Within 24 hours cancel it on the portal and note it here; after that nothing can be done on the portal."
    note(books, row, code="", problem="The document was cancelled, and the portal still has its e-way bill.", fix=fix)


def settle_cancelled(books: Books, row: EwaybillRow, at: datetime) -> None:
    """The portal has cancelled it. An e-invoice that could not be cancelled before may be now."""
    move(books, row, State.CANCELLED, cancelled_at=at, next_at=None, asked={}, **NO_TROUBLE)
    if row.kind == Kind.INVOICE:
        einvoice.withdraw(books, row.document_id)


def tell(books: Books, row: EwaybillRow, verb: rules.Verb, payload: Mapping[str, Any]) -> None:
    """Have the portal told something about an e-way bill that is made. One thing at a time: Conflict while another is under way."""
    if row.asked and row.asked.get("verb") != rules.Verb.DETAILS and verb is not rules.Verb.DETAILS:
        raise Conflict(problem="The portal is being told something of this e-way bill already.", fix="Wait for its answer, then ask again.")
    if verb is rules.Verb.DETAILS and row.asked:
        announce(books, EwaybillAsked(row.document_id))
        return
    asked = {"verb": verb.value, "payload": dict(payload), "first_try": row.tries}
    move(books, row, State(row.state), asked=asked, next_at=books.now, sent_at=None)
    announce(books, EwaybillAsked(row.document_id))


def move(books: Books, row: EwaybillRow, to: State, **values: Any) -> None:
    """Take an e-way bill to another state. Conflict when it is no more as `row` says: another process has moved it."""
    keep_promise(to in MOVES[State(row.state)], f"an e-way bill goes from {row.state} to {to}")
    same = (Ewaybill.document_id == row.document_id, Ewaybill.state == row.state, Ewaybill.tries == row.tries)
    values = {**values, "state": to.value, "version": row.version + 1, "changed_by": books.actor.name, "changed_at": books.now}
    if not update_count(books, update(Ewaybill).where(*same, Ewaybill.version == row.version).values(**values)):
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    told = {name: str(values[name]) for name in ("ewb_no", "valid_until", "vehicle", "code", "problem", "asked") if values.get(name)}
    audit.record(books, "change", "ewaybill", row.document_id, old={"state": row.state}, new={"state": to.value, **told})


def note(books: Books, row: EwaybillRow, **values: Any) -> None:
    """Write beside an e-way bill what is to be said of it; its state stays."""
    same = (Ewaybill.document_id == row.document_id, Ewaybill.state == row.state)
    stamp = {"version": row.version + 1, "changed_at": books.now, "changed_by": books.actor.name}
    books.session.execute(update(Ewaybill).where(*same).values(**values, **stamp))


# Those that a job has missed -----------------------------------------------------------------------------------------------


def least_paise(kept: RegistrationRow) -> int:
    """Below this no document of a registration can need an e-way bill for what it is worth."""
    return min(law.threshold(None, is_within=False).paise, law.threshold(kept.own_paise, is_within=True).paise)


def first_day(books: Books, kept: RegistrationRow, since: date | None) -> date:
    """From which day on documents are looked at: the registration's first, a later one, and none too old for the portal."""
    begins = kept.begins_on or books.today
    return max(begins, since or begins, books.today - law.OLDEST)
