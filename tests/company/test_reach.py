"""Reads of a member held to stores: through the session, its aliases and kept statements, and through what is prepared once."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import visitors

from tests.company.test_stores import cashier, make_store
from tests.ground.shops import Shop
from tests.sales.trade import CREDIT, open_trade
from webapp import ledger, outstandings, sales
from webapp.company.held import ids_in
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Paise
from webapp.ledger.models import JournalLine, PartyBalance, Voucher
from webapp.platform.reach import StoreScoped, store_tables
from webapp.platform.tenancy import Books, CompanyScoped, open_books, read_books
from webapp.sales.models import Invoice


@pytest.fixture
def sold(sharma: Shop) -> dict[str, tuple[UUID, UUID]]:
    """A bill of ₹118 on credit to one customer in each of three stores: store and bill by name."""
    trade = open_trade(sharma.actor)
    trade.settings(allows_negative_stock=True)
    trade.item("Soap", 118)
    ravi = trade.customer("Ravi", credit_limit_paise=Paise(10**7))
    stores = {"main": trade.store_id, "pune": make_store(sharma, "Pune", "PUN"), "nashik": make_store(sharma, "Nashik", "NSK")}
    found = {}
    for name, store_id in stores.items():
        bill = trade.sell(trade.line("Soap"), total=118, paid=CREDIT, party_id=ravi, store_id=store_id)
        found[name] = (store_id, bill.invoice_id)
    return found | {"ravi": (ravi, ravi)}


def seen(books: Books, ravi: UUID) -> list[int]:
    """How much is seen of what is there, by each road."""
    one, other = aliased(Voucher), aliased(Invoice)
    lines = select(func.count()).select_from(JournalLine).where(JournalLine.party_id == ravi)
    within = select(other.id).where(other.party_id == ravi).subquery()
    return [
        int(books.session.scalar(query) or 0)
        for query in (
            select(func.count(Invoice.id)),
            select(func.count(one.id)).where(one.kind == "sales"),
            select(func.count()).select_from(within),
            lines,
            select(func.sum(PartyBalance.debit_paise) / 11800).where(PartyBalance.party_id == ravi),
        )
    ] + [ledger.party_due(books, ravi) // 11800, len(outstandings.open_items(books, ravi))]


def test_each_road_shows_the_stores_of_who_asks(sharma: Shop, iyer: Shop, sold: dict[str, tuple[UUID, UUID]]) -> None:
    ravi = sold["ravi"][0]
    members = [(cashier(sharma, sold["pune"][0]), 1), (cashier(sharma, sold["pune"][0], sold["nashik"][0]), 2), (cashier(sharma), 3)]
    members += [(cashier(sharma, sold["nashik"][0]), 1), (sharma.actor, 3), (iyer.actor, 0)]
    for actor, many in members:
        with read_books(actor) as books:
            assert seen(books, ravi) == [many] * 7, actor
    [(pune, _), *_rest] = members
    with read_books(pune) as books:
        assert sales.invoice(books, sold["pune"][1]).header.id == sold["pune"][1]
        with pytest.raises(NotFound):
            sales.invoice(books, sold["nashik"][1])
        with books.of_every_store():
            assert seen(books, ravi) == [3] * 7
        assert seen(books, ravi) == [1] * 7
    with open_books(pune) as books:
        assert seen(books, ravi) == [3] * 7, "what is written is asked of the company"
        with books.narrowed():
            assert seen(books, ravi) == [1] * 7


def test_every_table_with_a_store_says_how_it_belongs_to_it() -> None:
    """A new table with a `store_id` mixes StoreScoped in, or stands here with its reason."""
    of_the_company = {
        "member_store": "says who is held to what",
        "item_bin": "a note where an item lies, without figures",
        "price_list": "prices are the company's, also where one store sells at them",
        "serial_number": "found by its moves, which are narrowed",
        "stock_reservation": "a till's, for minutes",
        "landed_cost_line": "read with its bill",
    }
    with_store = {
        mapper.local_table.name
        for mapper in CompanyScoped.__subclasses__()
        for mapper in [mapper.__mapper__]  # type: ignore[attr-defined]  # each is mapped
        if "store_id" in mapper.local_table.c
    }
    assert with_store - set(store_tables()) == set(of_the_company)
    assert all(issubclass(model, StoreScoped) for model in store_tables().values())


@pytest.mark.parametrize("model", store_tables().values(), ids=store_tables())
def test_what_a_table_asks_of_others_is_not_narrowed_itself(model: type[StoreScoped]) -> None:
    """A table of the session inside an `of_stores` would be narrowed to the very stores that it looks beyond; and an alias is narrowed as
    its table is."""
    for row in (model, aliased(model)):
        asked = row.of_stores([new_id()])
        mapped = {one._annotations["parententity"].mapper.class_ for one in visitors.iterate(asked) if "parententity" in one._annotations}
        assert mapped <= {model}


def test_an_id_that_a_form_takes_is_one_that_the_request_is_asked_for() -> None:
    """What is written otherwise is no id, or a document of another store would be named without being found."""
    made = new_id()
    whole, plain = str(made), made.hex
    for text in (whole, plain, whole.upper(), f"qty-{whole}", f"bill_{plain}.1"):
        assert list(ids_in(text)) == [made]
    assert [read_id(text) for text in (whole, plain, whole.upper())] == [made] * 3
    in_hindi = plain.translate(str.maketrans("0123456789", "०१२३४५६७८९"))
    odd = (
        f"{plain[:31]}-{plain[31]}",
        f"-{plain}",
        f"{{{whole}}}",
        f"urn:uuid:{whole}",
        in_hindi,
        f"{plain}\n",
        f"{plain[:8]}_{plain[9:]}",
    )
    assert [read_id(text) for text in odd] == [None] * len(odd)
