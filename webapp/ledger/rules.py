"""What the ledger decides without a database: which vouchers are the same, and which lines an account takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict
from webapp.kernel.money import Paise
from webapp.kernel.posting import Line, Slip
from webapp.kernel.records import dataclass

# The part of the books that a kind of voucher belongs to, when months are locked by parts (webapp.company.SCOPES).
SCOPE_OF = {
    "sales": "sales",
    "credit_note": "sales",
    "purchase": "purchases",
    "debit_note": "purchases",
    "receipt": "money",
    "payment": "money",
    "contra": "money",
    "journal": "journal",
    "stock": "stock",
}
OUTPUT_TAX_SCOPE = "sales"  # where the tax on sales belongs, whatever kind of voucher moves it
INPUT_TAX_SCOPE = "purchases"  # and where credit of input tax does
KINDS = ("sales", "purchase", "credit_note", "debit_note", "receipt", "payment", "contra", "journal", "stock")


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a voucher's lines. `document_kind` is the room's word for the document that posts it."""

    kind: str
    number: str
    voucher_date: date
    store_id: UUID
    document_kind: str
    document_id: UUID
    narration: str = ""


@dataclass(frozen=True, slots=True)
class PostedVoucher:
    """A voucher as it stands in the register, with its lines in the order they were written."""

    id: UUID
    kind: str
    number: str
    voucher_date: date
    store_id: UUID
    document_kind: str
    document_id: UUID
    narration: str
    reverses_id: UUID | None
    fingerprint: str
    posted_at: datetime
    posted_by: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a line must know of its account."""

    name: str
    wants_party: bool
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """What a line must know of a cost centre."""

    name: str
    is_archived: bool


def fingerprint(heading: Heading, slip: Slip, reverses_id: UUID | None) -> str:
    """The hash of a voucher's content, who and when apart. Two vouchers with one id must have one fingerprint."""
    day, store, document = heading.voucher_date.isoformat(), heading.store_id.hex, heading.document_id.hex
    head = (heading.kind, heading.number, day, store, heading.document_kind, document, heading.narration)
    lines = [_content(line) for line in slip.lines]
    return sha256(repr((head, reverses_id and reverses_id.hex, lines)).encode()).hexdigest()


def _content(line: Line) -> tuple[object, ...]:
    content = (line.account_id.hex, line.amount, line.party_id and line.party_id.hex)
    return (*content, [(share.cost_centre_id.hex, share.amount) for share in line.costs]) if line.costs else content


def require_same(earlier: PostedVoucher, now: str) -> None:
    """Conflict when an id that was used before comes with other content."""
    if earlier.fingerprint != now:
        raise Conflict(
            problem=f"Voucher {earlier.number} of {written(earlier.voucher_date)} was already posted under this id, with other content.",
            fix="Nothing was written. Open the voucher that stands, and post the correction as a new one.",
        )


def check_accounts(lines: Iterable[Line], accounts: Mapping[UUID, AccountFacts]) -> None:
    """BooksError when a line's account does not exist, is archived, misses its party or takes none."""
    for line in lines:
        account = accounts.get(line.account_id)
        if account is None:
            raise BooksError(problem="A line names an account that is not in this chart.", fix="Choose an account from the chart.")
        if account.is_archived:
            raise BooksError(problem=f"The account {account.name} is archived.", fix="Restore it, or choose another account.")
        if account.wants_party and line.party_id is None:
            raise BooksError(problem=f"A line on {account.name} does not say whose it is.", fix="Choose the customer or supplier.")
        if line.party_id is not None and not account.wants_party:
            raise BooksError(
                problem=f"A line on {account.name} names a customer or supplier, but that account is not kept by party.",
                fix="Leave the party out of this line, or post it to Customers or Suppliers.",
            )


def owes_tax(lines: Iterable[Line], heads: Mapping[str, UUID]) -> bool:
    """Whether a line credits tax on sales."""
    taxes = {heads[code] for code in ("output-cgst", "output-sgst", "output-igst", "output-cess")}
    return any(line.amount < 0 and line.account_id in taxes for line in lines)


def claims_tax(lines: Iterable[Line], heads: Mapping[str, UUID]) -> bool:
    """Whether a line claims credit of input tax."""
    taxes = {heads[code] for code in ("input-cgst", "input-sgst", "input-igst", "input-cess")}
    return any(line.amount > 0 and line.account_id in taxes for line in lines)


def require_reversible(voucher: PostedVoucher, on: date) -> None:
    """Conflict when `voucher` is itself a reversal, or `on` lies before it."""
    if voucher.reverses_id is not None:
        raise Conflict(problem=f"Voucher {voucher.number} is itself a reversal.", fix="Post what is right as a new voucher.")
    if on < voucher.voucher_date:
        raise Conflict(
            problem=f"Voucher {voucher.number} is dated {written(voucher.voucher_date)}; it cannot be reversed on {written(on)}.",
            fix=f"Date the reversal {written(voucher.voucher_date)} or later.",
        )


def check_cost_centres(lines: Iterable[Line], centres: Mapping[UUID, CentreFacts]) -> None:
    """BooksError when a line's cost centre does not exist or is archived."""
    for share in (share for line in lines for share in line.costs):
        centre = centres.get(share.cost_centre_id)
        if centre is None:
            raise BooksError(problem="A line names a cost centre that does not exist.", fix="Choose a cost centre from the list.")
        if centre.is_archived:
            raise BooksError(problem=f"The cost centre {centre.name} is archived.", fix="Restore it, or choose another.")


class AlreadyReversed(Conflict):
    """The voucher was reversed before, by another reversal."""

    def __init__(self, number: str) -> None:
        super().__init__(
            problem=f"Voucher {number} was reversed before.", fix="Nothing was written. Open its reversal to see when and why."
        )


def sides(amount: int) -> tuple[Paise, Paise]:
    """A signed amount as (debit, credit)."""
    return (Paise(amount), Paise(0)) if amount > 0 else (Paise(0), Paise(-amount))
