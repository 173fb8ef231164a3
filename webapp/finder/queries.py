"""What the books hold of it. Each question is bounded: by a limit, an index, or the two financial years people ask about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from webapp import ledger
from webapp.catalogue.models import Item, ItemCode
from webapp.finder.rules import Asked
from webapp.kernel.dates import FinancialYear
from webapp.kernel.text import folded
from webapp.ledger.models import AccountDetail, JournalLine, Voucher
from webapp.parties.models import Party
from webapp.platform.numbering import Number, NumberSeries
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice

# Names looked at before the best are chosen: a word that fits more of them is not yet a question.
LOOKED_AT = 200
_SHOWN = 8
_NEWEST_SERIES = 60
_MONEY_GROUPS = frozenset({"cash-in-hand", "bank-accounts", "bank-od"})


class Document(NamedTuple):
    """A bill or another voucher. `bill_id` is set when it is a bill that has a screen of its own; `total` in paise, when known."""

    id: UUID
    number: str
    day: date
    kind: str
    is_bill: bool
    narration: str
    total: int | None


class Name(NamedTuple):
    """A party, an item or an account: its name, more words it is found by, and what is said beside it."""

    id: UUID
    title: str
    others: str
    detail: str
    is_archived: bool


def series_of(books: Books, asked: Asked) -> list[str]:
    """Prefixes of the newest series, or of those that have in them what was typed before the number; none when no number was."""
    if asked.seq is None:
        return []
    query = select(NumberSeries.prefix).order_by(NumberSeries.fy_start_year.desc(), NumberSeries.prefix)
    if asked.series:
        query = query.where(NumberSeries.prefix.contains(asked.series, autoescape=True))
    return list(books.session.scalars(query.where(NumberSeries.last >= asked.seq).limit(_NEWEST_SERIES)))


def bills(books: Books, asked: Asked, series: Sequence[str]) -> list[Document]:
    """Bills and credit notes of that number in any series, and those of that total; the newest first."""
    columns = (Invoice.id, Invoice.number, Invoice.invoice_date, Invoice.kind, Invoice.party, Invoice.total_paise)
    found: list[Any] = []
    if series:
        found += books.session.execute(select(*columns).where(Invoice.series.in_(series), Invoice.seq == asked.seq).limit(LOOKED_AT)).all()
    if asked.amount is not None and not asked.series:
        of_total = select(*columns).where(Invoice.total_paise == asked.amount).order_by(Invoice.invoice_date.desc()).limit(_SHOWN)
        found += books.session.execute(of_total).all()
    return _newest(
        [
            Document(id_, number, day, kind, is_bill=True, narration=(party or {}).get("name", ""), total=total)
            for id_, number, day, kind, party, total in found
        ]
    )


def vouchers(books: Books, asked: Asked, series: Sequence[str], chart: ledger.Chart) -> list[Document]:
    """Vouchers of that number, and those that moved that amount of money or of what a party owes; the newest first."""
    columns = (
        Voucher.id,
        Voucher.number,
        Voucher.voucher_date,
        Voucher.kind,
        Voucher.document_kind,
        Voucher.document_id,
        Voucher.narration,
    )
    numbers = {asked.text, asked.text.upper()} if asked.code else set()
    if asked.seq is not None:
        numbers |= {str(Number(prefix, asked.seq)) for prefix in series}
    found: list[Any] = []
    if numbers:
        found += books.session.execute(select(*columns).where(Voucher.number.in_(sorted(numbers))).limit(LOOKED_AT)).all()
    if asked.amount is not None and not asked.series:
        found += books.session.execute(select(*columns).where(Voucher.id.in_(_of_amount(books, asked.amount, chart)))).all()
    return _newest(
        [Document(id_, number, day, kind, is_bill(of, doc, id_), words, None) for id_, number, day, kind, of, doc, words in found]
    )


def is_bill(document_kind: str, document_id: UUID, voucher_id: UUID) -> bool:
    """Whether this is the voucher of a bill, and not the reversal of one."""
    return document_kind in {"invoice", "credit_note"} and document_id == voucher_id


def parties(books: Books, asked: Asked) -> list[Name]:
    """Customers and suppliers with every word in name, phone, GSTIN or city."""
    if not asked.words:
        return []
    query = select(Party.id, Party.name, Party.search_text, Party.phone, Party.city, Party.archived_at).where(
        *_has(Party.search_text, asked)
    )
    return [
        Name(id_, name, words, " · ".join(part for part in (phone.removeprefix("+91"), city) if part), archived is not None)
        for id_, name, words, phone, city, archived in books.session.execute(query.limit(LOOKED_AT))
    ]


def items(books: Books, asked: Asked) -> list[Name]:
    """Items with every word in name, code or brand; the one whose barcode was typed or scanned stands alone."""
    if not asked.words:
        return []
    columns = (Item.id, Item.name, Item.search_text, Item.sku, Item.brand, Item.archived_at)
    found: list[Any] = []
    if asked.code:
        labelled = select(ItemCode.item_id).where(ItemCode.code == asked.code)
        found = list(books.session.execute(select(*columns).where((Item.sku == asked.code) | Item.id.in_(labelled)).limit(_SHOWN)))
    if found:
        return [_item(row, asked.code) for row in found]
    query = select(*columns).where(*_has(Item.search_text, asked)).limit(LOOKED_AT)
    return [_item(row, "") for row in books.session.execute(query)]


def accounts(books: Books, asked: Asked, chart: ledger.Chart) -> list[Name]:
    """Every account of the chart, for the reader's words are looked for in both languages."""
    if not asked.words:
        return []
    groups = {group.id: group.name for group in chart.groups}
    # A number at the bank is sealed: who types it whole finds its account, and it stands nowhere in clear.
    mark = ledger.mark_of_number(books, asked.text)
    query = select(AccountDetail.account_id, AccountDetail.number, AccountDetail.bank_mark)
    details = books.session.execute(query.where(AccountDetail.number.is_not(None) | (AccountDetail.bank_mark == (mark or "none"))))
    numbers = {id_: f"{number or ''} {folded(asked.text)}" if mark and its == mark else number for id_, number, its in details}
    return [
        Name(one.id, one.name, numbers.get(one.id) or "", groups[one.group_id], one.is_archived) for one in chart.accounts if asked.words
    ]


