"""What has to be reversed, or may be claimed again, in a month: worked out from the books and shown; a person posts it.

Rule 37: bills whose supplier is unpaid after 180 days. Rule 38: banks. Rule 42: common credit of inputs and input services. Rule 43:
capital goods. S.17(5)(h): goods that were wasted. Rule 37A: late_returns. What nobody can
work out is entered by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp.catalogue.models import Item
from webapp.gst_returns import Registration, ReturnPeriod, gstr1, registration, totals
from webapp.input_tax import posted, queries, register, rules
from webapp.input_tax.models import ItcCapitalGood
from webapp.input_tax.posted import Asset, LineRow
from webapp.input_tax.register import AVAILABLE, CAPITAL, INPUTS, Entry
from webapp.input_tax.rules import HEADS, NOTHING, CommonCredit, Tax
from webapp.kernel.dates import FinancialYear, Period, month_of
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass
from webapp.outstandings.models import Allocation
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseBillLine, PurchaseCancellation
from webapp.stock.models import StockMovement
from webapp.transfers.models import Transfer, TransferLine, TransferReceipt, TransferReceiptLine

_TURNOVER = ("b2b", "b2cl", "b2cs", "nil", "exp", "cdnr", "cdnur")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A voucher that may be posted. `cell` as in models.ItcReversal; `interest` is at most, from the day the credit was taken."""

    rule: str
    cell: str
    tax: Tax
    lines: tuple[LineRow, ...] = ()
    working: Mapping[str, Any] = field(default_factory=dict)

    @property
    def interest(self) -> int:
        return sum(line.interest_paise for line in self.lines)


def day_of(month: int, today: date) -> date:
    """The day a voucher of a month is posted on: its last, or today while it runs."""
    return min(queries.days_of(month).last_day, today)


def turnover(books: Books, gstin: str, month: int) -> tuple[int, int]:
    """E and F of a month: exempt turnover (nil-rated, exempt, outside GST; within the country) and all turnover, as GSTR-1 tells them.
    Credit notes of taxable sales may leave less in all than was exempt: no more than the whole is exempt."""
    told = gstr1(books, registration(books, gstin), ReturnPeriod("month", month))
    values = {row.section: row.taxes.taxable for row in totals(told) if row.section in _TURNOVER}
    all_ = max(sum(values.values()), 0)
    return min(max(values.get("nil", 0), 0), all_), all_


# Rule 37


@dataclass(frozen=True, slots=True)
class LateBill:
    """A bill of more than 180 days: its credit that stands, what of it is unpaid, what stands reversed (`by_then`: posted until the
    day that is looked at) and what should."""

    id: UUID
    number: str
    name: str
    paper_date: date
    taken_on: date
    credit: Tax
    worth: int
    unpaid: int
    reversed: Tax
    by_then: Tax

    @property
    def should(self) -> Tax:
        """Rule 37(1): in proportion to what was not paid."""
        return self.credit.part(self.unpaid, self.worth)


def late_bills(books: Books, gstin: str, on: date) -> list[LateBill]:
    """Bills older than 180 days on a day with something unpaid then or reversed already, the oldest first."""
    standing, then = posted.standing_of(books, gstin, "37"), posted.standing_of(books, gstin, "37", on)
    found = []
    for row, notes in _old_bills(books, gstin, on, set(then)):
        taken_off = sum((tax for tax, _total in notes), NOTHING)
        worth = 0 if row.is_gone else int(row.total_paise) - sum(total for _tax, total in notes)
        credit = (Tax(*(int(getattr(row, head)) for head in HEADS)) - taken_off).above_nought()
        unpaid = max(min(int(row.total_paise) - int(row.settled), worth), 0)
        before, by_then = standing.get(row.id, NOTHING), then.get(row.id, NOTHING)
        if (unpaid and credit.total) or any(before):
            name = str(row.party.get("name") or "")
            found.append(LateBill(row.id, row.number, name, row.bill_date, row.voucher_date, credit, worth, unpaid, before, by_then))
    return found


def claimed(head: str) -> Any:
    """Of a bill or debit note, what of a head was claimed, as a column named for it."""
    line = PurchaseBillLine
    column = getattr(line, f"{head}_paise")
    own = select(func.coalesce(func.sum(column), 0)).where(
        line.company_id == PurchaseBill.company_id, line.bill_id == PurchaseBill.id, line.is_claimed
    )
    return own.correlate(PurchaseBill).scalar_subquery().label(head)


