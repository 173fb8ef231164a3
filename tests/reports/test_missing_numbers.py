"""Every kind of document that takes a number is looked at for gaps, and none is named that has a document."""

from __future__ import annotations

import ast
from datetime import date

from sqlalchemy import select

from tests.architecture.sources import Source, program
from tests.company.test_stores import make_store
from tests.ground.shops import Shop
from webapp import company, ledger
from webapp.assembly import writing
from webapp.counter.rules import SeriesKind
from webapp.gstr3b import challans, credited
from webapp.gstr3b import service as setting_off
from webapp.input_tax import service as reversals
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger import Heading, merging, opening_reads
from webapp.operator_supplies import service as supplying
from webapp.orders import advances
from webapp.orders.kinds import KINDS
from webapp.platform.numbering import NumberSeries, open_series, take_number
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import numbers as purchases
from webapp.reports.missing_numbers import WHERE, missing_numbers
from webapp.tds import service as tds
from webapp.vouchers import rules as vouchers

# What `document_kind` of a series may be, where the source names it by other than its text.
NAMED = {
    "webapp/purchases/numbers.py": set(purchases.LETTERS),
    "webapp/orders/service.py": set(KINDS),
    "webapp/orders/advances.py": {f"advance_{kind}" for kind in advances.LETTERS},
    "webapp/vouchers/places.py": {f"voucher_{kind}" for kind in vouchers.LETTERS},
    "webapp/counter/series.py": {str(kind) for kind in SeriesKind},
    "webapp/sales/office.py": {"bill", "credit_note"},
    "webapp/assembly/writing.py": {writing.DOCUMENT},
    "webapp/ledger/merging.py": {merging.DOCUMENT_KIND},
    "webapp/ledger/openings.py": {opening_reads.OF_ACCOUNT},
    "webapp/gstr3b/challans.py": {challans.CHALLAN},
    "webapp/gstr3b/credited.py": {credited.CREDITED},
    "webapp/operator_supplies/service.py": {supplying.SUPPLY},
    "webapp/gstr3b/service.py": {setting_off.SET_OFF},
    "webapp/input_tax/service.py": {reversals.REVERSAL},
    "webapp/tds/service.py": {tds.DEDUCTION, tds.CHALLAN},
}


def kinds_of(source: Source) -> set[str]:
    """The kinds of series that a file of the program opens."""
    found: set[str] = set()
    for call in ast.walk(source.tree):
        if isinstance(call, ast.Call) and "open_series" in (getattr(call.func, "id", ""), getattr(call.func, "attr", "")):
            for given in (one.value for one in call.keywords if one.arg == "document_kind"):
                found |= {str(given.value)} if isinstance(given, ast.Constant) else NAMED[source.name]
    return found


def test_every_series_of_the_program_is_looked_at() -> None:
    kinds = set().union(*(kinds_of(source) for source in program() if source.room != "demonstration"))
    assert kinds == set(WHERE), "a kind of document takes numbers that nobody looks at, or is looked at and takes none"


def test_a_gap_is_named_where_its_series_stands(sharma: Shop, iyer: Shop) -> None:
    """The first of three numbers has a document, the second none; the third is of another store of the same series."""
    pune = make_store(sharma, "Pune", "PUN")
    nagpur = make_store(sharma, "Nagpur", "NAG")
    year, whole = FinancialYear(2026), Period(date(2026, 4, 1), date(2026, 11, 20))
    with open_books(sharma.actor) as books:
        heads, main = ledger.heads(books), company.default_store(books)
        open_series(books, "26-CASH", document_kind="cash_move", year=year)
        for store_id in (main, None, pune):
            number = str(take_number(books, "26-CASH"))
            if store_id:
                slip = Slip((debit(heads["bank"], 1_00), credit(heads["cash"], 1_00)))
                ledger.post(
                    books, voucher_id=new_id(), heading=Heading("contra", number, books.today, store_id, "cash_move", new_id()), slip=slip
                )
        for kind in WHERE:  # one number of each kind is taken, and no document has it
            open_series(books, f"26-{kind[:6].upper()}{len(kind)}"[:9], document_kind=kind, year=year)
        prefixes = books.session.scalars(select(NumberSeries.prefix).where(NumberSeries.last == 0)).all()
        for prefix in prefixes:
            take_number(books, prefix)
    with read_books(sharma.actor) as books:
        assert missing_numbers(books, whole) == sorted(["26-CASH/000002", *(f"{prefix}/000001" for prefix in prefixes)])
        for store_id, found in ((main, ["26-CASH/000002"]), (pune, ["26-CASH/000002"]), (nagpur, [])):
            assert missing_numbers(books, whole, store_id) == found
        assert missing_numbers(books, Period(date(2025, 4, 1), date(2026, 3, 31))) == [], "another year has series of its own"
    with read_books(iyer.actor) as books:
        assert missing_numbers(books, whole) == [], "another company's are nobody's"
