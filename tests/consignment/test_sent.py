"""Goods sent on approval or to an agent: what stands with whom and until when, what is billed of it, and the agent's account sale."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.company.test_stores import cashier
from tests.consignment.conftest import House, refused
from tests.ground.shops import Shop
from tests.purchases.conftest import FAR_GSTIN
from tests.transfers.test_transfers import godown
from webapp import consignment, ledger, orders, parties, purchases, sales
from webapp.consignment import AccountSale, Charge, Sold
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.orders import NewDocument, WantedStanding, approval_due
from webapp.platform.tenancy import open_books, read_books
from webapp.sales import read_sheet

TODAY = date(2026, 11, 20)


def lend(house: House, qty: str = "10", day: date = TODAY, purpose: str = "approval", item: str = "Soap") -> orders.HeadRow:
    sent = read_sheet(house.desk.sheet((item, qty), day=day.isoformat()))
    with open_books(house.desk.trade.actor) as books:
        return orders.create(books, NewDocument("challan", sent, purpose=purpose))


def standing(house: House, **wanted: Any) -> list[tuple[str, int, int, str]]:
    """(challan, units out, paise they cost, how near the day is)."""

    def ask(books: Any) -> Any:
        rows, _more = orders.standing(books, WantedStanding(**wanted))
        assert sum(row.cost_paise for row in rows) == orders.standing_cost(books, WantedStanding(**wanted))
        return [(row.head.number, row.out // 1000, row.cost_paise, row.state_on(books.today)) for row in rows]

    found: list[tuple[str, int, int, str]] = house.desk.trade.read(ask)
    return found


@pytest.mark.parametrize(
    ("left_on", "due"),
    [
        (date(2026, 5, 20), date(2026, 11, 20)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 12, 1), date(2027, 6, 1)),
    ],
)
def test_six_months_after_goods_left(left_on: date, due: date) -> None:
    assert approval_due(left_on) == due


def test_what_stands_with_others_is_listed_with_its_day(house: House) -> None:
    late = lend(house, "10", date(2026, 5, 19))
    last_day = lend(house, "5", date(2026, 5, 20))
    lend(house, "1", date(2026, 5, 1), purpose="job_work")
    fresh = lend(house, "2")
    named = {late.number: "overdue", last_day.number: "soon", fresh.number: ""}
    assert {number: state for number, _out, _cost, state in standing(house, purpose="approval")} == named
    assert [row[0] for row in standing(house, state="overdue")] == [late.number]
    assert [row[0] for row in standing(house, state="soon")] == [last_day.number]
    assert len(standing(house)) == 4
    assert house.desk.trade.read(lambda books: [one.number for one in orders.overdue_challans(books)]) == [late.number]
    house.desk.back(late, 4)
    house.desk.trade.cancel(house.desk.bill(fresh))
    assert standing(house, text="soap", state="overdue") == [(late.number, 6, 36_000, "overdue")]
    house.desk.back(late, 6)
    assert standing(house, state="overdue") == []
    assert standing(house, party_id=new_id()) == []
    house.true()


def test_pages_of_the_list_hold_each_challan_once(house: House) -> None:
    numbers = [lend(house, "1", TODAY - timedelta(days=n)).number for n in range(5)]

    def walk(books: Any) -> list[str]:
        found, place = [], None
        while True:
            rows, place = orders.standing(books, WantedStanding(), after=place, most=2)
            found += [row.head.number for row in rows]
            if place is None:
                return found

    assert house.desk.trade.read(walk) == numbers[::-1]
    assert house.desk.trade.read(lambda books: [row.head.number for row in orders.all_standing(books, WantedStanding())]) == numbers[::-1]


def test_goods_are_not_billed_before_they_left(house: House) -> None:
    challan = lend(house, "10")
    sent = house.desk.sheet(("Soap", "1", "", f"{challan.id}.1"), day="2026-11-19")

    def bill() -> None:
        with open_books(house.desk.trade.actor) as books:
            orders.issue(books, read_sheet(sent))

    assert "left on 20-Nov-2026" in refused(bill)
    assert standing(house) == [(challan.number, 10, 60_000, "")]


def account_sale(house: House, challan: orders.HeadRow, qty: int, *, of: House | None = None, **more: Any) -> sales.Issued:
    """So many sold at ₹200.00 with tax; commission ₹100.00 and freight ₹50.00, with 18 % of tax."""
    costs = house.desk.trade.read(lambda books: ledger.heads(books)["purchase-costs"])
    charges = (
        Charge("commission", Paise(10_000), BasisPoints(1800), costs),
        Charge("expenses", Paise(5_000), BasisPoints(1800), costs),
    )
    sold = (Sold(1, Qty(qty * 1000), MilliPaise(20_000_000)),)
    given: dict[str, Any] = {"id": new_id(), "challan_id": challan.id, "number": "AS/7", "day": TODAY, "sold": sold, "charges": charges}
    with open_books((of or house).desk.trade.actor) as books:
        return consignment.enter_account_sale(books, AccountSale(**{**given, **more}))


def make_agent(house: House, **more: Any) -> None:
    """Ravi Kumar sells for us, and bills his commission."""
    with open_books(house.desk.trade.actor) as books:
        row = parties.party_row(books, house.desk.party)
        draft = parties.PartyDraft(name=row.name, is_supplier=True, gstin=FAR_GSTIN, **more)
        parties.change_party(books, house.desk.party, draft, row.version)


def test_an_account_sale_bills_what_was_sold_and_enters_the_commission(house: House) -> None:
    make_agent(house)
    challan = lend(house, "10")
    id_ = new_id()
    issued = account_sale(house, challan, 4, id=id_)
    assert house.desk.trade.bill(issued).header.total_paise == 80_000
    assert account_sale(house, challan, 4, id=id_).invoice_id == issued.invoice_id, "sent twice, entered once"
    (bill,) = house.desk.trade.read(purchases_of)
    assert (bill.supplier_number, bill.taxable_paise, bill.total_paise) == ("AS/7", 15_000, 17_700)
    assert standing(house) == [(challan.number, 6, 36_000, "")]
    assert "AS/7 of Ravi Kumar was entered before" in refused(lambda: account_sale(house, challan, 1))
    assert standing(house) == [(challan.number, 6, 36_000, "")], "the invoice of a refused account sale is not there either"
    account_sale(house, challan, 6, number="AS/8", charges=())
    assert standing(house) == []
    house.true()


def purchases_of(books: Any) -> list[purchases.BillRow]:
    from webapp.purchases.lists import Wanted, documents

    return [purchases.bill(books, row.id) for row in documents(books, "bills", Wanted()).rows]


# What of an account sale of 4 of the 10 is otherwise, and what is said then.
CANNOT: tuple[tuple[dict[str, Any], str], ...] = (
    ({"qty": 11}, "has 10 NOS, 0 are done; 11 more cannot be"),
    ({"qty": 0}, "above 0"),
    ({"qty": -1}, "above 0"),
    ({"number": ""}, "number that stands on"),
    ({"number": "x" * 41}, "at most 40"),
    ({"day": date(2026, 11, 18)}, "Choose a day from"),
    ({"day": date(2026, 11, 21)}, "Choose a day from"),
    ({"sold": ()}, "at least one line"),
    ({"sold": (Sold(1, Qty(1000), MilliPaise(-1)),)}, "not less than 0"),
    ({"charges": (Charge("commission", Paise(0), BasisPoints(0), new_id()),)}, "above 0"),
    ({"charges": (Charge("commission", Paise(2**53), BasisPoints(0), new_id()),)}, "above 0"),
    ({"charges": (Charge("commission", Paise(100), BasisPoints(10_001), new_id()),)}, "from 0 to 100"),
    ({"charges": (Charge("commission", Paise(100), BasisPoints(0), new_id()),)}, "Choose an account"),
)


def test_an_account_sale_that_cannot_be_writes_nothing(house: House) -> None:
    make_agent(house)
    challan = lend(house, "10", TODAY - timedelta(days=1))
    for changed, words in CANNOT:
        asked = dict(changed)
        qty = asked.pop("qty", 4)
        found = refused(lambda asked=asked, qty=qty: account_sale(house, challan, qty, **asked))
        assert words in found, (changed, found)
    assert standing(house) == [(challan.number, 10, 60_000, "")]
    assert house.desk.trade.read(purchases_of) == []


def test_who_is_no_supplier_bills_no_commission_and_another_company_finds_nothing(house: House, other: House) -> None:
    challan = lend(house, "10")
    assert "it is a supplier too" in refused(lambda: account_sale(house, challan, 1))
    with pytest.raises(NotFound):
        account_sale(house, challan, 1, of=other)
    assert standing(other) == []
    assert other.desk.trade.read(lambda books: orders.standing_of_items(books, [house.desk.trade.items["Soap"]])) == {}


def test_a_member_held_to_a_store_sees_what_left_that_one(house: House, sharma: Shop) -> None:
    lend(house, "10")
    house.came(10)
    elsewhere = cashier(sharma, godown(sharma))
    with read_books(elsewhere) as books:
        assert orders.standing(books, WantedStanding()) == ([], None)
        assert orders.standing_cost(books, WantedStanding()) == 0
        assert "counted over every store" in refused(lambda: consignment.require_all_stores(books))
    with read_books(cashier(sharma, house.desk.trade.store_id)) as books:
        assert len(orders.standing(books, WantedStanding())[0]) == 1
