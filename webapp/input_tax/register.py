"""The register of input tax: every voucher that moved it, or whose tax was not claimed, with its place in the return.

The papers decide: a bill said what is claimed, the ledger has it. Here it is read, once, for the screens and for the return alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from webapp import ledger
from webapp.input_tax.models import ItcMark, ItcReversal
from webapp.input_tax.rules import HEADS, NOTHING, CellRow, Tax, last_claim_day
from webapp.kernel.dates import Period
from webapp.kernel.records import dataclass
from webapp.ledger.models import Account, AccountGroup, JournalLine, Voucher
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseBillLine
from webapp.transfers.models import Transfer, TransferReceipt

# Where the return tells a voucher. The last two are in no figure of it: they are why the ledger moved otherwise.
AVAILABLE = ("import_goods", "import_services", "reverse_charge", "isd", "other")
CELLS = (*AVAILABLE, "reclaim", "extra", "rules", "temporary", "used", "opening")
BY_HAND = (*AVAILABLE, "rules", "temporary", "used", "opening")  # what a voucher entered by hand may be said to be
INPUTS, SERVICES, CAPITAL = "inputs", "services", "capital"
NATURES = (INPUTS, SERVICES, CAPITAL)
# Why tax is not claimed. The last two are told in 4D(2) alone; all others in 4A and 4B(1): Circular 170/02/2022.
BLOCKED = ("17(5)", "vehicle", "food", "club", "insurance", "travel", "works", "personal", "exempt")
INELIGIBLE = ("late", "place")
LOST = "lost"  # goods lost on the way, s.17(5)(h): the receipt of the transfer says so, nobody marks it
REASONS = (*BLOCKED, *INELIGIBLE)
BY_PERSON = "voucher"  # what vouchers entered by hand are called
REVERSAL = "itc_reversal"  # what the vouchers of this room are called
ABROAD = "96"
_OPENINGS = ("opening_balance", "account_merge")
_SET_OFF = "gst_set_off"  # what pays a filed GSTR-3B; the room above posts it


class Unclaimed(NamedTuple):
    """Tax of a line that was not claimed, and why."""

    line_no: int
    name: str
    reason: str
    tax: Tax


@dataclass(frozen=True, slots=True)
class Entry:
    """A voucher of the register. `claimed` is what it moved in the input tax accounts, debit positive; `taxed` all tax of its bill.
    `paper` and `paper_date` are the supplier's; `by_nature` parts what was claimed."""

    voucher_id: UUID
    source: str
    document_id: UUID
    number: str
    day: date
    cell: str
    name: str
    gstin: str
    paper: str
    paper_date: date | None
    taxable: int
    claimed: Tax
    taxed: Tax
    unclaimed: tuple[Unclaimed, ...] = ()
    by_nature: tuple[tuple[str, Tax], ...] = ()
    bill_id: UUID | None = None
    is_note: bool = False
    is_undone: bool = False  # it takes another voucher back
    is_by_hand: bool = False
    supply: str = ""

    @property
    def blocked(self) -> Tax:
        """What is told in 4A and taken off in 4B(1)."""
        return sum((one.tax for one in self.unclaimed if one.reason not in INELIGIBLE), NOTHING)

    @property
    def ineligible(self) -> Tax:
        """What is told in 4D(2) alone."""
        return sum((one.tax for one in self.unclaimed if one.reason in INELIGIBLE), NOTHING)

    @property
    def available(self) -> Tax:
        """What 4A tells of it."""
        return self.claimed + self.blocked

    @property
    def is_late(self) -> bool:
        """Claimed after the day of CGST Act s.16(4). A bill of entry has no such day."""
        told = self.cell in ("import_services", "reverse_charge", "isd", "other") and self.bill_id is not None
        return (
            told
            and not self.is_note
            and self.paper_date is not None
            and self.day > last_claim_day(self.paper_date)
            and self.claimed.total > 0
        )

    def row(self, tax: Tax) -> CellRow:
        """Behind a figure of the return."""
        return CellRow(self.source, self.document_id, self.number, self.day, self.name, self.taxable, tax)


def entries(books: Books, stores: Sequence[UUID], span: Period) -> list[Entry]:
    """The register of some stores' days, by day and number."""
    moved = _moved(books, stores, span)
    bills = {row.voucher_id: row for row in books.session.execute(_bills(stores, span))}
    lines = _lines(books, stores, span) if bills else {}
    found = [_of_bill(row, moved.get(id_), lines.get(row.bill_id, ())) for id_, row in bills.items()]
    found += _of_others(books, {id_: one for id_, one in moved.items() if id_ not in bills})
    return sorted((one for one in found if one.taxed.total or any(one.claimed)), key=lambda one: (one.day, one.number, one.voucher_id))


class _Moved(NamedTuple):
    """A voucher's heading and what it moved in the input tax accounts; and, debit positive, in output tax and in tax owed under reverse
    charge."""

    head: Any
    tax: Tax
    output: int
    owed: int


