"""What the returns ask of input tax: tables 4 and 5 of GSTR-3B and 3.1(d), each figure with the papers behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from webapp import ledger
from webapp.catalogue.models import Item, TaxClass
from webapp.gst_returns import Registration, read_period, registration
from webapp.input_tax import register
from webapp.input_tax.register import AVAILABLE, Entry
from webapp.input_tax.rules import HEADS, NOTHING, Cell, CellRow, Table4, Table5, Tax
from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.ledger.models import AccountBalance, JournalLine, Voucher
from webapp.parties.models import Party
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseBillLine
from webapp.tax.rules import Supply, Treatment


def days_of(month: int) -> Period:
    """The days of a month (202610). NotFound for none."""
    found = read_period(f"month-{month}")
    if found is None:
        raise NotFound("month")
    return found.days


def table_4(books: Books, gstin: str, month: int) -> Table4:
    """GSTR-3B table 4 of a registration and a month (202610). NotFound for a GSTIN that is not this company's."""
    of = registration(books, gstin)
    return table_of(register.entries(books, of.store_ids, days_of(month)))


def table_of(found: Sequence[Entry]) -> Table4:
    """The table of some entries of the register."""
    cells: dict[str, list[CellRow]] = defaultdict(list)
    for one in found:
        _tell(one, cells)
    return Table4(**{name: Cell(tuple(rows)) for name, rows in cells.items()})


def _tell(one: Entry, cells: dict[str, list[CellRow]]) -> None:
    if one.cell in AVAILABLE:
        for name, tax in ((one.cell, one.available), ("rules", one.blocked), ("ineligible", one.ineligible)):
            if any(tax):
                cells[name].append(one.row(tax))
    elif one.cell in ("reclaim", "extra"):
        cells["other"].append(one.row(one.claimed))
        if one.cell == "reclaim":
            cells["reclaimed"].append(one.row(one.claimed))
    elif one.cell in ("rules", "temporary"):
        cells[one.cell].append(one.row(NOTHING - one.claimed))


def ledger_movement(books: Books, of: Registration, month: int) -> Tax:
    """What the input tax accounts of a registration moved in a month, from the kept totals: debit less credit, by head."""
    heads = ledger.heads(books)
    names = {heads[f"input-{head}"]: place for place, head in enumerate(HEADS)}
    net = AccountBalance.debit_paise - AccountBalance.credit_paise
    query = select(AccountBalance.account_id, func.sum(net)).where(
        AccountBalance.account_id.in_(names), AccountBalance.month == month, AccountBalance.store_id.in_(of.store_ids)
    )
    sums = [0, 0, 0, 0]
    for account, amount in books.session.execute(query.group_by(AccountBalance.account_id)):
        sums[names[account]] = int(amount)
    return Tax(*sums)


def inward_supplies(books: Books, gstin: str, month: int) -> Table5:
    """GSTR-3B table 5 of a registration and a month: `taxable` of each cell is the figure.

    Lines of standing bills that bear no tax, less what went back: of composition dealers all, of others those at no rate. What is outside
    GST is so by its item's tax class; an expense without a rate counts as exempt.
    """
    of = registration(books, gstin)
    cells: dict[str, list[CellRow]] = defaultdict(list)
    for row in books.session.execute(_untaxed(of, days_of(month))):
        sign = (-1 if row.kind == "debit_note" else 1) * (-1 if row.reverses_id else 1)
        where = "intra" if row.supply == Supply.INTRA.value else "inter"
        what = "non_gst" if row.treatment == Treatment.NON_GST.value else "exempt"
        name = str(row.party.get("name") or "")
        cells[f"{where}_{what}"].append(
            CellRow("purchase_bill", row.id, row.number, row.voucher_date, name, sign * int(row.value), NOTHING)
        )
    return Table5(**{name: Cell(tuple(rows)) for name, rows in cells.items()})


def _untaxed(of: Registration, span: Period) -> Any:
    line, bill = PurchaseBillLine, PurchaseBill
    tax = line.igst_paise + line.cgst_paise + line.sgst_paise + line.cess_paise
    columns = (bill.id, bill.kind, bill.supply, bill.party, Voucher.id.label("voucher"), Voucher.number, Voucher.voucher_date)
    treatment = func.coalesce(TaxClass.treatment, "").label("treatment")
    return (
        select(*columns, Voucher.reverses_id, treatment, func.sum(line.taxable_paise).label("value"))
        .join(line, (line.company_id == bill.company_id) & (line.bill_id == bill.id))
        .join(Voucher, (Voucher.company_id == bill.company_id) & (func.coalesce(Voucher.reverses_id, Voucher.id) == bill.id))
        .join(Party, (Party.company_id == bill.company_id) & (Party.id == bill.party_id))
        .outerjoin(Item, (Item.company_id == line.company_id) & (Item.id == line.item_id))
        .outerjoin(TaxClass, (TaxClass.company_id == Item.company_id) & (TaxClass.id == Item.tax_class_id))
        .where(
            Voucher.voucher_date.between(span.first_day, span.last_day),
            Voucher.store_id.in_(of.store_ids),
            bill.tax_by == "supplier",
            tax == 0,
            (line.rate_bp == 0) | Party.is_composition,
        )
        .group_by(*columns, Voucher.reverses_id, treatment)
        .order_by(Voucher.voucher_date, Voucher.number, Voucher.id)
    )


def reverse_charge(books: Books, gstin: str, month: int) -> Cell:
    """GSTR-3B 3.1(d): inward supplies on which we owe the tax, services from abroad among them; value and tax.

    From the bills, and from vouchers by hand that credit what is owed under reverse charge. Paying it changes nothing here.
    """
    of = registration(books, gstin)
    span = days_of(month)
    found = register.entries(books, of.store_ids, span)
    rows = [one.row(one.taxed) for one in found if one.bill_id is not None and one.cell in ("reverse_charge", "import_services")]
    told = {one.voucher_id for one in found if one.bill_id is not None}
    return Cell((*rows, *(row for id_, row in _owed_by_hand(books, of, span) if id_ not in told and row.tax.total > 0)))


def _owed_by_hand(books: Books, of: Registration, span: Period) -> list[tuple[Any, CellRow]]:
    heads = ledger.heads(books)
    names = {heads[f"reverse-charge-{head}"]: place for place, head in enumerate(HEADS)}
    columns = (Voucher.id, Voucher.number, Voucher.voucher_date, Voucher.document_kind, Voucher.document_id, Voucher.narration)
    query = (
        select(*columns, JournalLine.account_id, func.sum(JournalLine.amount_paise).label("amount"))
        .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
        .where(
            JournalLine.account_id.in_(names),
            JournalLine.voucher_date.between(span.first_day, span.last_day),
            Voucher.store_id.in_(of.store_ids),
            Voucher.document_kind.not_in(("opening_balance", "account_merge")),
        )
        .group_by(*columns, JournalLine.account_id)
    )
    sums: dict[Any, tuple[Any, list[int]]] = {}
    for row in books.session.execute(query):
        _row, owed = sums.setdefault(row.id, (row, [0, 0, 0, 0]))
        owed[names[row.account_id]] -= int(row.amount)
    return [
        (id_, CellRow(row.document_kind, row.document_id, row.number, row.voucher_date, row.narration, 0, Tax(*owed)))
        for id_, (row, owed) in sums.items()
    ]
