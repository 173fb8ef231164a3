"""Price lists: which price holds, who may buy by it, what is refused, and the past of each price."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.catalogue.conftest import make
from tests.ground.shops import Shop
from webapp import catalogue, parties
from webapp.catalogue import ListDraft, PriceDraft, price_moves
from webapp.catalogue.models import PriceChange
from webapp.catalogue.price_moves import Move
from webapp.catalogue.price_rules import Offered, holding_price, moved_price
from webapp.company import default_store, profile
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.money import BasisPoints, MilliPaise, Qty
from webapp.platform.tenancy import Books, open_books, read_books

DAY = date(2026, 11, 20)
A, B = UUID(int=1), UUID(int=2)


def offered(
    price: int, *, qty: int = 0, starts: int = 0, ends: int | None = None, own: bool = False, store: bool = False, by: UUID = A
) -> Offered:
    last = None if ends is None else DAY + timedelta(days=ends)
    return Offered(MilliPaise(price), Qty(qty), DAY + timedelta(days=starts), last, own, store, by, "")


@pytest.mark.parametrize(
    ("candidates", "qty", "holds"),
    [
        ([], 1000, None),
        ([offered(90)], 1000, 90),
        ([offered(90, qty=12_000)], 11_999, None),
        ([offered(90, qty=12_000), offered(95)], 12_000, 90),
        ([offered(90, qty=12_000), offered(80, qty=144_000)], 144_000, 80),
        ([offered(90, starts=1)], 1000, None),
        ([offered(90, ends=-1)], 1000, None),
        ([offered(90, ends=0)], 1000, 90),
        ([offered(50), offered(99, own=True)], 1000, 99),  # the customer's own list, though it is dearer
        ([offered(50, store=True), offered(99, own=True)], 1000, 99),
        ([offered(50), offered(60, store=True)], 1000, 60),
        ([offered(50, qty=10_000), offered(60, store=True)], 10_000, 60),  # the store before the break
        ([offered(50, qty=10_000), offered(40, ends=5)], 10_000, 50),  # the break before the offer
        ([offered(50), offered(60, ends=5)], 1000, 60),  # an offer that ends before one that does not
        ([offered(50, starts=-9), offered(60, starts=-2)], 1000, 60),
        ([offered(60, by=A), offered(50, by=B)], 1000, 50),  # alike in all: in the customer's favour
    ],
)
def test_the_most_specific_price_holds(candidates: list[Offered], qty: int, holds: int | None) -> None:
    for order in (candidates, candidates[::-1]):
        best = holding_price(order, Qty(qty), DAY)
        assert (best.price_millipaise if best else None) == holds


@given(
    st.lists(
        st.builds(
            offered,
            st.integers(0, 99),
            qty=st.sampled_from([0, 5000]),
            starts=st.integers(-2, 2),
            ends=st.sampled_from([None, 2, 3]),
            own=st.booleans(),
            store=st.booleans(),
            by=st.sampled_from([A, B]),
        ),
        max_size=6,
    ),
    st.randoms(),
)
def test_the_order_of_rows_decides_nothing(candidates: list[Offered], random: object) -> None:
    mixed = list(candidates)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert holding_price(candidates, Qty(5000), DAY) == holding_price(mixed, Qty(5000), DAY)


@pytest.mark.parametrize(
    ("price", "percent", "step", "moved"),
    [
        (10_000_000, 500, 1, 10_500_000),
        (10_000_000, -500, 100, 9_500_000),
        (9_990_000, 500, 50, 10_500_000),  # ₹99.90 + 5 % = ₹104.895 → ₹105.00
        (9_990_000, 500, 100, 10_500_000),
        (10_450_000, 0, 100, 10_500_000),  # halves go up
        (1_000, -10_000, 1, 1_000),  # never to nothing
        (0, 1_000, 100, 0),
    ],
)
def test_a_price_is_moved_by_a_percentage_in_steps(price: int, percent: int, step: int, moved: int) -> None:
    assert moved_price(MilliPaise(price), BasisPoints(percent), step) == moved


@pytest.fixture
def rice(sharma: Shop) -> UUID:
    return make(sharma, "Rice", "120", mrp="130")


@pytest.fixture
def meera(sharma: Shop) -> UUID:
    with open_books(sharma.actor) as books:
        return parties.create_party(books, parties.PartyDraft(name="Meera")).id


def price(shop: Shop, item: UUID, qty: int = 1000, party: UUID | None = None, on: date = DAY) -> tuple[int, str]:
    with read_books(shop.actor) as books:
        found = catalogue.price_for(books, item, Qty(qty), party, default_store(books), on)
    return found.price_millipaise // 1000, found.list_name


def put(shop: Shop, list_id: UUID, item: UUID, rupees: int, **more: object) -> None:
    with open_books(shop.actor) as books:
        catalogue.set_prices(books, list_id, [PriceDraft(item, MilliPaise(rupees * 100_000), **{"starts_on": DAY, **more})])  # type: ignore[arg-type]


def a_list(shop: Shop, name: str, *, for_all: bool = True, in_store: bool = False) -> UUID:
    with open_books(shop.actor) as books:
        return catalogue.create_price_list(books, ListDraft(name, for_all, default_store(books) if in_store else None))


@pytest.mark.database
def test_without_a_list_the_items_own_price_holds_and_with_one_the_lists(sharma: Shop, rice: UUID, meera: UUID) -> None:
    assert price(sharma, rice) == (12_000, "")
    retail, wholesale, here = a_list(sharma, "Retail"), a_list(sharma, "Wholesale", for_all=False), a_list(sharma, "Here", in_store=True)
    put(sharma, retail, rice, 118)
    put(sharma, wholesale, rice, 110)
    put(sharma, wholesale, rice, 105, min_qty=Qty(10_000))
    assert price(sharma, rice, party=meera) == (11_800, "Retail")
    with open_books(sharma.actor) as books:
        catalogue.give_list(books, meera, wholesale)
    assert price(sharma, rice, party=meera) == (11_000, "Wholesale")
    assert price(sharma, rice, 10_000, meera) == (10_500, "Wholesale")
    assert price(sharma, rice) == (11_800, "Retail")
    put(sharma, here, rice, 125)
    assert price(sharma, rice) == (12_500, "Here")
    assert price(sharma, rice, on=DAY - timedelta(days=1)) == (12_000, "")
    with open_books(sharma.actor) as books:
        catalogue.give_list(books, meera, None)
        catalogue.put_list_away(books, here, 2, away=True)
    assert price(sharma, rice, party=meera) == (11_800, "Retail")


@pytest.mark.database
def test_a_document_asks_twice_whatever_its_lines(
    sharma: Shop, rice: UUID, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    items = [rice, *(make(sharma, f"Item {number}") for number in range(20))]
    put(sharma, a_list(sharma, "Retail"), rice, 118)
    with read_books(sharma.actor) as books:
        store = default_store(books)
        with max_queries(2):
            found = catalogue.prices_for(books, [(item, Qty(1000)) for item in items], None, store, DAY)
    assert [one.list_name for one in found] == ["Retail", *[""] * 20]


@pytest.mark.database
def test_what_is_refused_and_nothing_is_half_written(sharma: Shop, rice: UUID, meera: UUID) -> None:
    retail = a_list(sharma, "Retail")
    good = PriceDraft(rice, MilliPaise(11_800_000), DAY)
    bad: list[tuple[PriceDraft, str]] = [
        (PriceDraft(uuid4(), MilliPaise(1), DAY), "There is no such item"),
        (PriceDraft(rice, MilliPaise(-1), DAY, Qty(1)), "cannot be less than 0"),
        (PriceDraft(rice, MilliPaise(1), DAY, Qty(-1)), "cannot be less than 0"),
        (PriceDraft(rice, MilliPaise(1), DAY, Qty(1), DAY - timedelta(days=1)), "It ends on 19-Nov-2026, before it begins on 20-Nov-2026."),
        (PriceDraft(rice, MilliPaise(13_000_001), DAY, Qty(1)), "above the MRP of ₹130.00"),
        (PriceDraft(rice, MilliPaise(1), DAY), "stands here twice"),
    ]
    for draft, words in bad:
        with open_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
            catalogue.set_prices(books, retail, [good, draft])
        assert words in refusal.value.errors["price_1"]
    assert price(sharma, rice) == (12_000, "")
    many = [PriceDraft(rice, MilliPaise(1), DAY, Qty(place)) for place in range(51)]
    refusals: list[tuple[Callable[[Books], object], str]] = [
        (lambda books: catalogue.set_prices(books, retail, many), "at most 50 prices"),
        (lambda books: catalogue.give_list(books, meera, retail), "for everybody already"),
        (lambda books: catalogue.create_price_list(books, ListDraft(" retail ", is_for_all=True)), "called retail already"),
        (lambda books: catalogue.create_price_list(books, ListDraft(" ", is_for_all=True)), "Give the price list a name"),
        (lambda books: catalogue.create_price_list(books, ListDraft("Other", is_for_all=True, store_id=uuid4())), "Choose the store"),
    ]
    for act, words in refusals:
        with open_books(sharma.actor) as books, pytest.raises(InvalidInput) as refusal:
            act(books)
        assert words in " ".join(refusal.value.errors.values())


@pytest.mark.database
def test_the_past_of_a_price_is_kept_and_a_stale_page_changes_nothing(sharma: Shop, rice: UUID) -> None:
    retail = a_list(sharma, "Retail")
    put(sharma, retail, rice, 118)
    put(sharma, retail, rice, 118)  # the same again is no change
    put(sharma, retail, rice, 115)
    with open_books(sharma.actor) as books, pytest.raises(Conflict, match="changed by somebody else"):
        catalogue.set_prices(books, retail, [PriceDraft(rice, MilliPaise(1), DAY)], version=2)
    with open_books(sharma.actor) as books:
        catalogue.remove_price(books, retail, rice, 0, DAY, 3)
        with pytest.raises(NotFound):
            catalogue.remove_price(books, retail, rice, 0, DAY, 4)
    with read_books(sharma.actor) as books:
        kept = books.session.execute(select(PriceChange.old_millipaise, PriceChange.new_millipaise).order_by(PriceChange.id)).all()
    assert [tuple(row) for row in kept] == [(None, 11_800_000), (11_800_000, 11_500_000), (11_500_000, None)]
    assert price(sharma, rice) == (12_000, "")


@pytest.mark.database
def test_another_companys_lists_items_and_customers_are_not_there(sharma: Shop, iyer: Shop, rice: UUID, meera: UUID) -> None:
    wholesale = a_list(sharma, "Wholesale", for_all=False)
    put(sharma, wholesale, rice, 110)
    with open_books(iyer.actor) as books:
        store = default_store(books)
        for act in (
            lambda: catalogue.price_for(books, rice, Qty(1000), None, store, DAY),
            lambda: catalogue.set_prices(books, wholesale, []),
            lambda: catalogue.give_list(books, meera, wholesale),
        ):
            with pytest.raises(NotFound):
                act()
    theirs = make(iyer, "Rice", "90")
    assert price(iyer, theirs, party=meera) == (9_000, "")


@pytest.mark.database
def test_a_move_starts_from_the_standing_price_and_leaves_the_offer_alone(sharma: Shop, rice: UUID) -> None:
    retail = a_list(sharma, "Retail")
    put(sharma, retail, rice, 118, starts_on=DAY - timedelta(days=20))
    put(sharma, retail, rice, 100, starts_on=DAY - timedelta(days=1), ends_on=DAY + timedelta(days=2))
    move = Move("list", BasisPoints(500), 100, DAY)
    with open_books(sharma.actor) as books:
        (found,) = price_moves.moved(books, retail, move)
        assert (found.old_millipaise, found.draft.price_millipaise, found.draft.ends_on) == (118_00_000, 124_00_000, None)
        price_moves.move_prices(books, retail, move, 3)
    assert price(sharma, rice) == (10_000, "Retail"), "the offer goes on"
    assert price(sharma, rice, on=DAY + timedelta(days=3)) == (12_400, "Retail")
    with open_books(sharma.actor) as books, pytest.raises(InvalidInput):
        price_moves.move_prices(books, retail, replace(move, starts_on=DAY - timedelta(days=1)), 4)


@pytest.mark.database
def test_a_till_copies_the_lists_of_its_store_each_only_when_it_has_changed(sharma: Shop, iyer: Shop, rice: UUID, meera: UUID) -> None:
    retail, members = a_list(sharma, "Retail"), a_list(sharma, "Members", for_all=False)
    a_list(iyer, "Theirs")
    put(sharma, retail, rice, 118, starts_on=DAY)
    put(sharma, retail, rice, 110, starts_on=DAY, min_qty=Qty(12_000), ends_on=DAY + timedelta(days=30))
    put(sharma, retail, rice, 90, starts_on=DAY - timedelta(days=90), ends_on=DAY - timedelta(days=80))
    with open_books(sharma.actor) as books:
        before = profile(books).catalogue_rev
        catalogue.give_list(books, meera, members)
        assert profile(books).catalogue_rev == before + 1
        store = default_store(books)
        told = {one.name: one for one in catalogue.lists_for_till(books, store, {})}
        assert told.keys() == {"Retail", "Members"}
        ends = (DAY + timedelta(days=30)).isoformat()
        assert told["Retail"].prices == f"{rice},11800000,,{DAY},,11000000,12000,{DAY},{ends}"
        assert (told["Members"].customers, told["Members"].prices) == ((meera,), "")
        known = {str(one.id): one.version for one in told.values()}
        assert [one.prices for one in catalogue.lists_for_till(books, store, known)] == [None, None]
        known[str(retail)] -= 1
        again = {one.name: one.prices for one in catalogue.lists_for_till(books, store, known)}
        assert again == {"Retail": told["Retail"].prices, "Members": None}
