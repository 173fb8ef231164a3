"""Files are taken in once, a newer one takes the older one's place, and every document finds its bill, or says why not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.ground.shops import Shop
from tests.gst_inward.made import MONTH, OURS, Desk, by, invoice, note, sample, told_2b
from tests.purchases.conftest import GSTIN, TODAY, Buyer, paise
from webapp import gst_inward, ledger
from webapp.gst_inward import queries, service
from webapp.gst_inward.models import InwardDecision, InwardDocument, InwardFile, InwardMatch
from webapp.gst_inward.values import Action, CreditKind
from webapp.gst_returns import Taxes
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import Customs, Heads, TaxBy

FIFTH = date(2026, 10, 5)


def dated(day: date = FIFTH) -> dict[str, Any]:
    return {"bill_date": day, "voucher_date": day}


def test_each_document_finds_its_bill(desk: Desk) -> None:
    desk.buy("INV-1", **dated())
    desk.buy("INV-00002", **dated())
    desk.buy("INV-3", 1010, **dated())
    desk.buy("INV-4", 777, tax=70, **dated())
    other_state = desk.buy("INV-5", **dated())
    desk.buy("DEC-1", **dated(date(2026, 11, 3)))  # of the month after
    same_pan = "29AAPFU0939F1ZR"
    content = told_2b(
        b2b=[
            *by([invoice("INV-1"), invoice("inv/2"), invoice("INV-3"), invoice("INV-9", "555.00", tax="49.95")]),
            *by([invoice("INV-5")], same_pan),
        ]
    )
    done = desk.take_in(content)
    assert desk.states() == {
        "INV-1": "matched exact",
        "inv/2": "matched number",
        "INV-3": "differs number",
        "INV-9": "only_told none",
        "INV-5": "differs pan",
        "(INV-4)": "only_books none",
    }
    rows = desk.rows()
    assert rows["INV-3"].differences == [["taxable", 100_000, 101_000]]
    assert rows["INV-5"].differences == [["gstin", same_pan, GSTIN]]
    assert (rows["INV-9"].why, rows["INV-9"].differences) == ("other_bills", [["nearest", "", "INV-4"]])
    assert rows["(INV-4)"].why == "not_told"
    assert (done.row.documents, done.is_known, done.done.counts["matched"]) == (5, False, 2)
    with read_books(desk.shop.actor) as books:
        told = gst_inward.told_of_bills(books, OURS, MONTH)
        assert (told[other_state.id].stage, told[other_state.id].differs, told[other_state.id].is_accepted) == ("pan", True, True)
        assert len(told) == 4


def test_the_same_file_twice_changes_nothing_and_a_newer_one_keeps_what_was_decided(desk: Desk) -> None:
    first = told_2b(b2b=by([invoice("A-1"), invoice("A-2")]))
    desk.take_in(first)
    reject(desk, "A-1")
    before = desk.rows()
    assert desk.take_in(first).is_known
    assert desk.rows() == before
    # Made again the same day: it tells of a document that stands, so it takes the place; another part does not.
    again = desk.take_in(told_2b(b2b=by([invoice("A-1", "900.00"), invoice("A-3")])))
    assert (again.row.generation, again.replaced, set(desk.rows())) == (2, 2, {"A-1", "A-3"})
    part = desk.take_in(told_2b(b2b=by([invoice("A-4")])))
    assert (part.row.generation, part.row.part, set(desk.rows())) == (2, 2, {"A-1", "A-3", "A-4"})
    newer = desk.take_in(told_2b(gendt="16-11-2026", b2b=by([invoice("A-1")])))
    assert (newer.row.generation, newer.replaced, set(desk.rows())) == (3, 3, {"A-1"})
    with pytest.raises(Conflict, match="a newer one of 16-Nov-2026 is here"):
        desk.take_in(told_2b(b2b=by([invoice("A-9")])))
    with read_books(desk.shop.actor) as books:
        assert queries.decision(books, OURS, desk.rows()["A-1"].key).action == Action.REJECT
        credit = gst_inward.credit_told(books, OURS, MONTH).of(CreditKind.OTH)
        assert (credit.rejected, credit.available) == (Taxes(100_000, 9_000, 9_000, 0, 0), Taxes())
        assert books.session.scalar(select(func.count()).select_from(InwardFile)) == 4


def reject(desk: Desk, *numbers: str, action: Action = Action.REJECT) -> None:
    rows = desk.rows()
    with open_books(desk.shop.actor) as books:
        service.decide(books, OURS, [rows[number].id for number in numbers], action)


def test_a_late_bill_is_found_by_the_month_that_told_of_it(desk: Desk) -> None:
    desk.take_in(told_2b(month="092026", gendt="14-10-2026", b2b=by([invoice("S-1", day="05-09-2026")])))
    assert desk.rows()["S-1"].why == "no_bills"
    bill = desk.buy("S-1", bill_date=date(2026, 9, 5), voucher_date=FIFTH)
    desk.take_in(told_2b(b2b=by([invoice("O-1")])))
    assert desk.states() == {"S-1": "matched exact", "O-1": "only_told none"}
    assert desk.rows()["S-1"].month == 202609
    desk.buyer.cancel(bill.id)
    desk.again(202609)
    assert desk.states()["S-1"] == "only_told none"


def test_what_was_matched_in_an_earlier_month_stays_when_a_later_file_comes(desk: Desk) -> None:
    desk.buy("S-1", **dated())
    desk.take_in(told_2b(b2b=by([invoice("S-1")])))
    desk.take_in(told_2b(month="112026", gendt="20-11-2026", b2b=by([invoice("S-1"), invoice("S-2")])))
    assert (desk.rows()["S-1"].month, desk.states()) == (MONTH, {"S-1": "matched exact", "S-2": "only_told none"})


def test_an_amendment_takes_the_bill_of_what_it_puts_right(desk: Desk) -> None:
    bill = desk.buy("INV-7", 1100, tax=99, **dated())
    desk.take_in(told_2b(b2b=by([invoice("INV-7")])))
    assert desk.states()["INV-7"] == "differs number"
    amended = {**invoice("INV-7A", "1100.00", tax="99.00"), "oinum": "INV-7", "oidt": "05-10-2026"}
    desk.take_in(told_2b(month="112026", gendt="20-11-2026", b2ba=by([amended])))
    assert desk.states() == {"INV-7": "amended none", "INV-7A": "matched number"}
    assert desk.rows()["INV-7A"].bill_id == bill.id
    with read_books(desk.shop.actor) as books:
        assert gst_inward.told_of_bills(books, OURS, 202611)[bill.id].month == MONTH
        # The month of the amendment counts the difference alone.
        assert gst_inward.credit_told(books, OURS, 202611).of(CreditKind.OTH).available == Taxes(10_000, 900, 900, 0, 0)
    desk.again(MONTH)
    assert desk.rows()["INV-7A"].bill_id == bill.id


def test_credit_by_kind_and_reason(desk: Desk) -> None:
    entry = {"refdt": "08-10-2026", "recdt": "08-10-2026", "portcode": "INNSA1", "boenum": "77", "boedt": "06-10-2026"} | {
        "isamd": "N",
        "txval": "500.10",
        "igst": "90.02",
        "cess": "0.50",
    }
    share = {"doctyp": "ISDI", "docnum": "I1", "docdt": "02-10-2026", "igst": 0, "cgst": 20, "sgst": 20, "cess": 0, "itcelg": "Y"}
    content = told_2b(
        b2b=by([invoice("1"), invoice("2", rev="Y"), invoice("3", itcavl="N", rsn="P"), invoice("4", itcavl="N", rsn="C"), invoice("5")]),
        cdnr=by([note("C1"), note("D1", typ="D")], inner="nt"),
        isd=by([share], inner="doclist"),
        impg=[entry],
        impgsez=[{"ctin": GSTIN, "trdnm": "Zone", "boe": [entry]}],
        ecom=by([invoice("E1")]),
        itcrev=[{"b2b": by([invoice("R1")])}],
        rejected={"b2b": by([invoice("X1")])},
    )
    desk.take_in(content)
    reject(desk, "5", action=Action.PENDING)
    with read_books(desk.shop.actor) as books:
        told = gst_inward.credit_told(books, OURS, MONTH)
    one = Taxes(100_000, 9_000, 9_000, 0, 0)
    oth = told.of(CreditKind.OTH)
    assert oth.available == Taxes(210_000, 18_900, 18_900, 0, 0)  # 1, E1 and the debit note
    assert oth.reversed == Taxes(110_000, 9_900, 9_900, 0, 0)  # the credit note and what the portal has us give back
    assert (oth.unavailable, oth.rejected, oth.pending) == ({"P": one, "C": one}, one, one)
    assert told.of(CreditKind.ISRC).available == one
    assert told.of(CreditKind.ISD).available == Taxes(0, 2_000, 2_000, 0, 0)
    assert told.of(CreditKind.IMPG).available == told.of(CreditKind.SEZ).available == Taxes(50_010, 0, 0, 9_002, 50)
    assert told.is_imported
    assert told.generated_on == date(2026, 11, 14)


def test_customs_and_notes_find_their_papers(desk: Desk) -> None:
    bill = desk.buy("INV-1", **dated())
    desk.buyer.give_back(bill, (1, 0.1))
    desk.buyer.supplier("Shenzhen Light", gstin=None, state_code="96")
    bank = desk.buyer.read(lambda books: ledger.heads(books)["bank"])
    customs = Customs("1234567", TODAY, "INNSA1", paise(10_000), paise(1_100), paise(1_998), paise(0), bank)
    desk.buyer.buy(desk.buyer.line("Soap", 100, 100), of="Shenzhen Light", tax_by=TaxBy.IMPORT, customs=customs, number="S-1")
    entry = {"portcode": "INNSA1", "boenum": "1234567", "boedt": "20-11-2026", "txval": 11100, "igst": 1998, "cess": 0}
    told = told_2b(
        month="112026", gendt="20-11-2026", b2b=by([invoice("INV-1")]), cdnr=by([note("CN/1", day="19-11-2026")], inner="nt"), impg=[entry]
    )
    desk.take_in(told)
    assert desk.states() == {"INV-1": "matched exact", "CN/1": "matched amount", "1234567": "matched exact"}
    assert desk.rows()["CN/1"].tax_paise == -1_800


@pytest.mark.parametrize("name", ["gstr2b/gstr2b-v3.0.json", "gstr2b/gstr2b-v4.0.PARTIAL.json", "ims/ims-invoices.PARTIAL.json"])
def test_the_portals_own_samples_against_bills_made_from_them(desk: Desk, name: str) -> None:
    text = sample(name).replace('"01AABCE2207R1Z5",\n    "rtnprd": "032020"', f'"{OURS}",\n    "rtnprd": "102026"')
    text = text.replace('"01AABCE2207R1Z5",\n  "rtnprd": "032020"', f'"{OURS}",\n  "rtnprd": "102026"').replace("-2016", "-2025")
    shape = name.partition("/")[2]
    imported = desk.take_in(text.encode(), month=MONTH, name=shape)
    with read_books(desk.shop.actor) as books:
        query = select(*queries.columns(InwardDocument, queries.DocumentRow))
        documents = [queries.DocumentRow(*row) for row in books.session.execute(query)]
    assert (
        imported.row.documents
        == len(documents)
        == {"gstr2b-v3.0.json": 8, "gstr2b-v4.0.PARTIAL.json": 12, "ims-invoices.PARTIAL.json": 2}[shape]
    )
    invoices = sorted(
        {row for row in documents if row.kind == "inv" and not row.is_rejected and row.section != "b2ba"}, key=lambda row: row.number
    )
    for at, row in enumerate(invoices):
        supplier = f"Their {at}"
        desk.buyer.supplier(supplier, gstin=None, state_code=row.supplier_gstin[:2])
        renamed(desk, supplier, row.supplier_gstin)
        taxes = Heads(cgst=row.cgst_paise, sgst=row.sgst_paise, igst=row.igst_paise)
        desk.buyer.buy(
            desk.buyer.line("Soap", 1, row.taxable_paise / 100),
            of=supplier,
            number=row.number,
            taxes=taxes,
            taxes_confirmed=True,
            **dated(row.day),
        )
    desk.again()
    with read_books(desk.shop.actor) as books:
        found = {row.key: queries.match_of_key(books, OURS, row.key) for row in invoices}
    assert [(row.number, one.stage, one.state) for row in invoices if (one := found[row.key])] == [
        (row.number, "none" if shape == "gstr2b-v3.0.json" else "exact", "amended" if shape == "gstr2b-v3.0.json" else "matched")
        for row in invoices
    ]


def renamed(desk: Desk, supplier: str, gstin: str) -> None:
    from webapp.parties.models import Party

    with open_books(desk.shop.actor) as books:
        party = books.session.get_one(Party, (books.company_id, desk.buyer.suppliers[supplier]))
        party.gstin = gstin


def test_hand_links_stay_and_what_was_parted_is_not_joined_again(desk: Desk) -> None:
    wrong, right = desk.buy("OLD-5", **dated()), desk.buy("NEW-6", 2000, tax=180, **dated())
    desk.take_in(told_2b(b2b=by([invoice("INV-1")])))
    assert desk.rows()["INV-1"].bill_id == wrong.id
    row = desk.rows()["INV-1"]
    with open_books(desk.shop.actor) as books:
        with pytest.raises(Conflict, match="has a bill"):
            service.link(books, OURS, row.id, right.id, 0)
        service.unlink(books, OURS, row.id, 0)
        with pytest.raises(Conflict, match="meanwhile"):
            service.link(books, OURS, row.id, right.id, 0)
        service.link(books, OURS, row.id, right.id, 1)
    for _twice in range(2):
        assert desk.states() == {"INV-1": "differs hand", "(OLD-5)": "only_books none"}
        assert desk.rows()["INV-1"].bill_id == right.id
        desk.again()
    desk.take_in(told_2b(gendt="17-11-2026", b2b=by([invoice("INV-1"), invoice("INV-8")])))
    assert desk.rows()["INV-1"].bill_id == right.id
    assert desk.rows()["INV-8"].bill_id == wrong.id


def test_a_credit_note_waits_once_and_may_be_given_back_in_part(desk: Desk) -> None:
    desk.take_in(told_2b(cdnr=by([note("C1"), note("C2")], inner="nt"), b2b=by([invoice("I1")])))
    rows = desk.rows()
    with open_books(desk.shop.actor) as books:
        service.decide(books, OURS, [rows["C1"].id], Action.PENDING)
        with pytest.raises(InvalidInput) as refusal:
            service.declare_reversal(books, OURS, rows["C2"].id, {"cgst": 901, "sgst": 0, "igst": 0, "cess": 0}, "", 0)
        assert set(refusal.value.errors) == {"cgst"}
        with pytest.raises(InvalidInput, match="attention"):
            service.declare_reversal(books, OURS, rows["C2"].id, {"cgst": 400, "sgst": 400, "igst": 0, "cess": 0}, "", 0)
        service.declare_reversal(books, OURS, rows["C2"].id, {"cgst": 400, "sgst": 400, "igst": 0, "cess": 0}, "Never claimed whole", 0)
        with pytest.raises(Conflict, match="October 2025"):
            service.declare_reversal(books, OURS, rows["I1"].id, {"cgst": 0, "sgst": 0, "igst": 0, "cess": 0}, "x", 0)
        credit = gst_inward.credit_told(books, OURS, MONTH).of(CreditKind.OTH)
        assert (credit.reversed, credit.pending) == (Taxes(10_000, 400, 400, 0, 0), Taxes(-10_000, -900, -900, 0, 0))
    desk.take_in(told_2b(month="112026", gendt="20-11-2026", cdnr=by([note("C1")], inner="nt")))
    with read_books(desk.shop.actor) as books:
        assert gst_inward.credit_told(books, OURS, 202611).of(CreditKind.OTH).reversed == Taxes(10_000, 900, 900, 0, 0)


def test_an_ims_file_and_a_2a_tell_until_the_2b_is_there(desk: Desk) -> None:
    desk.buy("INV-1", **dated())
    two_a = {
        "gstin": OURS,
        "fp": "102026",
        "b2b": by(
            [
                {"inum": "INV-1", "idt": "05-10-2026", "val": 1180, "pos": "27", "rchrg": "N", "inv_typ": "R"}
                | {"itms": [{"num": 1, "itm_det": {"rt": 18, "txval": 1000, "camt": 90, "samt": 90}}]}
            ]
        ),
    }
    desk.take_in(json.dumps(two_a).encode(), name="2a.json")
    row = {
        "stin": GSTIN,
        "inum": "INV-2",
        "action": "P",
        "srcform": "R\x001\ud800",
        "idt": "06-10-2026",
        "txval": 5,
        "camt": 1,
        "samt": 1,
        "val": 7,
        "rtnprd": "102026",
    }
    desk.take_in(json.dumps({"b2b": [row]}).encode(), month=MONTH, name="ims.json")
    assert desk.states() == {"INV-1": "matched exact", "INV-2": "only_told none"}
    with read_books(desk.shop.actor) as books:
        assert not gst_inward.told_of_bills(books, OURS, MONTH)
        assert not gst_inward.credit_told(books, OURS, MONTH).is_imported
    desk.take_in(told_2b(b2b=by([invoice("INV-1"), {**invoice("INV-2", "5.00", tax="1.00"), "dt": "06-10-2026"}])))
    assert desk.states() == {"INV-1": "matched exact", "INV-2": "only_told none"}
    with read_books(desk.shop.actor) as books:
        assert len(gst_inward.told_of_bills(books, OURS, MONTH)) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"gstin": "33AABCI1234D1ZC"}, "is of 33AABCI1234D1ZC"),
        ({"month": "122026"}, "has not begun"),
    ],
)
def test_a_file_of_another_is_refused_and_nothing_is_written(desk: Desk, more: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        desk.take_in(told_2b(b2b=by([invoice("A-1")]), **more))
    assert words in refusal.value.errors["file"]
    with pytest.raises(InvalidInput, match="attention"):
        desk.take_in(told_2b(b2b=by([invoice("A-1")])), month=202609)
    assert desk.rows() == {}


def test_nobody_reaches_into_another_business(desk: Desk, other: Buyer, iyer: Shop) -> None:
    desk.buy("INV-1", **dated())
    desk.take_in(told_2b(b2b=by([invoice("INV-1"), invoice("INV-2")])))
    row = desk.rows()["INV-2"]
    theirs = other.buy(other.line("Soap", 1, 100), number="T-1")
    with open_books(iyer.actor) as books:
        for act in (
            lambda: service.decide(books, OURS, [row.id], Action.REJECT),
            lambda: service.decide(books, "33AABCI1234D1ZC", [row.id], Action.REJECT),
            lambda: service.unlink(books, "33AABCI1234D1ZC", row.id, 0),
            lambda: queries.match(books, OURS, row.id),
            lambda: service.reconcile_month(books, OURS, MONTH),
        ):
            with pytest.raises(BooksError):
                act()
        assert not gst_inward.credit_told(books, OURS, MONTH).is_imported
    with open_books(desk.shop.actor) as books, pytest.raises(NotFound):
        service.link(books, OURS, row.id, theirs.id, 0)
    with open_books(desk.shop.actor) as books:
        assert [books.session.scalar(select(func.count()).select_from(model)) for model in (InwardDecision, InwardMatch)] == [0, 2]
