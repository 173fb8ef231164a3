"""The verbs of marks, certificates and deductions. Nothing else writes their tables, but for what `watching` notes."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, select

from webapp import company, ledger, outstandings, parties
from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone, write_one
from webapp.tds import queries
from webapp.tds.models import TdsCertificate, TdsDeduction, TdsEvent, TdsMark
from webapp.tds.rules import law
from webapp.tds.subjects import MARK_COLUMNS, Mark

DEDUCTION, CHALLAN = "tds_deduction", "tds_challan"  # what the vouchers of this room are called
MOST_NAME = 75
MOST_CERTIFIED_BP = 3000


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """A supplier or an account by name, as typed; "" for payee: as the PAN says. `before` None: what the books have."""

    name: str
    kind: str
    payee: str = ""
    pan: str = ""
    payee_name: str = ""
    is_specified: bool = False
    before: int | None = None
    before_is_taxed: bool = False


@dataclass(frozen=True, slots=True)
class CertificateDraft:
    """A certificate of lower deduction as typed: the supplier by name, the rate in basis points, the sum in paise."""

    name: str
    number: str
    kind: str
    rate_bp: int
    limit: int
    first_day: date
    last_day: date


def marks(books: Books) -> list[tuple[Mark, str]]:
    """Every mark with the name of whom or what it is on, by name."""
    rows = [Mark(*row) for row in books.session.execute(select(*MARK_COLUMNS))]
    names = {one.id: one.name for one in ledger.chart_of_accounts(books).accounts} if rows else {}
    people = parties.parties_by_id(books, [row.head_id for row in rows if row.is_party])
    names |= {id_: party.name for id_, party in people.items()}
    found = [(row, names[row.head_id]) for row in rows if row.head_id in names]
    return sorted(found, key=lambda one: (one[1], one[0].head_id))


def mark_head(books: Books, draft: MarkDraft) -> Mark:
    """Mark a supplier or an account by name; one that is marked is marked anew. InvalidInput by field."""
    errors: dict[str, str] = {}
    if draft.kind not in law.DEDUCTED:
        errors["kind"] = "Choose the kind of payment."
    if draft.payee and draft.payee not in law.PAYEES:
        errors["payee"] = "Choose who is paid."
    party, account_id = _named(books, draft.name)
    if party is None and account_id is None:
        errors["name"] = "Choose a supplier or an account by its name."
    pan = draft.pan.strip().upper() or ((party.gstin or "")[2:12] if party else "")
    if draft.pan.strip() and not law.PAN.fullmatch(pan):
        errors["pan"] = "A PAN has five letters, four digits and a letter: ABCPK1234F."
    if draft.payee == law.NO_PAN and draft.pan.strip():
        errors["payee"] = "There is a PAN. Choose who is paid, or take it out."
    if draft.before is not None and not 0 <= draft.before <= MOST_PAISE:
        errors["before"] = "Type what was paid before in this year, or leave it empty."
    if errors or (party is None and account_id is None):
        raise InvalidInput(errors)
    who = draft.payee or (law.payee_of(pan) if party or pan else law.OTHER)
    head_id = party.id if party else account_id
    assert head_id is not None  # noqa: S101 - for the type checker: refused above
    name = clean_text(draft.payee_name)[:MOST_NAME]
    year = FinancialYear.of(books.today)
    books.session.execute(delete(TdsMark).where(TdsMark.head_id == head_id))
    gone = _gone(books, head_id, year, is_party=party is not None) if draft.before is None else draft.before
    kept_pan = "" if who == law.NO_PAN else pan
    own = Mark(
        head_id, party is not None, draft.kind, who, kept_pan, name, draft.is_specified, gone, year.start_year, draft.before_is_taxed
    )
    insert_once(books, TdsMark, {one.name: getattr(own, one.name) for one in fields(Mark)})
    audit.record(books, "create", "tds_mark", head_id, new={"name": draft.name, "kind": draft.kind, "payee": who, "before": gone})
    return own


def end_mark(books: Books, head_id: UUID) -> None:
    """Take a mark away; what was noted by it stays. NotFound where none stands."""
    row = books.session.scalars(select(TdsMark).where(TdsMark.head_id == head_id)).first()
    if row is None:
        raise NotFound("mark")
    said = {"kind": row.kind, "payee": row.payee}
    books.session.execute(delete(TdsMark).where(TdsMark.head_id == head_id))
    audit.record(books, "end", "tds_mark", head_id, old=said)


def add_certificate(books: Books, draft: CertificateDraft) -> UUID:
    """Note a certificate of a supplier. InvalidInput by field; one number of a kind stands once."""
    errors: dict[str, str] = {}
    party, _account = _named(books, draft.name)
    if party is None:
        errors["certificate_name"] = "Choose a supplier by name."
    if draft.kind not in law.KINDS:
        errors["certificate_kind"] = "Choose the kind of payment."
    number = draft.number.strip().upper()
    if not (number.isascii() and number.isalnum() and 5 <= len(number) <= 10):
        errors["number"] = "A certificate's number has up to ten letters and digits."
    if not 0 <= draft.rate_bp <= MOST_CERTIFIED_BP:
        errors["rate"] = "Type the rate of the certificate, 0 to 30 per cent."
    if not 0 < draft.limit <= MOST_PAISE:
        errors["limit"] = "Type the sum up to which it holds."
    if draft.last_day < draft.first_day:
        errors["last_day"] = f"It ends before it begins on {written(draft.first_day)}."
    if errors or party is None:
        raise InvalidInput(errors)
    certificate_id = new_id()
    row = {
        "id": certificate_id,
        "party_id": party.id,
        "number": number,
        "kind": draft.kind,
        "rate_bp": draft.rate_bp,
        "limit_paise": draft.limit,
        "first_day": draft.first_day,
        "last_day": draft.last_day,
    }
    if not insert_once(books, TdsCertificate, row):
        raise InvalidInput({"number": f"The certificate {number} is here already for this kind of payment."})
    audit.record(books, "create", "tds_certificate", certificate_id, new={"number": number, "party": party.id, "limit": draft.limit})
    return certificate_id


def end_certificate(books: Books, certificate_id: UUID) -> None:
    """Take away a certificate that nothing was deducted by. Conflict for one that was used, with the sum."""
    own = next((one for one in queries.certificates(books) if one.id == certificate_id), None)
    if own is None:
        raise NotFound("certificate")
    noted = select(func.count()).select_from(TdsEvent).where(TdsEvent.certificate_id == certificate_id)
    if books.session.scalar(noted):
        raise Conflict(
            problem=f"The certificate {own.number} was used for {rupees(Paise(own.used))}.",
            fix="It stays, for the statement cites it; it ends by itself on its last day.",
        )
    books.session.execute(delete(TdsCertificate).where(TdsCertificate.id == certificate_id))
    audit.record(books, "end", "tds_certificate", certificate_id, old={"number": own.number})


def deduct(books: Books, event_id: UUID, *, on: date, settles: bool = False) -> UUID | None:
    """Deduct what is due of an event and was not yet: Dr the party, Cr TDS payable, by a journal on a day. None where nothing lacks.
    `settles`: that much of the party's own bill is settled by it. BooksError for an event without a party."""
    write_alone(books)  # what a voucher that is taken back at this instant undoes is not deducted of beside it
    event = queries.event(books, event_id)
    if not event.lacks:
        return None
    if event.party_id is None:
        raise BooksError(
            problem="This was paid to nobody by name, so the deduction has nobody to be taken from.",
            fix="Amend the voucher: add the row of TDS payable and pay that much less.",
        )
    if on < event.paid_on or on > books.today:
        raise InvalidInput({"on": f"Choose a day from {written(event.paid_on)} to today."})
    company.require_backdate(books, on, DEDUCTION, event.id)
    heads, amount, voucher_id = ledger.heads(books), event.lacks, new_id()
    number = next_number(books, "TD", on)
    cited = law.law_of(event.kind, event.payee, event.paid_on)
    heading = ledger.Heading("journal", number, on, event.store_id, DEDUCTION, event.id, f"{event.name}, TDS {cited} of {event.number}")
    slip = Slip((debit(heads["creditors"], amount, event.party_id), credit(heads["tds-payable"], amount)))
    ledger.post(books, voucher_id=voucher_id, heading=heading, slip=slip)
    write_deduction(books, event.id, voucher_id, number, on, amount)
    if settles:
        lines = outstandings.party_lines_of(books, event.voucher_id, account_id=heads["creditors"])
        for line in lines[:1]:
            outstandings.settle_what_can_be(books, event.party_id, outstandings.LineKey(voucher_id, 1), [(line, amount)], on=on)
    audit.record(books, "create", DEDUCTION, event.id, new={"number": number, "amount": amount, "of": event.number})
    return voucher_id