def _span(stores: Sequence[UUID], span: Period) -> tuple[ColumnElement[bool], ...]:
    return Voucher.voucher_date.between(span.first_day, span.last_day), Voucher.store_id.in_(stores)


_HEAD = (
    *(Voucher.id, Voucher.number, Voucher.voucher_date, Voucher.document_kind, Voucher.document_id),
    *(Voucher.reverses_id, Voucher.narration),
)


def _moved(books: Books, stores: Sequence[UUID], span: Period) -> dict[UUID, _Moved]:
    heads = ledger.heads(books)
    inputs = [heads[f"input-{head}"] for head in HEADS]
    # The receipt of a transfer that lost all moves no input tax account; what it moves is the tax that cannot be claimed.
    telling = [*inputs, heads["gst-not-claimed"]]
    output, owed = ({heads[f"{kind}-{head}"] for head in HEADS} for kind in ("output", "reverse-charge"))
    touched = aliased(JournalLine)
    touching = select(touched.voucher_id).where(
        touched.account_id.in_(telling), touched.voucher_date.between(span.first_day, span.last_day)
    )
    taxes = [getattr(Transfer, f"{head}_paise") for head in HEADS]
    query = (
        select(*_HEAD, ItcMark.told_as, *taxes, JournalLine.account_id, func.sum(JournalLine.amount_paise).label("amount"))
        .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
        .outerjoin(ItcMark, _mark_of(Voucher, func.coalesce(Voucher.reverses_id, Voucher.id), 0))
        .outerjoin(TransferReceipt, (TransferReceipt.company_id == Voucher.company_id) & (TransferReceipt.id == Voucher.id))
        .outerjoin(Transfer, (Transfer.company_id == Voucher.company_id) & (Transfer.id == TransferReceipt.transfer_id))
        .where(*_span(stores, span), JournalLine.account_id.in_([*telling, *output, *owed]), JournalLine.voucher_id.in_(touching))
        .group_by(*_HEAD, ItcMark.told_as, *taxes, JournalLine.account_id)
    )
    rows: dict[UUID, tuple[Any, dict[UUID, int]]] = {}
    for row in books.session.execute(query):
        rows.setdefault(row.id, (row, {}))[1][row.account_id] = int(row.amount)
    return {
        id_: _Moved(
            head,
            Tax(*(sums.get(account, 0) for account in inputs)),
            sum(amount for account, amount in sums.items() if account in output),
            sum(amount for account, amount in sums.items() if account in owed),
        )
        for id_, (head, sums) in rows.items()
    }


def _mark_of(owner: Any, voucher_id: Any, line_no: Any) -> ColumnElement[bool]:
    told: ColumnElement[bool] = (ItcMark.company_id == owner.company_id) & (ItcMark.voucher_id == voucher_id) & (ItcMark.line_no == line_no)
    return told


def _of_a_bill() -> ColumnElement[bool]:
    """A bill's own voucher, or the one that takes it back; not those of its goods' costs."""
    return (PurchaseBill.company_id == Voucher.company_id) & (PurchaseBill.id == func.coalesce(Voucher.reverses_id, Voucher.id))


def _bills(stores: Sequence[UUID], span: Period) -> Any:
    return (
        select(
            Voucher.id.label("voucher_id"),
            *(Voucher.number, Voucher.voucher_date, Voucher.reverses_id),
            *(PurchaseBill.id.label("bill_id"), PurchaseBill.kind, PurchaseBill.party, PurchaseBill.supplier_number),
            *(PurchaseBill.bill_date, PurchaseBill.supply, PurchaseBill.tax_by, PurchaseBill.taxable_paise),
            *(getattr(PurchaseBill, f"{head}_paise") for head in HEADS),
            *(PurchaseBill.entry_number, PurchaseBill.entry_date, PurchaseBill.against_id, PurchaseBill.assessable_paise),
        )
        .join(PurchaseBill, _of_a_bill())
        .where(*_span(stores, span))
    )


def _lines(books: Books, stores: Sequence[UUID], span: Period) -> dict[UUID, list[Any]]:
    line = PurchaseBillLine
    told_by = func.coalesce(PurchaseBill.against_id, PurchaseBill.id), func.coalesce(line.against_line_no, line.line_no)
    query = (
        select(
            *(line.bill_id, line.line_no, line.kind, line.account_id, line.name, line.hsn, line.is_claimed),
            *(getattr(line, f"{head}_paise") for head in HEADS),
            *(line.against_line_no, line.account_id.in_(fixed_assets()).label("is_asset"), ItcMark.told_as),
        )
        .join(PurchaseBill, (PurchaseBill.company_id == line.company_id) & (PurchaseBill.id == line.bill_id))
        .join(Voucher, _of_a_bill())
        .outerjoin(ItcMark, _mark_of(line, *told_by))
        .where(*_span(stores, span))
        .distinct()
        .order_by(line.bill_id, line.line_no)
    )
    found = defaultdict(list)
    for row in books.session.execute(query):
        found[row.bill_id].append(row)
    return dict(found)