def _old_bills(books: Books, gstin: str, on: date, known: set[UUID]) -> list[tuple[Any, list[tuple[Tax, int]]]]:
    """Bills with the supplier's tax that stand and are older than 180 days, each with its debit notes up to that day; and those that
    were cancelled since their credit was reversed (`known`), for it went back with them once already."""
    bill = PurchaseBill
    of = registration(books, gstin)
    gone = select(PurchaseCancellation.document_id)
    settled = (
        select(func.coalesce(func.sum(Allocation.amount_paise), 0))
        .where(
            Allocation.company_id == bill.company_id,
            Allocation.credit_voucher_id == bill.id,
            Allocation.allocated_on <= on,
            Allocation.released_on.is_(None) | (Allocation.released_on > on),
        )
        .correlate(bill)
        .scalar_subquery()
    )
    heads = [claimed(head) for head in HEADS]
    columns = (bill.id, bill.number, bill.party, bill.bill_date, bill.voucher_date, bill.total_paise, bill.against_id)
    own = (bill.store_id.in_(of.store_ids), bill.tax_by == "supplier", bill.voucher_date <= on)
    old = bill.bill_date <= on - timedelta(days=rules.DAYS_TO_PAY + 1)
    query = select(*columns, settled.label("settled"), bill.id.in_(gone).label("is_gone"), *heads).where(
        *own, bill.kind == "bill", bill.claimed_paise > 0, old, bill.id.not_in(gone) | bill.id.in_(known)
    )
    bills = books.session.execute(query.order_by(bill.bill_date, bill.number, bill.id)).all()
    notes: dict[UUID, list[tuple[Tax, int]]] = defaultdict(list)
    for row in books.session.execute(select(*columns, *heads).where(*own, bill.kind == "debit_note", bill.id.not_in(gone))):
        notes[row.against_id].append((Tax(*(int(getattr(row, head)) for head in HEADS)), int(row.total_paise)))
    return [(row, notes.get(row.id, [])) for row in bills]


def rule_37(books: Books, gstin: str, month: int) -> list[Proposal]:
    """What unpaid bills take away, and what bills paid since give back, up to the last day of a month (or today)."""
    on = day_of(month, books.today)
    away, again = [], []
    for one in late_bills(books, gstin, on):
        more = (one.should - one.reversed).above_nought()
        # What a later month reversed is not claimed again in an earlier one, nor what a later month has claimed again already.
        less = (Tax(*map(min, one.reversed, one.by_then)) - one.should).above_nought()
        if any(more):
            away.append(LineRow(one.id, one.number, one.name, more, one.taken_on, rules.interest(more.total, one.taken_on, on)))
        if any(less):
            again.append(LineRow(one.id, one.number, one.name, less, None, 0))
    found = [("temporary", away), ("reclaim", again)]
    return [Proposal("37", cell, sum((row.tax for row in rows), NOTHING), tuple(rows)) for cell, rows in found if rows]


# Rules 38, 42 and 43


def month_entries(books: Books, gstin: str, month: int) -> list[Entry]:
    """The register of a registration and month."""
    return register.entries(books, registration(books, gstin).store_ids, queries.days_of(month))


def rule_38(found: Sequence[Entry]) -> Proposal | None:
    """Half of the credit of a month goes back, but for what came from a registration of the same PAN (Rule 38(d))."""
    taken = [one.claimed for one in found if one.cell in AVAILABLE and one.source != "transfer"]
    tax = sum(taken, NOTHING).above_nought().part(rules.BANK_BP, 10_000)
    return Proposal("38", "rules", tax, working={"taken": list(sum(taken, NOTHING))}) if any(tax) else None


def common_credit(found: Sequence[Entry], exempt: int, all_: int) -> CommonCredit:
    """Rule 42 as the register says: goods bought with tax count as for taxable sales, services and other expenses as common. A person who
    knows better types T1, T2 and T4."""
    total = blocked = taxable = NOTHING
    for one in found:
        if one.cell not in AVAILABLE:
            continue
        parts = dict(one.by_nature)
        capital = parts.get(CAPITAL, NOTHING)
        total += one.available - capital
        blocked += one.blocked
        taxable += parts.get(INPUTS, NOTHING) if one.by_nature else NOTHING
        if one.source == "transfer":
            taxable += one.claimed
    return CommonCredit(total, NOTHING, NOTHING, blocked, taxable, exempt, all_)


def rule_42(own: CommonCredit) -> Proposal | None:
    """T1, T2 (where they were claimed), D1 and D2 go back."""
    tax = (own.personal + own.exempt + own.d1 + own.d2).above_nought()
    return Proposal("42", "rules", tax, working=working_of(own)) if any(tax) else None


def working_of(own: CommonCredit) -> dict[str, Any]:
    """Every figure of Rule 42, as it is kept with its voucher."""
    names = ("total", "personal", "exempt", "blocked", "taxable", "c1", "c2", "d1", "d2", "c3")
    figures: dict[str, Any] = {name: list(getattr(own, name)) for name in names}
    return figures | {"exempt_turnover": own.exempt_turnover, "turnover": own.turnover, "is_mixed": own.is_mixed}


