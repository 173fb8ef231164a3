"""What else of the books stands in GSTR-1: goods sent to another registration, advances, and the runs of numbers of other papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, exists, func, select

from webapp.gst_returns.facts import DOCUMENT_NATURES
from webapp.gst_returns.reading import Group, Part, within
from webapp.gst_returns.told import Advances, Document, Issued, Item, Taxes
from webapp.kernel.dates import Period
from webapp.orders.models import Advance, AdvanceUse, OrderDocument
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseCancellation, ReverseChargePayment
from webapp.tax.rules import Supply, Treatment
from webapp.transfers.models import Transfer, TransferLine, TransferRecall

_AMOUNTS = ("taxable", "cgst", "sgst", "igst", "cess")
INVOICES, SELF_INVOICES, DEBIT_NOTES, CREDIT_NOTES, RECEIPTS, PAYMENTS, REFUNDS = 1, 2, 4, 5, 6, 7, 8
# A challan's purpose (webapp.orders.kinds) as table 13 names it.
_CHALLANS = {"job_work": 9, "approval": 10}
_OTHER_CHALLANS = len(DOCUMENT_NATURES)


def transfers(books: Books, gstin: str, span: Period) -> tuple[list[Document], list[Part]]:
    """Tax invoices to another registration of the business (CGST Act s.25(4)), each told by itself; and their lines for tables 8 and 12.
    One that was recalled, which its own month alone allows, is not told."""
    standing = ~exists().where(TransferRecall.company_id == Transfer.company_id, TransferRecall.transfer_id == Transfer.id)
    own = (Transfer.kind == "tax_invoice", within(Transfer.sent_on, span), Transfer.sender["gstin"].as_string() == gstin, standing)
    names = [Transfer.receiver[name].as_string() for name in ("gstin", "state_code", "store")]
    total = sum((getattr(Transfer, f"{name}_paise") for name in _AMOUNTS[1:]), Transfer.taxable_paise)
    heads = select(Transfer.id, Transfer.number, Transfer.sent_on, total, Transfer.supply, *names).where(*own)
    lines = and_(TransferLine.company_id == Transfer.company_id, TransferLine.transfer_id == Transfer.id)
    keys = (Transfer.id, TransferLine.rate_bp, TransferLine.cess_bp, TransferLine.hsn, TransferLine.unit)
    sums = [func.sum(getattr(TransferLine, name)) for name in ("qty", *(f"{part}_paise" for part in _AMOUNTS))]
    grouped = select(*keys, func.max(TransferLine.name), *sums).join(TransferLine, lines).where(*own).group_by(*keys)
    rows: dict[UUID, list[Any]] = {}
    for row in books.session.execute(grouped.order_by(*keys)):
        rows.setdefault(row[0], []).append(row)
    documents, parts = [], []
    for head in books.session.execute(heads.order_by(Transfer.sent_on, Transfer.number)):
        id_, number, day, value, supply, ctin, place, name = head
        groups = [_group(row, supply, place) for row in rows.get(id_, ())]
        parts += [Part("transfer", id_, number, day, name or "", ctin, int(value), group) for group in groups]
        if items := _items(groups):
            documents.append(Document("b2b", "transfer", id_, number, day, int(value), place, "R", items, ctin=ctin, name=name or ""))
    return documents, parts


def _items(groups: Iterable[Group]) -> tuple[Item, ...]:
    rates: dict[int, Taxes] = {}
    for group in groups:
        if group.treatment == Treatment.TAXABLE.value:
            rates[group.rate_bp] = rates.get(group.rate_bp, Taxes()).plus(group.taxes)
    return tuple(Item(rate, *taxes) for rate, taxes in sorted(rates.items(), reverse=True))


def _group(row: Any, supply: str, place: str) -> Group:
    """A line of a transfer keeps its rate and not what the law calls the goods: at no rate it is told as nil-rated."""
    return Group(
        is_small=False,
        is_registered=True,
        is_home=True,
        supply=supply,
        place=place,
        treatment=Treatment.TAXABLE.value if row[1] or row[2] else Treatment.NIL.value,
        rate_bp=row[1],
        hsn=row[3],
        unit=row[4],
        name=row[5],
        qty=int(row[6]),
        taxes=Taxes(*map(int, row[7:])),
    )


def advances(books: Books, gstin: str, span: Period) -> tuple[list[Advances], list[Advances]]:
    """Table 11: (A) what was received in these days and not billed in them, less what was given back; (B) what was received before and
    adjusted in these days. Without the tax in it; an advance on goods bears none (Notification 66/2017-Central Tax) and is not told."""
    taxed = Advance.cgst_paise + Advance.igst_paise > 0
    own = (taxed, Advance.seller["gstin"].as_string() == gstin)
    keys = (Advance.place_of_supply, Advance.supply, Advance.rate_bp)
    sign = case((Advance.kind == "receipt", 1), else_=-1)
    figures = [func.sum(sign * getattr(Advance, f"{name}_paise")) for name in _AMOUNTS[:4]]
    come = select(*keys, *figures).where(*own, within(Advance.advance_date, span)).group_by(*keys)
    use_tax = (AdvanceUse.cgst_paise, AdvanceUse.cgst_paise, AdvanceUse.igst_paise)
    used = [func.sum(one) for one in (AdvanceUse.amount_paise - 2 * AdvanceUse.cgst_paise - AdvanceUse.igst_paise, *use_tax)]
    of_advance = and_(AdvanceUse.company_id == Advance.company_id, AdvanceUse.advance_id == Advance.id)
    is_older = (Advance.advance_date < span.first_day).label("is_older")
    adjusted = select(is_older, *keys, *used).join(AdvanceUse, of_advance).where(*own, AdvanceUse.undone_at.is_(None))
    adjusted = adjusted.where(within(AdvanceUse.used_on, span)).group_by(is_older, *keys)
    first: dict[tuple[str, str, int], Taxes] = {}
    second: dict[tuple[str, str, int], Taxes] = {}
    for place, supply, rate, *sums in books.session.execute(come):
        first[place, supply, rate] = Taxes(*map(int, sums))
    for older, place, supply, rate, *sums in books.session.execute(adjusted):
        key, taxes = (place, supply, rate), Taxes(*map(int, sums))
        if older:
            second[key] = taxes
        else:
            first[key] = first.get(key, Taxes()).plus(taxes, -1)
    return _by_place(first), _by_place(second)


def _by_place(found: dict[tuple[str, str, int], Taxes]) -> list[Advances]:
    places: dict[tuple[str, bool], list[Item]] = {}
    for (place, supply, rate), taxes in sorted(found.items()):
        if any(taxes):
            places.setdefault((place, supply != Supply.INTRA.value), []).append(Item(rate, *taxes))
    return [Advances(place, is_inter, tuple(items)) for (place, is_inter), items in places.items()]


def other_runs(books: Books, gstin: str, span: Period, notes: Iterable[tuple[str, bool]]) -> list[Issued]:
    """Table 13 without the bills and credit notes. `notes` are the numbers of debit notes and whether they stand."""
    recalled = exists().where(TransferRecall.company_id == Transfer.company_id, TransferRecall.transfer_id == Transfer.id)
    sent = select(Transfer.kind, Transfer.number, ~recalled).where(
        within(Transfer.sent_on, span), Transfer.sender["gstin"].as_string() == gstin
    )
    numbers: dict[int, list[tuple[str, bool]]] = {DEBIT_NOTES: list(notes)}
    for kind, number, stands in books.session.execute(sent):
        numbers.setdefault(INVOICES if kind == "tax_invoice" else _OTHER_CHALLANS, []).append((number, bool(stands)))
    challans = select(OrderDocument.purpose, OrderDocument.number, OrderDocument.state != "cancelled").where(
        OrderDocument.kind == "challan", within(OrderDocument.document_date, span), OrderDocument.seller["gstin"].as_string() == gstin
    )
    for purpose, number, stands in books.session.execute(challans):
        numbers.setdefault(_CHALLANS.get(purpose, _OTHER_CHALLANS), []).append((number, bool(stands)))
    taken = select(Advance.kind, Advance.number).where(within(Advance.advance_date, span), Advance.seller["gstin"].as_string() == gstin)
    for kind, number in books.session.execute(taken):
        numbers.setdefault(RECEIPTS if kind == "receipt" else REFUNDS, []).append((number, True))
    gone = exists().where(PurchaseCancellation.company_id == PurchaseBill.company_id, PurchaseCancellation.document_id == PurchaseBill.id)
    bought = PurchaseBill.buyer["gstin"].as_string() == gstin
    own = select(PurchaseBill.self_invoice_number, ~gone).where(
        PurchaseBill.self_invoice_number != "", within(PurchaseBill.voucher_date, span), bought
    )
    numbers[SELF_INVOICES] = [(number, bool(stands)) for number, stands in books.session.execute(own)]
    paid = (
        select(ReverseChargePayment.number)
        .join(
            PurchaseBill, and_(PurchaseBill.company_id == ReverseChargePayment.company_id, PurchaseBill.id == ReverseChargePayment.bill_id)
        )
        .where(within(ReverseChargePayment.paid_on, span), bought)
    )
    numbers[PAYMENTS] = [(number, True) for (number,) in books.session.execute(paid)]
    return [row for nature in sorted(numbers) for row in runs(nature, numbers[nature])]


def runs(nature: int, numbers: Iterable[tuple[str, bool]]) -> list[Issued]:
    """Numbers such as 26-DC/000001 as runs. What no standing paper has, between the first and the last, counts as cancelled."""
    found: dict[str, list[tuple[int, str, bool]]] = {}
    for number, stands in numbers:
        prefix, _slash, seq = number.rpartition("/")
        found.setdefault(prefix, []).append((int(seq), number, stands))
    rows = []
    for prefix in sorted(found):
        some = sorted(found[prefix])
        total = some[-1][0] - some[0][0] + 1
        rows.append(Issued(nature, some[0][1], some[-1][1], total, total - sum(1 for one in some if one[2])))
    return rows