def fixed_assets() -> Select[UUID]:
    """The accounts under Fixed Assets, however deep."""
    beneath = aliased(AccountGroup)
    groups = select(AccountGroup.company_id, AccountGroup.id).where(AccountGroup.code == "fixed-assets").cte(recursive=True)
    groups = groups.union_all(
        select(beneath.company_id, beneath.id).where(beneath.company_id == groups.c.company_id, beneath.parent_id == groups.c.id)
    )
    return select(Account.id).where(Account.company_id == groups.c.company_id, Account.group_id == groups.c.id)


def _tax_of(row: Any) -> Tax:
    return Tax(*(int(getattr(row, f"{head}_paise")) for head in HEADS))


def _cell_of_bill(row: Any) -> str:
    if row.tax_by == "import":
        return "import_goods"
    if row.tax_by == "reverse_charge":
        return "import_services" if row.party.get("state_code") == ABROAD else "reverse_charge"
    return "other"


def _of_bill(row: Any, moved: _Moved | None, lines: Sequence[Any]) -> Entry:
    is_note = row.kind == "debit_note"
    sign = (-1 if is_note else 1) * (-1 if row.reverses_id else 1)
    told_by = row.against_id or row.bill_id
    unclaimed: list[Unclaimed] = []
    natures: dict[str, Tax] = defaultdict(lambda: NOTHING)
    for line in lines:
        tax = _tax_of(line).part(sign, 1)
        if line.is_claimed:
            natures[_nature(line)] += tax
        elif any(tax):
            place = line.against_line_no or line.line_no
            unclaimed.append(Unclaimed(place, line.name, line.told_as or BLOCKED[0], tax))
    return Entry(
        voucher_id=row.voucher_id,
        source="purchase_bill",
        document_id=row.bill_id,
        number=row.number,
        day=row.voucher_date,
        cell=_cell_of_bill(row),
        name=str(row.party.get("name") or ""),
        gstin=str(row.party.get("gstin") or ""),
        paper=row.entry_number or row.supplier_number,
        paper_date=row.entry_date or row.bill_date,
        taxable=sign * int(row.assessable_paise or row.taxable_paise),
        claimed=moved.tax if moved else NOTHING,
        taxed=_tax_of(row).part(sign, 1),
        unclaimed=tuple(unclaimed),
        by_nature=tuple((nature, natures[nature]) for nature in NATURES if any(natures[nature])),
        bill_id=told_by,
        is_note=is_note,
        is_undone=row.reverses_id is not None,
        supply=row.supply,
    )


def _nature(line: Any) -> str:
    if line.account_id is not None:
        return CAPITAL if line.is_asset else SERVICES
    # CGST Act s.2(59), (60): goods are inputs; codes of chapter 99 are services.
    return SERVICES if line.hsn.startswith("99") or line.kind == "charge" else INPUTS


def _of_others(books: Books, moved: dict[UUID, _Moved]) -> list[Entry]:
    """Transfers, what this room posted, and vouchers entered by hand."""
    own = {one.head.document_id for one in moved.values() if one.head.document_kind == REVERSAL}
    cells: dict[UUID, str] = {}
    if own:
        query = select(ItcReversal.id, ItcReversal.cell).where(ItcReversal.id.in_(own))
        cells = {row.id: row.cell for row in books.session.execute(query)}
    found = []
    for id_, one in moved.items():
        head, is_by_hand = one.head, one.head.document_kind == BY_PERSON
        told = head.told_as if is_by_hand else None
        lost = _lost_on_the_way(one)
        found.append(
            Entry(
                voucher_id=id_,
                source=head.document_kind,
                document_id=head.document_id,
                number=head.number,
                day=head.voucher_date,
                cell=told or cells.get(head.document_id, "") or _cell_by_hand(one),
                name=head.narration,
                gstin="",
                paper="",
                paper_date=None,
                taxable=0,
                claimed=one.tax,
                taxed=one.tax + lost,
                unclaimed=(Unclaimed(0, head.narration, LOST, lost),) if any(lost) else (),
                is_undone=head.reverses_id is not None,
                is_by_hand=is_by_hand,
            )
        )
    return found


def _lost_on_the_way(one: _Moved) -> Tax:
    """Tax of goods that a transfer lost: of its tax invoice what its receipt did not claim. CGST Act s.17(5)(h); like all that s.17(5)
    blocks it stands in 4A and in 4B(1) (Circular 170/02/2022)."""
    return NOTHING if one.head.igst_paise is None else _tax_of(one.head) - one.tax


def _cell_by_hand(one: _Moved) -> str:
    """As the legs of a voucher say: set off against output tax, or owed under reverse charge; else it is credit of this month."""
    if one.head.document_kind in _OPENINGS:
        return "opening"
    if one.head.document_kind == _SET_OFF:
        return "used"  # also where it owes back credit that was never there, beside no output tax
    if one.head.document_kind == "transfer":
        return "other"
    if one.output * one.tax.total < 0:
        return "used"
    return "reverse_charge" if one.owed * one.tax.total < 0 else "other"
