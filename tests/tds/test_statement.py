"""The quarterly statement: the text file field by field against the layout, what stands against it, the sheet."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.tds.conftest import TODAY, Office
from webapp.platform.tenancy import open_books, read_books
from webapp.tds import CertificateDraft, add_certificate
from webapp.tds.rules import statement
from webapp.tds.rules.days import Quarter

LAYOUT = Path(__file__).parents[3] / "shared" / "statutory" / "layouts" / "tds-26q-fvu-layout.json"
Enter = Callable[[Shop], FlaskClient]

DEDUCTOR = {
    "tan": "PNES12345B", "pan": "ABCCS1234K", "kind": "K", "branch": "", "designation": "Owner", "mobile": "9822012345",
    "answers_pan": "ABCPS1234K", "own_name": "Sharma Stores^Ltd", "own_line1": "1 Main Road", "own_state": "19", "own_pin": "411001",
    "own_email": "a@b.in", "answers_name": "Ravi Sharma", "answers_line1": "1 Main Road", "answers_state": "19", "answers_pin": "411001",
    "answers_email": "a@b.in",
}  # fmt: skip


@pytest.fixture
def quarter_told(office: Office, clock: Clock) -> Office:
    """The last quarter under the Act of 1961: two payees, one without a PAN, one with a certificate of nothing."""
    clock.advance(days=-(TODAY - date(2026, 2, 10)).days)
    office.supplier("Mehta", "professional")
    office.supplier("Raju", "contractor", pan="")
    office.supplier("Zed", "commission", pan="ABCPZ1234K")
    with open_books(office.shop.actor) as books:
        draft = CertificateDraft("Zed", "1234ABCD56", "commission", 0, 9_00_000_00, date(2025, 4, 1), date(2026, 3, 31))
        add_certificate(books, draft)
    days = {"bill_date": date(2026, 2, 10), "voucher_date": date(2026, 2, 10)}
    for name, rupees in (("Mehta", 80_000.50), ("Raju", 40_000), ("Zed", 30_000)):
        office.bill(rupees, of=name, **days)
    return office


# long: one file, read from its first record to its last
def test_the_text_file_field_by_field(quarter_told: Office, clock: Clock, browse: Enter) -> None:
    office = quarter_told
    client = browse(office.shop)
    asked = "/tds/statement/file?quarter=2025-4"
    page = client.get("/tds/statement?quarter=2025-4").text
    for words in ("Who deducts is not told yet", "It ends on 31-Mar-2026", "is in no challan"):
        assert words in page
    assert client.get(asked).status_code >= 400, "nothing is sent while something stands against it"
    assert client.post("/tds/deductor", data={**DEDUCTOR, "tan": "x"}).status_code == 422
    assert client.post("/tds/deductor", data=DEDUCTOR).status_code == 303
    office.enter_challan(office.challan(office.deductions(), paid_on=date(2026, 2, 10), interest=100_00, fee=200_00))
    clock.advance(days=60)
    client = browse(office.shop)
    assert "There is no PAN: told with remark C" in client.get("/tds/statement?quarter=2025-4").text
    sent = client.get(asked)
    assert sent.headers["Content-Disposition"] == 'attachment; filename="26Q42526.txt"'
    assert len("26Q42526.txt") == 12
    text = sent.get_data().decode("ascii")
    assert text.endswith("\r\n")
    assert text == text.upper()
    rows = [line.split("^") for line in text.removesuffix("\r\n").split("\r\n")]
    assert [row[1] for row in rows] == ["FH", "BH", "CD", "DD", "DD", "CD", "DD"]
    assert [row[0] for row in rows] == [str(n) for n in range(1, 8)]
    for row in rows:
        assert len(row) == statement.FIELDS[row[1]], row[1]
    batch, paid, nil = rows[1], rows[2], rows[5]
    assert (batch[3], batch[4], batch[12], batch[15:20]) == (
        "2",
        "26Q",
        "PNES12345B",
        ["202627", "202526", "Q4", "SHARMA STORES LTD", "NA"],
    )
    assert (batch[25], batch[26], batch[31], batch[46]) == ("19", "411001", "K", "16300.00")
    assert [*paid[4:6], paid[11], paid[15], paid[17]] == ["2", "N", "00042", "1234567", "10022026"]
    assert paid[21:27] == ["16000.00", "0.00", "0.00", "100.00", "200.00", "16300.00"]
    assert sum(float(one) for one in paid[21:26]) == float(paid[26])
    assert (paid[28], paid[32], paid[39]) == ("16000.00", "16000.00", "200")
    mehta, raju = sorted(rows[3:5], key=lambda row: row[12])
    assert (mehta[7], mehta[9], mehta[12], mehta[13], mehta[16], mehta[21]) == (
        "01",
        "ABCCK1234F",
        "MEHTA",
        "8000.00",
        "8000.00",
        "80000.50",
    )
    assert (mehta[22:24], mehta[25], mehta[29], mehta[32]) == (["10022026", "10022026"], "10.0000", "", "4JB")
    assert (raju[7], raju[9], raju[13], raju[25], raju[29], raju[32]) == ("02", "PANNOTAVBL", "8000.00", "20.0000", "C", "94C")
    assert raju[11], "a reference of ours, where there is no PAN"
    zed = rows[6]
    assert (nil[5], nil[11], nil[26], zed[13], zed[23], zed[25], zed[29], zed[33]) == (
        "Y",
        "",
        "0.00",
        "0.00",
        "",
        "0.0000",
        "A",
        "1234ABCD56",
    )
    excel = client.get("/tds/statement?quarter=2025-4&format=xlsx")
    assert excel.status_code == 200
    import openpyxl  # a reader of workbooks, only for this

    sheet = openpyxl.load_workbook(io.BytesIO(excel.data)).active
    assert [row[7].value for row in sheet.iter_rows(min_row=2)] == [8000, 8000] or sheet.max_row == 3


@pytest.mark.skipif(not LAYOUT.is_file(), reason="the reference files are kept beside the repository (../shared) and are not there")
def test_every_rule_of_the_layout(quarter_told: Office, clock: Clock) -> None:
    from webapp.tds import telling

    office = quarter_told
    with open_books(office.shop.actor) as books:
        telling.save_deductor(books, DEDUCTOR)
    office.enter_challan(office.challan(office.deductions(), paid_on=date(2026, 2, 10)))
    clock.advance(days=60)
    with read_books(office.shop.actor) as books:
        text = telling.text_file(books, Quarter(2025, 4))
    require_layout(text)


def require_layout(text: str) -> None:
    """Hold a statement's file against its layout, field by field."""
    layout = json.loads(LAYOUT.read_text())
    fixed = {"1", "2", "FH", "BH", "CD", "DD", "R", "D", "26Q", "N", "O"}
    for line in text.split("\r\n")[:-1]:
        row = line.split("^")
        fields = layout[row[1]]
        assert len(row) == len(fields)
        for field, value in zip(fields, row, strict=True):
            told, name = field["value"], field["name"]
            if told.startswith(("empty", "government only")) or field["conf"].startswith("UNCONFIRMED order"):
                assert value == "", (row[1], name)
            elif told in fixed and name not in ("Line Number",):
                assert value == told, (row[1], name)
            elif "ddmmyyyy" in told:
                assert re.fullmatch(r"[0-3][0-9][01][0-9]20[0-9]{2}", value) or (value == "" and "empty when" in told), (row[1], name)
            elif "4 decimals" in told:
                assert re.fullmatch(r"[0-9]+\.[0-9]{4}", value), (row[1], name)
            elif "2 decimals" in told or ".00" in told:
                assert re.fullmatch(r"[0-9]+\.[0-9]{2}", value), (row[1], name)
                assert ".00" not in told or told == "> 0.00" or value.endswith(".00"), (row[1], name)
            elif name == "Deductor Type":
                assert value in layout["deductor_types"]
            elif name == "Remarks 1":
                assert value in {"", *layout["remarks1"]}


def test_from_april_2026_no_file_is_made(office: Office, browse: Enter) -> None:
    client = browse(office.shop)
    page = client.get("/tds/statement?quarter=2026-1").text
    assert "the file layout of Form 140 is not published" in page
    assert client.get("/tds/statement/file?quarter=2026-1").status_code == 422
