"""A till prices by the lists and gives schemes, with the network and without; the server agrees, or flags what was changed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.counter_engine.conftest import DAL, SOAP, Counter
from tests.ground.shops import Shop
from webapp import catalogue, parties, sales, schemes
from webapp.catalogue import ListDraft, PriceDraft
from webapp.catalogue.models import PriceList
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.schemes import Goods, Kind, Scheme

pytestmark = pytest.mark.browser

LINES = """
    const draft = await engine.currentDraft();
    for (const [code, times] of given.scans) engine.addLine(draft, engine.findCode(code), times * 1000);
    if (given.customer) engine.setCustomer(draft, engine.customers.get(given.customer));
    if (given.changes) engine.figures(draft); // as it stood on the screen before somebody changed it
    for (const [line, change] of given.changes ?? []) Object.assign(draft.lines[line], change);
    await engine.saveDraft(draft);
    const figures = engine.figures(draft);
    const told = draft.lines.map((line, index) => [line.price / 100000, line.listName, figures.lines[index].disc]);
"""
ISSUE = (
    LINES
    + "const { bill } = await engine.issue(draft, [{ mode: 'cash', amount: figures.total }]); return { id: bill.id, total: bill.total, told, doc: bill.doc };"
)


def prices(shop: Shop) -> tuple[UUID, UUID, UUID]:
    """A retail list with a break, a members' list, and three dals for two. The members' customer and the lists."""
    with open_books(shop.actor) as books:
        items = {one.name: one.id for one in catalogue.find_sold_items(books, "")}
        retail = catalogue.create_price_list(books, ListDraft("Retail", is_for_all=True))
        members = catalogue.create_price_list(books, ListDraft("Members", is_for_all=False))
        soap = items["Soap"]
        rows = [PriceDraft(soap, MilliPaise(38_00_000), books.today), PriceDraft(soap, MilliPaise(36_00_000), books.today, Qty(12_000))]
        catalogue.set_prices(books, retail, rows)
        catalogue.set_prices(books, members, [PriceDraft(soap, MilliPaise(35_50_000), books.today)])
        meera = parties.create_party(books, parties.PartyDraft(name="Meera")).id
        catalogue.give_list(books, meera, members)
        goods = Goods(frozenset({str(items["Toor Dal 1 kg"])}))
        schemes.create_scheme(books, Scheme(str(new_id()), "Buy 2 get 1 free", Kind.FREE, goods=goods, buy=2000, get=1000))
        return meera, retail, soap


def flags(shop: Shop, bill: dict[str, Any]) -> list[str]:
    with read_books(shop.actor) as books:
        return [one.kind for one in sales.invoice(books, UUID(bill["id"])).flags]


TOMORROW = """
    await engine.store.write(["meta"], (tx) => tx.objectStore("meta").put(Date.now() + 86400000, "lastAt"));
    await engine.recount();
"""
APART = """
    const draft = await engine.currentDraft();
    engine.addLine(draft, engine.findCode(given), 12000);
    draft.lines.push({ ...draft.lines[0], qty: 5000, batch: "B" });
    Object.assign(draft.lines[0], { qty: 7000, batch: "A" });
    const prices = () => (engine.figures(draft), draft.lines.map(({ price }) => price / 100000));
    const together = prices();
    delete draft.lines[1].batch;
    return [together, prices()];
"""

LIMIT = """
    const [base] = /.*[/]s[/][^/]+[/]/.exec(document.querySelector("link[rel=icon]").href);
    const { requireLimit } = await import(base + "counter/discount.js");
    const lines = [{ fig: { gross: 30000, discount: 10000 + given, billDiscount: 0 }, offers: [{ off: 10000 }] }];
    try { requireLimit({ shop: { most_discount_bp: 1000 }, contact: { online: true } }, { lines }, {}); return "given"; } catch (error) { return error.name; }