def _item(row: Any, code: str) -> Name:
    id_, name, words, sku, brand, archived_at = row
    detail = " · ".join(part for part in (sku or "", brand) if part)
    return Name(id_, name, f"{words} {folded(code)}", detail, archived_at is not None)


def _has(column: InstrumentedAttribute[str], asked: Asked) -> list[ColumnElement[bool]]:
    return [column.contains(word, autoescape=True) for word in asked.words]


def _of_amount(books: Books, amount: int, chart: ledger.Chart) -> list[UUID]:
    """Vouchers of this financial year and the last with a line of that amount on cash, a bank or a party, the newest first.

    It is read from the index of accounts alone: there is no index of amounts, which every line of every bill would pay for.
    """
    money = {group.id for group in chart.groups if group.code in _MONEY_GROUPS}
    heads = [one.id for one in chart.accounts if one.wants_party or one.group_id in money]
    since = FinancialYear(FinancialYear.of(books.today).start_year - 1).first_day
    query = (
        select(JournalLine.voucher_id)
        .where(JournalLine.account_id.in_(heads), JournalLine.voucher_date >= since, JournalLine.amount_paise.in_([amount, -amount]))
        .order_by(JournalLine.voucher_date.desc(), JournalLine.voucher_id.desc())
        .limit(2 * _SHOWN)
    )
    return list(dict.fromkeys(books.session.scalars(query)))


def _newest(found: list[Document]) -> list[Document]:
    once = {one.id: one for one in found}
    return sorted(once.values(), key=lambda one: (one.day, one.id), reverse=True)[:_SHOWN]
