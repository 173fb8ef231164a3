"""The last unit in real browsers: set aside before a bill is issued, refused with the figure, and given back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.counter_engine.conftest import DAL, Books, Counter
from tests.ground.browser import becomes
from webapp.catalogue import ItemDraft, create_item, tax_class_ids
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.models import InvoiceFlag
from webapp.stock.models import StockReservation

pytestmark = pytest.mark.browser

LAST = "20000028"
# As the payment pane does, where it is asked `ahead`: the answer stands before the bill is issued.
ISSUE = """
    const draft = engine.newDraft();
    await engine.saveDraft(draft);
    engine.addLine(draft, engine.findCode(given.code), given.qty);
    await engine.saveDraft(draft);
    if (given.ahead) await engine.setAside(draft);
    return (await engine.issue(draft, [{ mode: 'cash', amount: engine.figures(draft).total }])).bill.id;
"""


def put_last_one(counter: Counter, ending: str = "") -> str:
    """An item at ten rupees, of which there is one; its code."""
    with open_books(counter.shop.actor) as books:
        create_item(
            books,
            ItemDraft(
                name=f"Last one{ending}",
                price_millipaise=MilliPaise(10_00_000),
                tax_class_id=tax_class_ids(books)["nil"],
                codes=(LAST + ending,),
                opening_qty=Qty(1000),
                opening_value_paise=Paise(500),
            ),
        )
    return LAST + ending


def set_aside(counter: Counter) -> int:
    with read_books(counter.shop.actor) as books:
        return len(books.session.scalars(select(StockReservation)).all())


def test_stock_is_asked_for_while_online_and_not_while_offline(counter: Counter) -> None:
    put_last_one(counter)
    counter.run("await engine.refresh(); await engine.sendNow()")
    refused = counter.refusal(ISSUE, {"code": LAST, "qty": 2000})
    assert (refused["code"], refused["problem"]) == ("stock", "Only 1 of Last one are in stock.")
    assert set_aside(counter) == 0
    counter.page.context.set_offline(True)
    counter.run("engine.contact.online = false;" + ISSUE, {"code": LAST, "qty": 2000})
    counter.page.context.set_offline(False)
    counter.wait_sent()
    assert counter.run("return (await engine.bills())[0].flags.some((flag) => flag.includes('below_zero'))")


def test_two_browsers_sell_the_last_one_at_once_and_one_is_refused(counter: Counter, another_browser: Any, server_books: Books) -> None:
    other = another_browser()
    other.enrol(name="Back")
    for till in (counter, other):
        till.run("window.go = async (given) => {" + ISSUE + "}")
    for round_no in range(1, 6):
        given = {"code": put_last_one(counter, str(round_no)), "qty": 1000, "ahead": round_no % 2 == 0}
        for till in (counter, other):
            till.run("await engine.refresh(); await engine.sendNow()")
        # Both begin before either is waited for.
        for till in (counter, other):
            till.page.evaluate(
                "(given) => { window.attempt = window.go(given).then(() => 'sold', (error) => error.problem ?? String(error)); }", given
            )
        answers = [till.page.evaluate("window.attempt") for till in (counter, other)]
        assert sorted(answers) in (
            [f"Only 0 of Last one{round_no} are free: 1 are in stock, 1 of them on a bill that is being paid.", "sold"],
            [f"Only 0 of Last one{round_no} are in stock.", "sold"],
        ), answers
        for till in (counter, other):
            till.wait_sent()
    assert len(server_books.numbers()) == 5
    assert set_aside(counter) == 0
    with read_books(counter.shop.actor) as books:
        assert books.session.scalars(select(InvoiceFlag)).all() == []


def test_what_fails_after_setting_aside_gives_the_goods_back(counter: Counter) -> None:
    put_last_one(counter)
    counter.run("await engine.refresh(); await engine.sendNow()")
    bad = ISSUE.replace("engine.figures(draft).total", "1")
    assert counter.refusal(bad, {"code": LAST, "qty": 1000})["code"] == "tender"
    becomes(counter.page, lambda: set_aside(counter), 0)
    counter.run(ISSUE, {"code": LAST, "qty": 1000})
    counter.wait_sent()


def questions(counter: Counter) -> list[str]:
    """The last word of each address the till asks from now on."""
    asked: list[str] = []
    counter.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]) if "/sync/" in request.url else None)
    return asked


def test_a_bill_waits_for_one_question_only(counter: Counter) -> None:
    """While bills that were set aside are on their way, the next asks nothing but its own reservation; and not even that
    where it was asked while the bill was being paid."""
    asked = questions(counter)
    counter.page.context.route("**/sync/push", lambda route: route.abort())
    # Nor does it try by itself meanwhile, and find that it is not heard.
    counter.run("await engine.sendNow(); engine.courier.stop(); (await billing()).reserverOf(engine).isUnreserved = false;")
    asked.clear()
    told = counter.run(
        """const told = [];
           for (const isAhead of [false, true, true]) {
             engine.contact.online = true;
             const draft = engine.newDraft();
             engine.addLine(draft, engine.findCode(given));
             await engine.saveDraft(draft);
             if (isAhead) told.push(await engine.setAside(draft), await engine.setAside(draft));
             await engine.issue(draft, [{ mode: 'cash', amount: engine.figures(draft).total }]);
           }
           return told;""",
        DAL,
    )
    assert (told, asked.count("reservation")) == ([None] * 4, 3)
    assert set_aside(counter) == 3
    counter.page.context.unroute("**/sync/push")
    counter.run("engine.courier.isStopped = false")
    counter.send()
    counter.wait_sent()
    assert set_aside(counter) == 0


def test_what_was_asked_for_other_lines_is_asked_again_and_a_bill_not_paid_gives_its_goods_back(counter: Counter) -> None:
    code = put_last_one(counter)
    asked = questions(counter)
    counter.run("await engine.refresh(); await engine.sendNow(); engine.contact.online = true;")
    asked.clear()
    refused = counter.run(
        """const draft = window.draft = engine.newDraft();
           engine.addLine(draft, engine.findCode(given.dal));
           await engine.saveDraft(draft);
           await engine.setAside(draft);
           engine.addLine(draft, engine.findCode(given.last), 2000);
           // What is short is known before anything is paid, and refused again at issuing.
           const early = await engine.setAside(draft);
           const late = await engine.issue(draft, [{ mode: 'cash', amount: engine.figures(draft).total }]).catch((error) => error);
           return [early.problem, late.problem];""",
        {"dal": DAL, "last": code},
    )
    assert refused == ["Only 1 of Last one are in stock."] * 2
    counter.run("draft.lines.pop(); await engine.setAside(draft);")
    assert (asked.count("reservation"), set_aside(counter)) == (4, 1), "two lists, the refusal once more, the last list"
    counter.run("await engine.giveBack(draft);")
    becomes(counter.page, lambda: set_aside(counter), 0)


def test_a_server_that_does_not_answer_holds_no_counter(counter: Counter) -> None:
    counter.run("await engine.sendNow()")
    counter.page.context.route("**/sync/reservation", lambda route: None)  # neither an answer nor an error, ever
    counter.run("AbortSignal.timeout = AbortSignal.impatient")
    number = counter.run(
        """const draft = engine.newDraft();
           engine.addLine(draft, engine.findCode(given));
           await engine.saveDraft(draft);
           void engine.setAside(draft);
           engine.addLine(draft, engine.findCode(given));
           void engine.setAside(draft);
           const { bill } = await engine.issue(draft, [{ mode: 'cash', amount: engine.figures(draft).total }]);
           return bill.number;""",
        DAL,
    )
    assert number.endswith("/000001")
    counter.wait_sent()
