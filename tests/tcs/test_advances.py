"""Tax collected when the money comes before the bill: once, not again on the bill, and back with the money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ground.shops import Shop
from tests.tcs.conftest import TODAY, Yard
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.orders import advances
from webapp.orders.advances import NewAdvance
from webapp.platform.tenancy import open_books, read_books
from webapp.tds import queries

BILL = (("Iron scrap", "100"), ("Tape", "1"))
SCRAP, TAX = 1_18_000_00, 2_360_00


def take(yard: Yard, paise: int, kind: str = "scrap", *, of: str = "Mart", **more: Any) -> UUID:
    """Money of a customer before the bill."""
    own = {
        "id": new_id(),
        "party_id": yard.buyers[of],
        "store_id": yard.trade.store_id,
        "day": TODAY,
        "mode": "cash",
        "description": "Scrap",
    }
    with open_books(yard.trade.actor) as books:
        return advances.take_advance(books, NewAdvance(**{**own, "amount": Paise(paise), "is_service": False, "tcs_kind": kind, **more})).id


def give_back(yard: Yard, advance_id: UUID, paise: int) -> None:
    with open_books(yard.trade.actor) as books:
        advances.refund_advance(books, advance_id, id_=new_id(), amount=Paise(paise), mode="cash", note="Not wanted")


def amounts(yard: Yard) -> list[int]:
    return sorted(row.amount_paise for row in yard.collected())


def test_an_advance_bears_the_tax_and_the_bill_only_what_is_above_it(yard: Yard, theirs: Yard) -> None:
    id_ = new_id()
    first = take(yard, 50_000_00, id=id_)
    assert take(yard, 50_000_00, id=id_) == first
    [row] = yard.collected()
    assert (row.amount_paise, row.event.base_paise, row.event.document_kind) == (1_000_00, 50_000_00, "advance")
    assert theirs.collected() == []
    bill = yard.bill(*BILL)
    assert amounts(yard) == [1_000_00, TAX - 1_000_00]
    yard.check()
    yard.trade.cancel(bill)
    assert amounts(yard) == [1_000_00]
    again = yard.bill(*BILL)
    assert amounts(yard) == [1_000_00, TAX - 1_000_00], "the cancelled bill gave the advance back"
    yard.trade.take_back(again, (1, 100))
    assert amounts(yard) == [1_000_00]
    yard.check()


def test_what_is_given_back_takes_its_tax_along_until_it_is_deposited(yard: Yard) -> None:
    advance = take(yard, 50_000_00)
    give_back(yard, advance, 20_000_00)
    assert amounts(yard) == [600_00]
    yard.check()
    give_back(yard, advance, 30_000_00)
    assert (yard.collected(), yard.owes()) == ([], 0)
    other = take(yard, 50_000_00)
    yard.deposit(yard.collected())
    give_back(yard, other, 50_000_00)
    assert amounts(yard) == [1_000_00], "the customer has it by the certificate"
    yard.bill(*BILL)
    assert amounts(yard) == [1_000_00, TAX], "but no bill counts money that is not there"
    yard.check()


@pytest.mark.parametrize("is_deposited", [False, True])
def test_a_bill_that_counted_money_that_went_back_is_collected_on_for_what_it_lacks(yard: Yard, is_deposited: bool) -> None:
    advance = take(yard, 50_000_00)
    yard.bill(*BILL)
    if is_deposited:
        yard.deposit(yard.collected())
    give_back(yard, advance, 50_000_00)
    kept = [1_000_00] if is_deposited else []
    assert amounts(yard) == sorted([*kept, 1_000_00, TAX - 1_000_00])
    assert sum(row.amount_paise for row in yard.collected() if row.event.document_kind == "invoice") == TAX
    with read_books(yard.trade.actor) as books:
        assert queries.lacking(books, date(2026, 4, 1), TODAY, is_collected=True) == []
    take(yard, 10_000_00)
    assert 200_00 in amounts(yard)
    yard.check()


def test_which_money_bears_it(yard: Yard) -> None:
    take(yard, 50_000_00, "none")
    take(yard, 50_000_00, "")
    take(yard, 50_000_00, "scrap", is_service=True, rate_bp=1800)
    assert yard.collected() == []
    take(yard, 2_00_000_00, "vehicle")
    assert amounts(yard) == [2_000_00], "of a car above ten lakh, whatever part of its price this is"
    yard.know("Mart", kind="timber")
    take(yard, 50_000_00, "")
    assert amounts(yard) == [1_000_00, 2_000_00], "as the customer is marked"
    for kind in ("goods_sold", "contractor", "x" * 20):
        with pytest.raises(InvalidInput) as refusal:
            take(yard, 50_000_00, kind)
        assert "tcs_kind" in refusal.value.errors
    yard.check()


def test_another_kind_under_the_same_id_is_refused_and_so_is_another_shop(yard: Yard, theirs: Yard) -> None:
    id_ = new_id()
    advance = take(yard, 50_000_00, id=id_)
    with pytest.raises(BooksError):
        take(yard, 50_000_00, "timber", id=id_)
    with pytest.raises(NotFound):
        give_back(theirs, advance, 1_00)
    assert amounts(yard) == [1_000_00]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(["take", "bill", "back", "cancel"]), st.integers(1, 60_000)), min_size=1, max_size=6))
def test_whatever_comes_the_same_rupee_bears_it_once(yard: Yard, steps: list[tuple[str, int]]) -> None:
    """No advance counts for more than it is, nothing lacks, the ledger is the register; and when all went back, nothing stands."""
    taken: dict[UUID, int] = {}
    bills: list[UUID] = []
    for act, rupees in steps:
        if act == "take":
            taken[take(yard, rupees * 100)] = rupees * 100
        elif act == "bill":
            bills.append(yard.bill(("Iron scrap", str(rupees % 50 + 1))))
        elif act == "back" and taken:
            id_, left = next(iter(taken.items()))
            part = min(left, rupees * 100)
            give_back(yard, id_, part)
            taken[id_] = left - part
            if not taken[id_]:
                del taken[id_]
        elif bills:
            yard.trade.cancel(bills.pop())
    with read_books(yard.trade.actor) as books:
        query = queries.select(queries.func.sum(queries.TdsEvent.advance_paise - queries.TdsEvent.consumed_paise)).where(queries._LIVE)
        assert int(books.session.scalar(query) or 0) >= 0
        assert queries.lacking(books, date(2026, 4, 1), TODAY, is_collected=True) == []
    yard.check()
    for bill in bills:
        yard.trade.cancel(bill)
    for id_, left in taken.items():
        give_back(yard, id_, left)
    assert yard.collected() == []
    assert yard.owes() == 0


def test_the_form_says_it_and_the_voucher_shows_it(yard: Yard, browse: Callable[[Shop], FlaskClient], sharma: Shop) -> None:
    web = browse(sharma)
    form = web.get("/advances/new").text
    assert "Tax collected at source" in form
    sent = {
        "id": str(new_id()),
        "party_id": str(yard.buyers["Mart"]),
        "amount": "50,000",
        "mode": "cash",
        "nature": "goods",
        "description": "Scrap",
    }
    assert web.post("/advances", data=sent | {"tcs_kind": "nonsense"}).status_code == 422
    assert yard.collected() == []
    page = web.get(web.post("/advances", data=sent | {"tcs_kind": "scrap"}).location).text
    assert "TCS 2%" in page
    assert "Check" in page, "the place in section 394 is not confirmed"
