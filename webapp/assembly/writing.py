"""A stock journal written down: its number, its rows, its voucher, the edit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from webapp import ledger
from webapp.assembly import rules
from webapp.assembly.models import StockJournal, StockJournalCost, StockJournalLine
from webapp.assembly.rules import Journal
from webapp.catalogue import BillItem
from webapp.company import store_series
from webapp.kernel.dates import FinancialYear
from webapp.kernel.movement import Movement
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.numbering import open_series, take_number
from webapp.platform.tenancy import Books
from webapp.stock import Made, Recorded

DOCUMENT = "stock_journal"


@dataclass(frozen=True, slots=True)
class Written:
    """What the stock register wrote of a journal, with the names that its rows keep."""

    items: Mapping[UUID, BillItem]
    used: Sequence[Movement]
    made: Sequence[Made]
    recorded: Recorded
    accounts: Mapping[UUID, str]


def write(books: Books, asked: Journal, written: Written) -> str:
    """Take a number, write the rows, post the voucher. Returns the number."""
    lines = _lines(asked, written)
    totals = dict.fromkeys(("used", "made", "by_product"), 0)
    for line in lines:
        totals[line["side"]] += line["cost_paise"]
    number = _number(books, asked)
    row = {
        "id": asked.id,
        "kind": asked.kind,
        "number": number,
        "made_on": asked.made_on,
        "store_id": asked.store_id,
        "share_by": asked.share_by,
        "bom_id": asked.bom_id,
        "note": asked.note,
        "used_paise": totals["used"],
        "costs_paise": sum(one.amount for one in asked.costs),
        "by_products_paise": totals["by_product"],
        "made_paise": totals["made"],
        "body_sha256": asked.body_sha256,
        "created_by": books.actor.name,
        "created_at": books.now,
    }
    books.insert(StockJournal, [row])
    books.insert(StockJournalLine, lines)
    books.insert(StockJournalCost, _costs(asked, written.accounts))
    _post(books, asked, number, totals["used"], totals["made"] + totals["by_product"])
    logged = {name: row[name] for name in ("number", "kind", "made_on", "used_paise", "costs_paise", "by_products_paise", "made_paise")}
    audit.record(books, "create", DOCUMENT, asked.id, new={**logged, "lines": len(lines)})
    return number


def _number(books: Books, asked: Journal) -> str:
    year = FinancialYear.of(asked.made_on)
    prefix = store_series(books, asked.store_id, year, "SM")
    open_series(books, prefix, document_kind=DOCUMENT, year=year)
    return str(take_number(books, prefix))


def _lines(asked: Journal, written: Written) -> list[dict[str, Any]]:
    moved = [("used", one.line_no, one.item_id, -one.qty, one.batch, one.serials) for one in written.used]
    moved += [
        ("made" if one.value is None else "by_product", one.line_no, one.item_id, one.qty, one.batch, one.serials) for one in written.made
    ]
    return [
        {
            "journal_id": asked.id,
            "line_no": line_no,
            "side": side,
            "item_id": item_id,
            "name": written.items[item_id].name,
            "unit": written.items[item_id].unit,
            "qty": qty,
            "batch": batch,
            "serials": ", ".join(serials),
            "cost_paise": int(written.recorded.costs[line_no]),
        }
        for side, line_no, item_id, qty, batch, serials in moved
    ]


def _costs(asked: Journal, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    return [
        {"journal_id": asked.id, "line_no": n, "account_id": one.account_id, "name": names[one.account_id], "amount_paise": one.amount}
        for n, one in enumerate(asked.costs, 1)
    ]


def _post(books: Books, asked: Journal, number: str, used: int, came: int) -> None:
    slip = rules.journal_slip(used, came, asked.costs, ledger.heads(books)["stock-in-hand"])
    if slip is not None:
        heading = ledger.Heading("stock", number, asked.made_on, asked.store_id, DOCUMENT, asked.id, asked.note)
        ledger.post(books, voucher_id=asked.id, heading=heading, slip=slip)