def write_deduction(books: Books, event_id: UUID, voucher_id: UUID, number: str, on: date, amount: int) -> None:
    """The register's row of a deduction that a voucher has posted."""
    row = {"id": new_id(), "event_id": event_id, "voucher_id": voucher_id, "number": number, "deducted_on": on, "amount_paise": amount}
    books.insert(TdsDeduction, [row | {"challan_id": None, "undone_on": None}])


def take_turn(books: Books, head_id: UUID) -> None:
    """Hold one payee's register until the transaction ends."""
    write_one(books, head_id)


def next_number(books: Books, letters: str, day: date) -> str:
    """The next number of deductions (TD), collections (TC) or deposits (TX) in the financial year of a day."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}00{letters}"
    open_series(books, prefix, document_kind=CHALLAN if letters == "TX" else DEDUCTION, year=year)
    return str(take_number(books, prefix))


def _named(books: Books, name: str) -> tuple[parties.PartyRow | None, UUID | None]:
    """The supplier, else another party, else the account, of exactly this name."""
    wanted = folded(clean_text(name))
    if not wanted:
        return None, None
    people = [row for row in parties.search_parties(books, clean_text(name), most=50) if folded(row.name) == wanted]
    if people:
        return next((row for row in people if row.is_supplier), people[0]), None
    chart = ledger.chart_of_accounts(books).accounts
    return None, next((row.id for row in chart if folded(row.name) == wanted and not row.wants_party and not row.is_archived), None)


def _gone(books: Books, head_id: UUID, year: FinancialYear, *, is_party: bool) -> int:
    """What was credited to a party (with GST, so it errs to the side of deducting), or put on an account, in a year until today, less
    what the register has."""
    own = (TdsEvent.head_id == head_id, TdsEvent.undone_on.is_(None), TdsEvent.paid_on >= year.first_day, TdsEvent.advance_paise == 0)
    noted = int(books.session.scalar(select(func.coalesce(func.sum(TdsEvent.gross_paise), 0)).where(*own)) or 0)
    if is_party:
        return max(ledger.party_credits(books, head_id, year.first_day, books.today) - noted, 0)
    total = ledger.account_totals(books, year.first_day, books.today).get(head_id)
    return max(total.debit - total.credit - noted, 0) if total else 0
