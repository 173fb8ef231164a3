"""The documents' promises: bills add up, are paid in full on paper, are posted; numbers have no gap; the log is whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from webapp import counter
from webapp.assembly.models import StockJournal
from webapp.books_check.bought import numbers_used
from webapp.books_check.rules import Check
from webapp.kernel.money import rupees
from webapp.ledger.models import Account, JournalLine, Voucher
from webapp.orders.models import Advance, OrderDocument
from webapp.payments.models import Receipt
from webapp.platform.audit import EditLogEntry, broken_links
from webapp.platform.numbering import NumberSeries
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceLine, InvoiceTender
from webapp.stocktaking.models import StockAdjustment
from webapp.transfers.models import Transfer
from webapp.vouchers.models import VoucherDocument

_SUMMED = ("gross_paise", "bill_discount_paise", "taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "cess_paise", "cost_paise")
_TAXES = {"output-cgst": "cgst_paise", "output-sgst": "sgst_paise", "output-igst": "igst_paise", "output-cess": "cess_paise"}


def check_bills(books: Books) -> Check:
    """Σ tenders = total, and each figure of a bill is the sum of its lines."""
    faults = []
    of_tender = (InvoiceTender.company_id == Invoice.company_id) & (InvoiceTender.invoice_id == Invoice.id)
    paid = func.coalesce(func.sum(InvoiceTender.amount_paise), 0)
    unpaid = books.session.execute(
        select(Invoice.number, Invoice.total_paise, paid)
        .outerjoin(InvoiceTender, of_tender)
        .group_by(Invoice.id, Invoice.number, Invoice.total_paise)
        .having(paid != Invoice.total_paise)
    )
    for number, total, tendered in unpaid:
        faults.append(f"bill {number} comes to {rupees(total)}, its payments to {rupees(int(tendered))}")
    of_line = (InvoiceLine.company_id == Invoice.company_id) & (InvoiceLine.invoice_id == Invoice.id)
    headers = [getattr(Invoice, name) for name in _SUMMED]
    sums = [func.coalesce(func.sum(getattr(InvoiceLine, name)), 0) for name in _SUMMED]
    unequal = books.session.execute(
        select(Invoice.number, *headers, *sums)
        .outerjoin(InvoiceLine, of_line)
        .group_by(Invoice.id, Invoice.number, *headers)
        .having(or_(*(header != total for header, total in zip(headers, sums, strict=True))))
    )
    for number, *figures in unequal:
        pairs = zip(_SUMMED, figures[: len(_SUMMED)], figures[len(_SUMMED) :], strict=True)
        said = "; ".join(f"{_plain(name)} {rupees(own)}, lines {rupees(int(lines))}" for name, own, lines in pairs if own != lines)
        faults.append(f"bill {number} does not equal its lines: {said}")
    return Check("bills add up and are paid in full", _count(books, Invoice), tuple(faults))


def check_posted(books: Books) -> Check:
    """Each bill has its voucher with the tax on it, each receipt its voucher, each cancelled bill its reversal."""
    faults: list[str] = []
    own_voucher = (Voucher.company_id == Invoice.company_id) & (Voucher.id == Invoice.id)
    lost = select(Invoice.number).outerjoin(Voucher, own_voucher)
    not_nothing = or_(Invoice.total_paise != 0, Invoice.cost_paise != 0)
    faults += [f"bill {number} was not posted" for number in books.session.scalars(lost.where(Voucher.id.is_(None), not_nothing))]
    posted = (
        select(Invoice.number, Invoice.kind, Account.code, *(getattr(Invoice, name) for name in _TAXES.values()))
        .join(JournalLine, (JournalLine.company_id == Invoice.company_id) & (JournalLine.voucher_id == Invoice.id))
        .join(Account, (Account.company_id == JournalLine.company_id) & (Account.id == JournalLine.account_id))
    )
    amount = func.sum(func.abs(JournalLine.amount_paise))
    for code, name in _TAXES.items():
        column = getattr(Invoice, name)
        wrong = posted.with_only_columns(Invoice.number, column, amount).where(Account.code == code)
        for number, on_bill, in_books in books.session.execute(wrong.group_by(Invoice.number, column).having(amount != column)):
            faults.append(f"bill {number} has {rupees(on_bill)} of {_plain(name)}, {rupees(int(in_books))} was posted")
    receipt_voucher = (Voucher.company_id == Receipt.company_id) & (Voucher.id == Receipt.id)
    lost_receipts = select(Receipt.number).outerjoin(Voucher, receipt_voucher).where(Voucher.id.is_(None))
    faults += [f"receipt {number} was not posted" for number in books.session.scalars(lost_receipts)]
    reversal = aliased(Voucher)
    cancelled = (
        select(Invoice.number)
        .join(InvoiceCancellation, InvoiceCancellation.invoice_id == Invoice.id)
        .join(Voucher, Voucher.id == Invoice.id)
        .outerjoin(reversal, (reversal.id == InvoiceCancellation.voucher_id) & (reversal.reverses_id == Invoice.id))
    )
    unreversed = books.session.scalars(cancelled.where(reversal.id.is_(None)))
    faults += [f"bill {number} is cancelled, but its voucher was not reversed" for number in unreversed]
    return Check("documents are posted", _count(books, Invoice) + _count(books, Receipt), tuple(faults))


def check_numbers(books: Books) -> Check:
    """Each series runs from 1 to its last without a gap, a repeat or a stray; a gap is explained or it is a fault."""
    series = {row.prefix: row.last for row in books.session.execute(select(NumberSeries.prefix, NumberSeries.last))}
    used: dict[str, list[int]] = defaultdict(list)
    for prefix, seq in books.session.execute(select(Invoice.series, Invoice.seq)):
        used[prefix].append(seq)
    for number in books.session.scalars(select(Receipt.number)):
        _note(used, number)
    for number in books.session.scalars(select(StockAdjustment.number)):
        _note(used, number)
    for number in books.session.scalars(select(Transfer.number)):
        _note(used, number)
    for number in books.session.scalars(select(StockJournal.number)):
        _note(used, number)
    for number in books.session.scalars(select(VoucherDocument.number).where(VoucherDocument.number != "")):
        _note(used, number)
    for number in numbers_used(books):
        _note(used, number)
    # A revision keeps the number of what it revises.
    for prefix, seq in books.session.execute(select(OrderDocument.series, OrderDocument.seq).where(OrderDocument.revision == 0)):
        used[prefix].append(seq)
    for prefix, seq in books.session.execute(select(Advance.series, Advance.seq)):
        used[prefix].append(seq)
    explained = counter.explained_numbers(books)

    faults: list[str] = []
    for prefix, last in series.items():
        numbers = used[prefix]
        gone = set(range(1, last + 1)) - set(numbers) - explained.get(prefix, frozenset())
        if gone:
            gone -= _posted_numbers(books, prefix)
        faults += [f"{prefix}/{seq:06d} is missing" for seq in sorted(gone)]
        faults += [f"{prefix}/{seq:06d} was used, though the series has reached {last} only" for seq in numbers if seq > last]
        faults += [f"{prefix}/{seq:06d} was used twice" for seq in _repeated(numbers)]
    faults += [f"numbers of {prefix} were used, but there is no such series" for prefix in used.keys() - series.keys()]
    return Check("numbers run without a gap", sum(series.values()), tuple(faults))


def check_log(books: Books) -> Check:
    """The edit log's chain is whole."""
    return Check("the edit log is whole", _count(books, EditLogEntry), tuple(broken_links(books)))


def _posted_numbers(books: Books, prefix: str) -> set[int]:
    """Numbers that a voucher bears, for documents that have no table of their own."""
    numbers = books.session.scalars(select(Voucher.number).where(Voucher.number.startswith(f"{prefix}/", autoescape=True)))
    return {int(number[-6:]) for number in numbers if number[-6:].isdigit()}


def _note(used: dict[str, list[int]], number: str) -> None:
    prefix, _slash, seq = number.rpartition("/")
    if seq.isdigit():
        used[prefix].append(int(seq))


def _repeated(numbers: Iterable[int]) -> list[int]:
    return [number for number, times in Counter(numbers).items() if times > 1]


def _plain(name: str) -> str:
    words = name.removesuffix("_paise").replace("_", " ")
    return words.upper() if words in {"cgst", "sgst", "igst"} else words


def _count(books: Books, model: Any) -> int:
    return int(books.session.scalar(select(func.count()).select_from(model)) or 0)