def rule_43(owned: Sequence[Asset], month: int, exempt: int, all_: int) -> Proposal | None:
    """Te of a month: (E ÷ F) × Tm of each of the capital goods in common use."""
    rows = []
    for asset in owned:
        share = tm_of(asset, month)
        te = share.part(exempt, all_)
        if any(te):
            rows.append(LineRow(asset.id, asset.paper_number, asset.name, te, None, 0))
    working = {"exempt_turnover": exempt, "turnover": all_, "tr": list(sum((tm_of(asset, month) for asset in owned), NOTHING))}
    return Proposal("43", "rules", sum((row.tax for row in rows), NOTHING), tuple(rows), working) if rows else None


def tm_of(asset: Asset, month: int) -> Tax:
    """Tm of capital goods in a month; nothing but in common use, within sixty months and before they were given up."""
    if asset.use != "common" or (asset.ended_on is not None and month_of(asset.ended_on) < month):
        return NOTHING
    return rules.month_share(asset.tax, rules.months_between(month_of(asset.paper_date), month) + 1)


@dataclass(frozen=True, slots=True)
class TrueUp:
    """The annual working of Rule 42(2): C2 of the year, E and F of it; D1 and D2 of the year against those of its months."""

    c2: Tax
    exempt_turnover: int
    turnover: int
    due: Tax
    posted: Tax

    @property
    def lacking(self) -> Tax:
        return (self.due - self.posted).above_nought()

    @property
    def too_much(self) -> Tax:
        return (self.due - self.posted).below_nought()


def true_up(books: Books, gstin: str, year: FinancialYear) -> TrueUp:
    """The months as they were posted; those that were not, as the register says now. What was posted for the year itself counts as done."""
    stands = [row for row in posted.reversals(books, gstin, first=year.first_month) if row.cancelled_on is None]
    kept = {row.month: row.working for row in stands if row.rule == "42" and row.month <= year.last_month}
    c2 = done = mixed = NOTHING
    for row in stands:
        if row.rule == "42Y" and row.working["year"] == str(year):
            done += -row.tax if row.cell == "extra" else row.tax
    exempt = all_ = 0
    for month in _months(year, books.today):
        own = kept.get(month)
        if own is None:
            e, f = turnover(books, gstin, month)
            credit = common_credit(month_entries(books, gstin, month), e, f)
            c2 += credit.c2
        else:
            e, f = int(own["exempt_turnover"]), int(own["turnover"])
            c2 += Tax(*own["c2"])
            done += Tax(*own["d1"]) + Tax(*own["d2"])
            mixed += Tax(*own["c2"]) if own["is_mixed"] else NOTHING
        exempt, all_ = exempt + e, all_ + f
    due = c2.part(exempt, all_) + mixed.part(rules.NON_BUSINESS_BP, 10_000)
    return TrueUp(c2, exempt, all_, due.above_nought(), done)


def _months(year: FinancialYear, today: date) -> list[int]:
    every = [*range(year.first_month, year.first_month + 9), *range(year.last_month - 2, year.last_month + 1)]
    return [month for month in every if month <= month_of(today)]


def rule_42_year(books: Books, gstin: str, year: FinancialYear, on: date) -> Proposal | None:
    """What the year lacks goes back with interest from 1 April after it (Rule 42(2)(a)); what was too much is claimed (Rule 42(2)(b))."""
    own = true_up(books, gstin, year)
    working = {"c2": list(own.c2), "exempt_turnover": own.exempt_turnover, "turnover": own.turnover, "due": list(own.due)}
    working |= {"posted": list(own.posted), "year": str(year)}
    since = year.last_day + timedelta(days=1)
    if any(own.lacking):
        line = LineRow(None, str(year), "", own.lacking, since, rules.interest(own.lacking.total, since, on))
        return Proposal("42Y", "rules", own.lacking, (line,), working)
    if any(own.too_much):
        return Proposal("42Y", "extra", own.too_much, (LineRow(None, str(year), "", own.too_much, None, 0),), working)
    return None


@dataclass(frozen=True, slots=True)
class BoughtAsset:
    """Capital goods that a bill bought and the register does not have: its claimed tax on accounts under Fixed Assets."""

    bill_id: UUID
    number: str
    paper_number: str
    paper_date: date
    name: str
    tax: Tax