"""


def test_lists_and_schemes_hold_at_the_till_with_the_wire_cut_too(counter: Counter, shop: Shop) -> None:
    assert counter.run("return engine.pricing") is None, "a shop without lists and schemes loads nothing of them"
    meera, retail, soap = prices(shop)
    counter.run("await engine.refresh()")
    first = counter.run(ISSUE, {"scans": [[SOAP, 1], [DAL, 3]]})
    assert first["told"] == [[38, "Retail", 0], [145, "", 145_00]]
    assert first["total"] == 38_00 + 290_00
    assert first["doc"]["lines"][1]["offers"][0]["name"] == "Buy 2 get 1 free"

    counter.wait_sent()
    counter.page.context.set_offline(True)
    counter.reload()
    twelve = counter.run(ISSUE, {"scans": [[SOAP, 5], [SOAP, 7]]})
    assert (twelve["told"], twelve["total"]) == ([[36, "Retail", 0]], 432_00)
    own = counter.run(ISSUE, {"scans": [[SOAP, 12]], "customer": str(meera)})
    assert own["told"] == [[35.5, "Members", 0]], "the customer's own list, though the break is nearer"
    by_hand = counter.run(
        ISSUE, {"scans": [[SOAP, 1], [DAL, 3]], "changes": [[0, {"price": 39_00_000, "hand": True}], [1, {"plain": True}]]}
    )
    assert [row[0::2] for row in by_hand["told"]] == [[39, 0], [145, 0]]
    back = counter.run(
        "return (await engine.issueReturn(given, [{ line: 2, qty: 1000 }], [{ mode: 'cash', amount: 9700 }])).bill.total", first["id"]
    )
    assert back == 97_00, "one of three for two: a third of what was paid, to the rupee"

    with open_books(shop.actor) as books:
        catalogue.set_prices(books, retail, [PriceDraft(soap, MilliPaise(40_00_000), books.today)])
    stale = counter.run(ISSUE, {"scans": [[SOAP, 1], [DAL, 3]]})
    counter.page.context.set_offline(False)
    counter.send()
    counter.wait_sent()
    assert [flags(shop, bill) for bill in (first, twelve, own, by_hand, stale)] == [[], [], [], [], ["price_differs"]]
    counter.run("await engine.refresh()")
    assert counter.run(LINES + "return told", {"scans": [[SOAP, 1]]}) == [[40, "Retail", 0]]
    # A tenth is the cashier's to give, of what the scheme has left.
    assert [counter.run(LIMIT, more) for more in (0, 20_00, 20_02)] == ["given", "given", "CounterError"]
    assert counter.run(APART, SOAP) == [[36, 36], [40, 40]], "twelve of two batches are twelve; seven and five are not"


def test_a_clock_set_back_and_lists_that_are_gone_do_not_stop_the_till(counter: Counter, shop: Shop) -> None:
    """The day of a bill is never before the last one's: what is shown and what is issued are of the same day."""
    prices(shop)
    counter.run("await engine.refresh()")
    held = "const draft = await engine.currentDraft(); engine.addLine(draft, engine.findCode(given)); engine.figures(draft); await engine.hold(draft, 'Held'); return draft.id"
    waiting = counter.run(held, SOAP)
    with open_books(shop.actor) as books:
        (scheme,) = schemes.all_schemes(books)
        tomorrow = (books.today + timedelta(days=1)).isoformat()
        schemes.change_scheme(books, replace(scheme.scheme, starts_on=tomorrow), scheme.version)
    counter.run("await engine.refresh()")
    assert counter.run(LINES + "return told", {"scans": [[DAL, 3]]}) == [[145, "", 0]]
    counter.run("const draft = await engine.currentDraft(); await engine.discard(draft.id);" + TOMORROW)
    bill = counter.run(ISSUE, {"scans": [[DAL, 3]]})
    assert (bill["told"], bill["doc"]["clock_flag"]) == ([[145, "", 145_00]], "set_back")
    counter.send()
    counter.wait_sent()
    assert "scheme_differs" not in flags(shop, bill)

    with open_books(shop.actor) as books:
        schemes.put_scheme_away(books, UUID(scheme.scheme.id), scheme.version + 1, away=True)
        for id_, version in books.session.execute(select(PriceList.id, PriceList.version)).all():
            catalogue.put_list_away(books, id_, version, away=True)
    counter.run("await engine.refresh()")
    left = "const draft = await engine.recall(given); engine.figures(draft); return [engine.pricing, draft.lines[0].price / 100000, draft.lines[0].listName]"
    assert counter.run(left, waiting) == [None, 40, ""], "the list's 38 went with the list"
