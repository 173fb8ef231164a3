"""Bills as sales gives them, made without a database: the same to the last figure on every day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from webapp.platform.qr import qr_image
from webapp.printing import bill_data, drawing
from webapp.printing.drawing import Attached
from webapp.printing.rules import Layout, bill_paper
from webapp.sales.queries import Header, InvoiceView, LineRow, TenderRow

NONE = UUID(int=0)
AT = datetime(2026, 11, 20, 5, 30, tzinfo=UTC)
# (name, name in Hindi): every third long enough for a second line.
ENGLISH = (("Toor Dal 1 kg", ""), ("Basmati rice, extra long grain, five kilograms, of last year", ""), ("Salt", ""))
SCRIPTS = (
    ("Toor Dal 1 kg", "क्षत्रिय तूर दाल 1 किलो"),
    ("க்ஷேமம் தூள், ஸ்ரீ 500 கிராம்", ""),
    ("શ્રી ક્ષાર મીઠું 1 કિલો", ""),
)
_SELLER = {
    "name": "Sharma Stores",
    "legal_name": "",
    "address": "14 Laxmi Road",
    "city": "Pune",
    "pin_code": "411030",
    "state_code": "27",
    "gstin": "27AAACS1234A1Z5",
    "phone": "9822010018",
    "upi_id": "sharma@okbank",
    "invoice_terms": "",
}
_BUYER = {"name": "கவிதா Jadhav", "phone": "98220 10018", "address": "", "state_code": "27", "gstin": ""}


def bill(lines: int, names: Sequence[tuple[str, str]] = ENGLISH) -> InvoiceView:
    """A bill of so many lines at 5 %, each line of another amount, all on credit."""
    rows = tuple(_line(number, *names[(number - 1) % len(names)]) for number in range(1, lines + 1))
    taxable, half = sum(row.taxable_paise for row in rows), sum(row.cgst_paise for row in rows)
    header = Header(
        id=NONE,
        kind="tax_invoice",
        series="26PR",
        seq=1,
        number="26PR/000001",
        invoice_date=date(2026, 11, 20),
        posted_on=date(2026, 11, 20),
        issued_at=AT,
        received_at=AT,
        store_id=NONE,
        till_id=None,
        shift_id=None,
        cashier="Ravi",
        party_id=NONE,
        party=_BUYER,
        seller=_SELLER,
        scheme="regular",
        supply="intra",
        place_of_supply="27",
        against_id=None,
        gross_paise=taxable,
        discount_paise=0,
        bill_discount_paise=0,
        taxable_paise=taxable,
        cgst_paise=half,
        sgst_paise=half,
        igst_paise=0,
        cess_paise=0,
        round_off_paise=0,
        total_paise=taxable + 2 * half,
        cost_paise=77,
        rules_v=1,
        note="",
        body_sha256="",
    )
    tender = TenderRow(tender_no=1, mode="credit", amount_paise=header.total_paise, reference="", given_paise=None)
    return InvoiceView(header, rows, (tender,), None, (), (), None)


def _line(number: int, name: str, local_name: str) -> LineRow:
    taxable, half = 40_000 + 200 * number, 1_000 + 5 * number
    return LineRow(
        line_no=number,
        item_id=NONE,
        name=name,
        local_name=local_name,
        hsn="0713" if number % 2 else "1006",
        unit="PCS",
        qty=1000 * (1 + number % 7),
        unit_price_millipaise=taxable * 1000 // (1 + number % 7),
        price_includes_tax=False,
        mrp_paise=None,
        treatment="taxable",
        rate_bp=500,
        cess_bp=0,
        gross_paise=taxable,
        discount_paise=0,
        bill_discount_paise=0,
        taxable_paise=taxable,
        cgst_paise=half,
        sgst_paise=half,
        igst_paise=0,
        cess_paise=0,
        total_paise=taxable + 2 * half,
        cost_paise=77,
        moves_stock=True,
        against_line_no=None,
    )


def a4(view: InvoiceView, language: str = "en", style: str = "a4.css") -> bytes:
    """The bill on A4, as the job draws it."""
    paper = bill_paper(view, Layout.A4, language)
    attached = Attached("26PR-000001.json", bill_data.bill_data(paper, Layout.A4, None, ()), AT)
    return drawing.draw("bill_a4.html", style, attached=attached, paper=paper, qr=qr_image(paper.upi_link), mark=None, collected=())


def roll(view: InvoiceView, language: str = "en") -> bytes:
    """The bill on a roll of 80 mm."""
    paper = bill_paper(view, Layout.THERMAL80, language)
    values = {"qr": qr_image(paper.upi_link), "mark": None, "collected": (), "width": 80, "side": 4, "height": 4000}
    return drawing.draw("bill_thermal.html", "thermal.css", fits_content=True, paper=paper, **values)