def assets_bought(books: Books, of: Registration) -> list[BoughtAsset]:
    """The newest fifty of those that wait for their place in the register."""
    line, bill = PurchaseBillLine, PurchaseBill
    sums = [func.sum(getattr(line, f"{head}_paise")) for head in HEADS]
    columns = (bill.id, bill.number, bill.supplier_number, bill.bill_date)
    query = (
        select(*columns, func.min(line.name), *sums)
        .join(line, (line.company_id == bill.company_id) & (line.bill_id == bill.id))
        .where(line.account_id.in_(register.fixed_assets()), line.is_claimed, bill.kind == "bill", bill.store_id.in_(of.store_ids))
        .where(bill.id.not_in(select(PurchaseCancellation.document_id)))
        .where(bill.id.not_in(select(ItcCapitalGood.bill_id).where(ItcCapitalGood.bill_id.is_not(None))))
        .group_by(*columns)
        .having(sum(sums[1:], sums[0]) > 0)
        .order_by(bill.bill_date.desc(), bill.id.desc())
        .limit(50)
    )
    found: list[Any] = [tuple(row) for row in books.session.execute(query)]
    return [BoughtAsset(row[0], row[1], row[2], row[3], row[4], Tax(*(int(one) for one in row[5:]))) for row in found]


# S.17(5)(h)


def wasted(books: Books, gstin: str, month: int) -> Proposal | None:
    """Goods wasted in a month or lost on the way between stores of the registration, with the tax of the last bill that had bought them,
    by quantity. Goods no bill bought are left out; what a tax invoice between registrations lost is in the register already."""
    of, span, move = registration(books, gstin), queries.days_of(month), StockMovement
    query = (
        select(move.item_id, Item.name, func.sum(move.qty))
        .join(Item, (Item.company_id == move.company_id) & (Item.id == move.item_id))
        .where(move.kind == "wastage", move.store_id.in_(of.store_ids), move.moved_on.between(span.first_day, span.last_day))
        .group_by(move.item_id, Item.name)
        .order_by(Item.name, move.item_id)
    )
    lost = {item_id: (name, -int(qty)) for item_id, name, qty in books.session.execute(query) if qty < 0}
    for item_id, name, qty in _lost_on_the_way(books, of.store_ids, span):
        lost[item_id] = (name, lost.get(item_id, (name, 0))[1] + int(qty))
    rows = []
    for item_id, bought in _last_bought(books, of.store_ids, set(lost), span.last_day).items():
        name, qty = lost[item_id]
        tax = Tax(*(rounded(int(getattr(bought, f"{head}_paise")) * min(qty, bought.qty), bought.qty) for head in HEADS))
        if any(tax):
            rows.append(LineRow(item_id, bought.number, name, tax, None, 0))
    return Proposal("17(5)(h)", "rules", sum((row.tax for row in rows), NOTHING), tuple(rows)) if rows else None


def _lost_on_the_way(books: Books, stores: Sequence[UUID], span: Period) -> list[Any]:
    """Item, name and quantity that challans to these stores had less on arrival: their goods bore the tax of a purchase alone."""
    sent, came, receipt = TransferLine, TransferReceiptLine, TransferReceipt
    same = (came.company_id == sent.company_id) & (came.transfer_id == sent.transfer_id) & (came.line_no == sent.line_no)
    query = (
        select(sent.item_id, Item.name, func.sum(sent.qty - came.qty))
        .join(came, same)
        .join(receipt, (receipt.company_id == sent.company_id) & (receipt.transfer_id == sent.transfer_id))
        .join(Transfer, (Transfer.company_id == sent.company_id) & (Transfer.id == sent.transfer_id))
        .join(Item, (Item.company_id == sent.company_id) & (Item.id == sent.item_id))
        .where(Transfer.kind == "challan", Transfer.to_store_id.in_(stores), came.qty < sent.qty)
        .where(receipt.received_on.between(span.first_day, span.last_day))
        .group_by(sent.item_id, Item.name)
        .order_by(Item.name, sent.item_id)
    )
    rows: Any = books.session.execute(query)
    return list(rows)


def _last_bought(books: Books, stores: Sequence[UUID], items: set[UUID], until: date) -> dict[UUID, Any]:
    if not items:
        return {}
    line, bill = PurchaseBillLine, PurchaseBill
    place = (
        func.row_number().over(partition_by=line.item_id, order_by=(bill.voucher_date.desc(), bill.id.desc(), line.line_no)).label("place")
    )
    each = (
        select(line.item_id, line.qty, bill.number, place, *(getattr(line, f"{head}_paise") for head in HEADS))
        .join(bill, (bill.company_id == line.company_id) & (bill.id == line.bill_id))
        .where(line.item_id.in_(items), line.is_claimed, bill.kind == "bill", bill.store_id.in_(stores), bill.voucher_date <= until)
        .where(bill.id.not_in(select(PurchaseCancellation.document_id)))
        .subquery()
    )
    return {row.item_id: row for row in books.session.execute(select(each).where(each.c.place == 1))}
