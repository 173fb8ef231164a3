"""Where an office bill is supplied by the nature of its services, and lines that are one supply: composite or mixed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tests.ground.shops import Shop
from tests.sales.test_office import errors_of, form, issue
from tests.sales.trade import Trade
from webapp import books_check, catalogue, sales
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.platform.tenancy import open_books
from webapp.sales import office
from webapp.sales.billed import BilledLine
from webapp.sales.commands import Together
from webapp.sales.models import InvoiceTogether
from webapp.sales.rules import bill_line
from webapp.sales.together import read_marks, taxed_together
from webapp.sales.typed import read_sheet
from webapp.tax.kinds import Treatment
from webapp.tax.rules import Scheme, Supply, Terms, work_out

CHENNAI = "33AABCI1234D1ZC"


def billed(
    rate: int, *, cess: int = 0, price: int = 100_00, treatment: Treatment = Treatment.TAXABLE, retail: int | None = None
) -> BilledLine:
    """A line of one piece at `price` paise without tax."""
    return BilledLine(
        item_id=UUID(int=rate + 1),
        name=f"At {rate}",
        local_name="",
        hsn="",
        unit="NOS",
        qty=Qty(1000),
        unit_price=MilliPaise(price * 1000),
        price_includes_tax=False,
        mrp=None,
        treatment=treatment,
        rate_bp=BasisPoints(rate),
        cess_bp=BasisPoints(cess),
        discount=Paise(0),
        moves_stock=False,
        retail=None if retail is None else Paise(retail),
    )


RATES = st.sampled_from([0, 300, 500, 1200, 1800, 2800, 4000])
LINES = st.lists(
    st.tuples(RATES, st.sampled_from([0, 0, 1200]), st.integers(1, 10**7), st.sampled_from(["", "", "A", "B", "1", "2"])), max_size=9
)


@given(LINES)
def test_a_group_bears_its_principals_or_its_highest_tax_and_what_is_not_marked_bears_its_own(
    drawn: list[tuple[int, int, int, str]],
) -> None:
    lines = [billed(rate, cess=cess, price=price) for rate, cess, price, _mark in drawn]
    errors: dict[str, str] = {}
    marks = read_marks([(number, mark) for number, (*_rest, mark) in enumerate(drawn, 1)], errors)
    if errors:
        assert all(name.startswith("together-") for name in errors)
        return
    found = taxed_together(lines, [marks.get(number) for number in range(1, len(lines) + 1)])
    for number, (before, after) in enumerate(zip(lines, found, strict=True), 1):
        mark = marks.get(number)
        if mark is None:
            assert after == before
            continue
        group = [lines[other - 1] for other, one in marks.items() if (one.group, one.is_composite) == (mark.group, mark.is_composite)]
        most = max(one.rate_bp + one.cess_bp for one in group)
        own = lines[mark.group - 1].rate_bp + lines[mark.group - 1].cess_bp
        assert after.rate_bp + after.cess_bp == (own if mark.is_composite else most)
        assert (after.qty, after.unit_price, after.hsn, after.name) == (before.qty, before.unit_price, before.hsn, before.name)
        assert after.taxed_as is not None
        assert (after.taxed_as.own_rate_bp, after.taxed_as.own_cess_bp) == (before.rate_bp, before.cess_bp)
    if found:
        terms = Terms(Scheme.REGULAR, Supply.INTER, Paise(0), rounds_to_rupee=False)
        figures = work_out([bill_line(one) for one in found], terms)
        assert figures.igst == sum(one.igst for one in figures.lines)


@pytest.mark.parametrize(
    ("marks", "wrong"),
    [
        (["", "9"], 2),  # no such row
        (["1"], 1),  # itself
        (["2", "3", ""], 1),  # goes along with one that goes along
        (["A", ""], 1),  # a letter alone
        (["", "1x"], 2),
        (["", "²"], 2),
        (["", "99999999999999999999"], 2),
        (["", "-1"], 2),
    ],
)
def test_marks_that_name_nothing_are_refused_beside_their_row(marks: list[str], wrong: int) -> None:
    errors: dict[str, str] = {}
    read_marks(list(enumerate(marks, 1)), errors)
    assert list(errors) == [f"together-{wrong}"]


@pytest.mark.parametrize("part", [billed(0, treatment=Treatment.NON_GST), billed(4000, retail=200_00)])
def test_what_is_outside_gst_or_taxed_on_its_mrp_is_no_part_of_another_supply(part: BilledLine) -> None:
    with pytest.raises(BooksError):
        taxed_together([billed(1800), part], [Together(1, is_composite=True, is_principal=True), Together(1, is_composite=True)])


@pytest.fixture
def goods(trade: Trade, other: Trade) -> Trade:
    for one in (trade, other):
        one.item("Books", 100, "gst-5", incl=False)
        one.item("Freight", 100, incl=False, stock_of=0, kind="service", is_stocked=False)
        one.item("Soap", 100, incl=False)
    trade.item("Hall", 1000, incl=False, stock_of=0, kind="service", is_stocked=False, supply_nature="immovable_property")
    trade.item("Course", 1000, incl=False, stock_of=0, kind="service", is_stocked=False, supply_nature="training")
    trade.item("Haircut", 1000, incl=False, stock_of=0, kind="service", is_stocked=False, supply_nature="performed")
    trade.customer("Chennai Traders", gstin=CHENNAI, address="Chennai")
    trade.customer("Devi of Chennai", state_code="33", address="Chennai")
    return trade


def test_a_composite_bill_bears_one_rate_and_comes_back_at_it(goods: Trade, other: Trade) -> None:
    sent = form(("Books", "2"), ("Freight", "1"), ("Soap", "1"), pay="cash", **{"together-2": "1"})
    bill = issue(goods, sent)
    assert issue(goods, sent).invoice_id == bill.invoice_id
    view = goods.bill(bill)
    assert [(line.rate_bp, line.cgst_paise) for line in view.lines] == [(500, 5_00), (500, 2_50), (1800, 9_00)]
    assert {no: (row.is_composite, row.taxed_as_line_no, row.own_rate_bp) for no, row in view.together.items()} == {
        1: (True, 1, 500),
        2: (True, 1, 1800),
    }
    back = goods.take_back(bill, (2, 1))
    assert goods.bill(back).lines[0].rate_bp == 500
    assert goods.read(books_check.verify_books).breaches == []
    with pytest.raises(BooksError):
        other.bill(bill)
    with open_books(other.actor) as books:
        assert books.session.scalars(select(InvoiceTogether.line_no)).all() == []
    with pytest.raises(DBAPIError), open_books(goods.actor) as books:
        books.session.execute(InvoiceTogether.__table__.delete())


def test_another_mark_under_the_same_id_is_another_bill(goods: Trade) -> None:
    sent = form(("Books", "1"), ("Freight", "1"), pay="cash")
    issue(goods, sent)
    with pytest.raises(BooksError, match="Another document"):
        issue(goods, sent | {"together-2": "1"})


def test_a_mixed_bill_bears_the_highest_rate(goods: Trade) -> None:
    bill = issue(goods, form(("Books", "1"), ("Soap", "1"), ("Freight", "1"), pay="cash", **{"together-1": "a", "together-2": "A"}))
    assert [line.rate_bp for line in goods.bill(bill).lines] == [1800, 1800, 1800]
    assert {row.taxed_as_line_no for row in goods.bill(bill).together.values()} == {2}
    assert "together-1" in errors_of(goods, form(("Books", "1"), ("Soap", "1"), pay="cash", **{"together-1": "A"}))


def test_the_sheet_shows_what_follows_keeps_what_was_typed_and_the_bill_says_it(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, goods: Trade
) -> None:
    web = browse(sharma)
    sent = form(("Books", "1"), ("Freight", "1"), party="Chennai Traders", performed_in="27", nature="immovable_property")
    figures = web.post("/bills/figures", data=sent | {"together-2": "1"}).text
    assert "By section 12(3) of the IGST Act" in figures
    assert "Freight: taxed at 5%, as Books, of which it is a part." in figures
    again = web.post("/bills", data=sent | {"together-2": "7"})
    assert again.status_code == 422
    assert 'name="together-2" value="7" maxlength="10"' in again.text.replace("  ", " ")
    assert 'value="immovable_property" selected' in again.text
    assert "where this happens" in web.post("/bills/figures", data=form(("Hall", "1"), party="Chennai Traders")).text
    issued = issue(goods, sent | {"together-2": "1"})
    page = web.get(f"/bills/{issued.invoice_id}").text
    assert "One supply with line 1" in page
    assert "IGST Act, section 12(3)" in page
    assert browse(sharma).get(f"/items/{goods.items['Hall']}").text.count("On land or a building") == 1


@pytest.mark.parametrize(
    ("item", "party", "more", "expected"),
    [
        ("Hall", "Chennai Traders", {"performed_in": "27"}, ("27", "intra", "immovable_property", "12(3)")),
        ("Hall", "Chennai Traders", {"performed_in": "07"}, ("07", "inter", "immovable_property", "12(3)")),
        ("Hall", "Chennai Traders", {"place": "33"}, ("33", "inter", "", "")),  # chosen by hand, as before
        ("Course", "Chennai Traders", {"performed_in": "27"}, ("33", "inter", "training", "12(5)")),
        ("Course", "Devi of Chennai", {"performed_in": "27"}, ("27", "intra", "training", "12(5)")),
        ("Haircut", "Chennai Traders", {}, ("27", "intra", "performed", "12(4)")),
        ("Freight", "Devi of Chennai", {"nature": "goods_transport", "performed_in": "27"}, ("27", "intra", "goods_transport", "12(8)")),
        ("Freight", "Chennai Traders", {"nature": "goods_transport"}, ("33", "inter", "goods_transport", "12(8)")),
        ("Freight", "Chennai Traders", {"nature": "banking", "place": "27"}, ("27", "intra", "banking", "")),
        ("Freight", "Chennai Traders", {}, ("33", "inter", "", "12(2)")),
        ("Soap", "Chennai Traders", {}, ("33", "inter", "", "")),
    ],
)
def test_the_place_of_supply_follows_from_the_nature(
    goods: Trade, item: str, party: str, more: dict[str, str], expected: tuple[str, ...]
) -> None:
    bill = goods.bill(issue(goods, form((item, "1"), party=party, **more)))
    assert bill.terms is not None
    assert (bill.header.place_of_supply, bill.header.supply, bill.terms.nature, bill.terms.place_section) == expected


@pytest.mark.parametrize(
    ("rows", "more", "field"),
    [
        ((("Hall", "1"),), {}, "performed_in"),  # nobody said where the hall is
        ((("Hall", "1"),), {"performed_in": "99"}, "performed_in"),
        ((("Haircut", "1"), ("Soap", "1")), {}, "place"),  # here, and in Chennai
        ((("Haircut", "1"),), {"destination": "export_paid"}, "destination"),
        ((("Haircut", "1"),), {"performed_in": "96"}, "performed_in"),
    ],
)
def test_a_place_that_cannot_be_told_is_refused_beside_its_field(
    goods: Trade, rows: tuple[tuple[str, str], ...], more: dict[str, str], field: str
) -> None:
    assert field in errors_of(goods, form(*rows, party="Chennai Traders", **more))


def test_what_goes_along_with_a_principal_supply_is_supplied_where_that_is(goods: Trade) -> None:
    bill = goods.bill(issue(goods, form(("Soap", "1"), ("Haircut", "1"), party="Chennai Traders", **{"together-2": "1"})))
    assert (bill.header.place_of_supply, bill.header.supply) == ("33", "inter")


def test_the_sheet_says_why_and_an_item_keeps_its_nature_only_as_a_service(goods: Trade) -> None:
    with open_books(goods.actor) as books:
        draft = office.preview(books, read_sheet(form(("Hall", "1"), party="Chennai Traders", performed_in="27")))
        assert draft.worked is not None
        assert (draft.worked.placed.section, draft.worked.place) == ("12(3)", "27")
        item = books.session.get(catalogue.models.Item, (books.company_id, goods.items["Hall"]))
        own = catalogue.service.draft_of(books, item)
        made = catalogue.create_item(
            books,
            catalogue.ItemDraft(
                name="Chair", price_millipaise=own.price_millipaise, tax_class_id=own.tax_class_id, supply_nature="training"
            ),
            new_id(),
        )
        assert (own.supply_nature, made.supply_nature) == ("immovable_property", "")
    sheet = sales.read_sheet(form(("Hall", "1"), nature="nonsense"))
    assert sheet.nature == ""
