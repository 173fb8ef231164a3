"""From a bill, an advance or a voucher to what is deducted and deposited: once each, and taken back with what it was of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.tds.conftest import TODAY, Office
from webapp import company, outstandings
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.ledger.openings import BillDraft, add_bill
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, read_books
from webapp.tds import CertificateDraft, add_certificate, deduct, queries
from webapp.tds.challans import cancel_challan, enter_challan

Enter = Callable[[Shop], FlaskClient]


def test_a_bill_is_deducted_of_when_it_is_entered_and_freed_when_it_is_cancelled(office: Office, theirs: Office) -> None:
    office.supplier()
    theirs.buyer.supplier("Mehta", gstin=None)
    theirs.people["Mehta"] = theirs.buyer.suppliers["Mehta"]
    assert (theirs.bill(40_000), theirs.events()) != (None, None)
    assert theirs.events() == [], "nobody of theirs is marked"
    first = office.bill(30_000)
    assert office.deductions() == [], "not above ₹30,000"
    second = office.bill(40_000)
    assert [row.amount_paise for row in office.deductions()] == [800_00]
    assert office.owed() == 69_200_00
    third = office.bill(40_000)
    [_, last] = office.deductions()
    assert last.amount_paise == 1_400_00, "₹1,10,000 in the year: of the whole, less the ₹40,000 taxed already"
    assert last.event.why.startswith("393(1), 1024: ₹1,10,000.00 in the year, of the whole, above ₹1,00,000.00.")
    with read_books(office.shop.actor) as books:
        open_now = {item.name: -item.open for item in outstandings.open_items(books, office.people["Mehta"])}
    assert open_now == {first.supplier_number: 30_000_00, second.supplier_number: 39_200_00, third.supplier_number: 38_600_00}
    office.check()
    office.buyer.cancel(third.id)
    assert [row.amount_paise for row in office.deductions()] == [800_00]
    assert office.owed() == 69_200_00
    again = office.buyer.cancel(third.id)
    assert again.id == third.id
    office.check()


def test_gst_shown_apart_is_left_out_also_where_it_is_not_claimed(office: Office) -> None:
    office.supplier("Gupta", "professional")
    office.buyer.item("Desk", "gst-18")
    office.buyer.supplier("Other")
    party = office.people["Gupta"]
    line = office.buyer.line("Desk", 1, 60_000)
    claimed = office.buyer.enter(office.buyer.bill(line, of="Gupta", number="G-9", party_id=party))
    assert claimed.total_paise == 60_000_00, "an unregistered supplier charges no GST"
    [row] = office.deductions()
    assert (row.event.base_paise, row.amount_paise) == (60_000_00, 6_000_00)


def test_an_advance_and_its_bill_are_one(office: Office) -> None:
    office.supplier()
    office.post("payment", ("Mehta", 50_000), ("Bank", -50_000))
    [advance] = office.events()
    assert (advance.base_paise, advance.due_paise, advance.lacks) == (50_000_00, 1_000_00, 1_000_00)
    with open_books(office.shop.actor) as books:
        assert deduct(books, advance.id, on=books.today)
        assert deduct(books, advance.id, on=books.today) is None, "never twice"
    office.bill(90_000)
    assert [row.amount_paise for row in office.deductions()] == [1_000_00, 800_00], "₹50,000 of the bill was taxed with the advance"
    assert office.owed() == 90_000_00 - 50_000_00 - 1_800_00
    office.post("payment", ("Mehta", 38_200), ("Bank", -38_200))
    assert len(office.events()) == 2, "a payment of what is owed is no event"
    office.check()


def test_a_voucher_with_its_row_is_in_the_register_and_leaves_it_when_amended_or_cancelled(office: Office) -> None:
    office.supplier("Mehta", "professional")
    kept = office.post("journal", ("Shop expenses", 80_000), ("Mehta", -72_000), ("TDS payable", -8_000))
    [row] = office.deductions()
    assert (row.amount_paise, row.event.base_paise, row.event.due_paise, row.event.lacks) == (8_000_00, 80_000_00, 8_000_00, 0)
    command = office.command("journal", ("Shop expenses", 60_000), ("Mehta", -54_000), ("TDS payable", -6_000), id=kept.id, version=1)
    office.save(command)
    assert [row.amount_paise for row in office.deductions()] == [6_000_00]
    office.check()
    office.cancel(kept.id)
    assert (office.deductions(), office.events()) == ([], [])
    office.check()


def test_what_the_accountant_left_out_waits_and_is_deducted_once(office: Office, theirs: Office) -> None:
    office.supplier("Mehta", "professional")
    kept = office.post("journal", ("Shop expenses", 80_000), ("Mehta", -80_000))
    [event] = office.events()
    assert event.lacks == 8_000_00
    with pytest.raises(NotFound), open_books(theirs.shop.actor) as books:
        deduct(books, event.id, on=books.today)
    for day in (date(2026, 11, 19), date(2026, 11, 21)):
        with pytest.raises(InvalidInput), open_books(office.shop.actor) as books:
            deduct(books, event.id, on=day)
    with open_books(office.shop.actor) as books:
        deduct(books, event.id, on=TODAY)
    assert office.owed() == 72_000_00
    later = office.post("journal", ("Shop expenses", 10_000), ("Mehta", -10_000))
    assert [one.due_paise for one in office.events()] == [1_000_00, 8_000_00], "no arrears: what was due before is counted as taxed"
    office.cancel(kept.id)
    office.cancel(later.id)
    assert office.owed() == 0, "the journal went with the voucher"
    office.check()


def test_an_opening_bill_was_deducted_of_before(office: Office) -> None:
    office.supplier("Mehta", "professional")
    with open_books(office.shop.actor) as books:
        add_bill(books, BillDraft(office.people["Mehta"], "payable", "OLD-1", date(2026, 3, 1), 90_000_00))
    assert office.events() == []
    office.post("payment", ("Mehta", 90_000), ("Bank", -90_000))
    assert office.events() == [], "it pays what was owed"
    office.check()


def test_an_account_names_nobody_until_its_mark_does(office: Office) -> None:
    office.account("Rent")
    office.mark("Rent", "rent", payee="individual", payee_name="Asha Landlady", pan="ABCPK1234F")
    office.post("payment", ("Rent", 60_000), ("Bank", -60_000))
    [event] = office.events()
    assert (event.name, event.pan, event.lacks, event.party_id) == ("Asha Landlady", "ABCPK1234F", 6_000_00, None)
    with pytest.raises(BooksError, match="nobody"), open_books(office.shop.actor) as books:
        deduct(books, event.id, on=TODAY)


def test_a_certificate_lowers_up_to_its_sum(office: Office, theirs: Office) -> None:
    office.supplier("Mehta", "professional")
    year = (date(2026, 4, 1), date(2027, 3, 31))
    with open_books(office.shop.actor) as books:
        own = add_certificate(books, CertificateDraft("Mehta", "1234ABCD56", "professional", 100, 1_00_000_00, *year))
    for shop, field in ((theirs.shop, "certificate_name"), (office.shop, "number")):
        with pytest.raises(InvalidInput) as refusal, open_books(shop.actor) as books:
            add_certificate(books, CertificateDraft("Mehta", "1234ABCD56", "professional", 100, 1_00_000_00, *year))
        assert list(refusal.value.errors) == [field]
    first, second = office.bill(80_000), office.bill(80_000)
    assert [row.amount_paise for row in office.deductions()] == [800_00, 200_00 + 6_000_00]
    with read_books(office.shop.actor) as books:
        [kept] = queries.certificates(books)
    assert (kept.id, kept.used, kept.left) == (own, 1_00_000_00, 0)
    office.buyer.cancel(second.id)
    with read_books(office.shop.actor) as books:
        assert queries.certificates(books)[0].left == 20_000_00
    assert first.id


def test_what_went_before_the_mark_counts(office: Office) -> None:
    office.buyer.supplier("Mehta", gstin=None)
    office.people["Mehta"] = office.buyer.suppliers["Mehta"]
    office.bill(45_000)
    office.mark("Mehta", "professional", pan="ABCCK1234F")
    office.bill(10_000)
    assert [row.amount_paise for row in office.deductions()] == [5_500_00]
    office.mark("Mehta", "professional", pan="ABCCK1234F")
    office.bill(10_000)
    assert [row.amount_paise for row in office.deductions()] == [5_500_00, 1_000_00], "marked anew, nothing counts twice"


def test_each_deduction_is_deposited_once(office: Office, theirs: Office) -> None:
    office.supplier("Mehta", "professional")
    office.bill(80_000)
    office.bill(70_000)
    rows = office.deductions()
    draft = office.challan(rows, interest=150_00, fee=200_00)
    made = office.enter_challan(draft)
    assert office.enter_challan(draft) == made, "the same form again is one challan"
    assert office.balances()["Bank"] == -15_350_00
    assert office.balances().get("TDS payable", 0) == 0
    office.check()
    hostile = [
        (Conflict, office.challan(rows, id=made.id, serial="7")),  # the same id, other content
        (InvalidInput, office.challan(rows, serial="8")),  # deposited already
        (Conflict, office.challan([], serial="00042", tax=100_00)),  # the challan itself, twice
        (InvalidInput, office.challan([], serial="9", tax=100_01)),
        (InvalidInput, office.challan([], serial="9", tax=2**63)),
        (InvalidInput, office.challan([], serial="९९", tax=100_00)),
        (InvalidInput, office.challan([], serial="9", tax=100_00, bsr="12345")),
        (InvalidInput, office.challan([], serial="9", tax=100_00, paid_on=date(2026, 11, 21))),
        (InvalidInput, office.challan([], serial="9", tax=100_00, account_id=theirs.accounts["Bank"])),
        (InvalidInput, office.challan([], serial="9", tax=100_00, account_id=office.accounts["Shop expenses"])),
        (InvalidInput, office.challan([], serial="9", tax=100_00, deductions=(new_id(),))),
    ]
    for refusal, draft in hostile:
        with pytest.raises(refusal):
            office.enter_challan(draft)
    with pytest.raises(InvalidInput):
        theirs.enter_challan(theirs.challan(rows))
    with open_books(office.shop.actor) as books:
        cancel_challan(books, made.id, reason="another bank")
        assert cancel_challan(books, made.id, reason="again").reversal_id
    assert all(row.challan_id is None for row in office.deductions())
    assert office.enter_challan(office.challan(office.deductions())).serial == "00042", "what was cancelled may be entered anew"
    office.check()


# Pages ------------------------------------------------------------------------------------------------------------------


def test_no_role_dates_further_back_than_its_limit(office: Office) -> None:
    office.supplier("Mehta", "professional")
    day = TODAY - timedelta(days=3)
    office.post("journal", ("Shop expenses", 80_000), ("Mehta", -80_000), voucher_date=day)
    with open_books(office.shop.actor) as books:
        company.change_limits(books, {"accountant": company.Limits(backdate_days=2)})
    accountant = replace(office.shop.actor, role=Role.ACCOUNTANT)
    allowed = replace(accountant, why="It came by post")
    [event] = office.events()
    with pytest.raises(InvalidInput, match="attention") as refusal, open_books(accountant) as books:
        deduct(books, event.id, on=day)
    assert "3 days back; your role may date back 2" in refusal.value.errors["limit_reason"]
    with open_books(allowed) as books:
        assert deduct(books, event.id, on=day)
    draft = office.challan(office.deductions(), paid_on=day)
    with pytest.raises(InvalidInput) as refusal, open_books(accountant) as books:
        enter_challan(books, draft)
    assert list(refusal.value.errors) == ["limit_reason"]
    with open_books(allowed) as books:
        assert enter_challan(books, draft).paid_on == day
    office.check()


def test_the_pages_of_a_month(office: Office, browse: Enter) -> None:
    office.supplier("Mehta", "professional")
    client = browse(office.shop)
    assert "Nothing was deducted in this year" in client.get("/tds").text
    office.bill(80_000)
    office.post("journal", ("Shop expenses", 10_000), ("Mehta", -10_000))
    page = client.get("/tds").text
    assert "393(1), 1027" in page
    [event] = [one for one in office.events() if one.lacks]
    bad = client.post(f"/tds/events/{event.id}/deduction", data={"on": "soon"})
    assert (bad.status_code, "Choose the day" in bad.text) == (422, True)
    assert client.post(f"/tds/events/{event.id}/deduction", data={"on": "2026-11-20"}).status_code == 303
    form = client.get("/tds/challans/new?month=202611&kind=professional")
    assert 'value="9000.00"' in form.text
    chosen = [str(row.id) for row in office.deductions()]
    typed = {
        "id": str(new_id()),
        "paid_on": "2026-11-20",
        "bsr": "123",
        "serial": "5",
        "tax": "9000",
        "account_id": str(office.accounts["Bank"]),
    }
    again = client.post("/tds/challans", data={**typed, "deduction": chosen})
    assert (again.status_code, "seven digits" in again.text, 'value="123"' in again.text) == (422, True, True)
    assert client.post("/tds/challans", data={**typed, "bsr": "1234567", "deduction": chosen}).status_code == 303
    for address in (
        "/tds",
        "/tds/deductions?q=meh&state=paid",
        "/tds/challans",
        "/tds/summary",
        "/tds/marks",
        "/tds/statement?quarter=2026-3",
    ):
        assert "Mehta" in client.get(address).text or address in ("/tds", "/tds/challans", "/tds/statement?quarter=2026-3")
    for address in ("/tds?format=csv", "/tds/deductions?format=csv", "/tds/summary?format=csv"):
        assert "9" in client.get(address).text
    paper = client.get(f"/tds/certificates/of/{office.people['Mehta']}?quarter=2026-3")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")


def test_a_list_costs_the_same_however_long_it_is(office: Office, browse: Enter, max_queries: Any) -> None:
    office.supplier("Mehta", "professional")
    for _ in range(3):
        office.bill(60_000)
    client = browse(office.shop)
    client.get("/tds/deductions")
    with max_queries(9):
        client.get("/tds/deductions")
    with max_queries(9):
        client.get("/tds")
