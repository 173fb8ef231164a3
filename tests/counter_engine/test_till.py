"""A till's plain day: set up, copy the catalogue, bill, hold, send, give back, count the drawer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.counter_engine.conftest import BILL, DAL, SOAP, Books, Counter
from webapp.catalogue import ItemDraft, Pack, create_item, tax_class_ids
from webapp.counter.models import CashMove, Shift
from webapp.kernel.money import MilliPaise, Qty
from webapp.ledger import party_due
from webapp.parties.models import Party
from webapp.payments.models import Receipt
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.models import Invoice, InvoiceCancellation

pytestmark = pytest.mark.browser


def test_set_up_and_bill(counter: Counter, server_books: Books) -> None:
    assert counter.run("return [engine.state, engine.till.code, engine.items.size, engine.shop.state_code]") == ["ready", "A1", 2, "27"]
    assert counter.run("return engine.nextNumber()") == "26A1/000001"
    first, second = counter.bill(), counter.bill(SOAP, 3)
    assert (first["number"], first["total"]) == ("26A1/000001", 145_00)
    assert (second["number"], second["total"]) == ("26A1/000002", 120_00)
    counter.wait_sent()
    assert server_books.bills() == {"26A1/000001": 145_00, "26A1/000002": 120_00}
    assert counter.run("return (await engine.bill(given)).state", first["id"]) == "sent"
    assert "munim_last_26A1=2" in counter.run("return document.cookie")


def test_an_open_bill_survives_a_reload_and_each_tab_has_its_own(counter: Counter, another_tab: Counter) -> None:
    open_one = "const draft = await engine.currentDraft(); engine.addLine(draft, engine.findCode(given)); await engine.saveDraft(draft); return draft.id;"
    mine, other = counter.run(open_one, DAL), another_tab.run(open_one, SOAP)
    assert mine != other
    counter.reload()
    kept = counter.run("return engine.currentDraft()")
    assert kept["id"] == mine
    assert [line["name"] for line in kept["lines"]] == ["Toor Dal 1 kg"]


def test_a_closed_tabs_bill_is_taken_up(counter: Counter, another_tab: Counter) -> None:
    left = another_tab.run(
        "const draft = await engine.currentDraft(); engine.addLine(draft, engine.findCode(given)); await engine.saveDraft(draft); return draft.id;",
        DAL,
    )
    another_tab.page.close()
    counter.reload()
    assert counter.run("return (await engine.currentDraft()).id") == left


def test_hold_and_recall_in_another_tab(counter: Counter, another_tab: Counter) -> None:
    counter.run(
        "const draft = await engine.currentDraft(); engine.addLine(draft, engine.findCode(given), 5000); await engine.hold(draft, 'Blue shirt');",
        DAL,
    )
    held = another_tab.run("return engine.heldDrafts()")
    assert [(draft["label"], draft["lines"][0]["qty"]) for draft in held] == [("Blue shirt", 5000)]
    taken = another_tab.run(
        "const draft = await engine.recall(given); return [draft.label, draft.tab === engine.drafts.tab, (await engine.heldDrafts()).length]",
        held[0]["id"],
    )
    assert taken == [None, True, 0]
    another_tab.run("await engine.discard(given)", held[0]["id"])
    assert counter.refusal("await engine.recall(given)", held[0]["id"])["code"] == "gone"


def test_discounts_and_a_repeated_scan(counter: Counter, server_books: Books) -> None:
    found = counter.run(
        """const draft = await engine.currentDraft();
           const first = engine.addLine(draft, engine.findCode(given.dal));
           const again = engine.addLine(draft, engine.findCode(given.dal), readMultiplier('2*'));
           engine.addLine(draft, engine.findCode(given.soap));
           draft.lines[0].disc = { bp: 1000 };
           draft.disc = { paise: 1500 };
           const figures = engine.figures(draft);
           const { bill } = await engine.issue(draft, [{ mode: 'cash', amount: 10000, given: 50000 }, { mode: 'upi', amount: figures.total - 10000, ref: '1234' }]);
           const link = (await upi()).upiLink(engine.shop, { amount: bill.total, number: bill.number });
           return { first, again, count: figures.count, total: figures.total, upi: link };""",
        {"dal": DAL, "soap": SOAP},
    )
    # 3 × 145 = 435, less 10 % = 391.50; + 40 = 431.50; less 15 = 416.50; rounded 417.
    assert (found["first"], found["again"], found["count"], found["total"]) == (0, 0, 4000, 417_00)
    assert found["upi"] == "", "the shop has no UPI id"
    counter.wait_sent()
    assert server_books.bills() == {"26A1/000001": 417_00}


def test_packs_scales_and_search(counter: Counter) -> None:
    with open_books(counter.shop.actor) as books:
        classes = tax_class_ids(books)
        create_item(
            books,
            ItemDraft(
                name="Soap bar", local_name="साबुन", brand="Lux", sku="lux-1", price_millipaise=MilliPaise(40_00_000),
                tax_class_id=classes["gst-18"], packs=(Pack("BOX", Qty(12_000), MilliPaise(450_00_000), ("18901030865272",)),),
            ),
        )  # fmt: skip
    counter.run("await engine.refresh()")
    assert counter.run("const found = engine.findCode(given); return [found.qty, found.price, found.pack]", "18901030865272") == [
        12000,
        37_50_000,
        "BOX",
    ]
    search = "return given.map((text) => engine.search(text).map((item) => item.name))"
    assert counter.run(search, ["bar soap", "साबुन", "LUX-1", "lux", "nothing"]) == [["Soap bar"]] * 4 + [[]]
    assert counter.run("return engine.findCode(given)?.item.name", "lux-1") == "Soap bar"
    assert counter.run("return engine.findCode(given)", "0000000000000") is None


def test_what_the_office_changes_reaches_the_till(counter: Counter) -> None:
    with open_books(counter.shop.actor) as books:
        classes = tax_class_ids(books)
        create_item(
            books, ItemDraft(name="New thing", price_millipaise=MilliPaise(10_00_000), tax_class_id=classes["nil"], codes=("20000004",))
        )
    before = counter.run("return engine.catalogue.rev")
    counter.bill()
    counter.wait_sent()
    counter.run("for (let i = 0; i < 600 && engine.items.size < 3; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));")
    assert counter.run("return [engine.items.size, engine.catalogue.rev > given, engine.findCode('20000004').item.name]", before) == [
        3,
        True,
        "New thing",
    ]


def test_customer_credit_and_dues_paid(counter: Counter) -> None:
    made = counter.run(
        """const customer = await engine.addCustomer({ name: 'Ravi\\u0007 Kumar', phone: '98200 12345' });
           const draft = await engine.currentDraft();
           engine.addLine(draft, engine.findCode(given));
           engine.setCustomer(draft, customer);
           const { total } = engine.figures(draft);
           const { bill } = await engine.issue(draft, [{ mode: 'credit', amount: total }]);
           const receipt = await engine.takeReceipt({ customer: customer.id, amount: 5000, mode: 'cash' });
           return { customer, bill: bill.number, receipt: receipt.number, found: engine.searchCustomers('9820012345').length, listed: (await engine.bills({ text: 'ravi' })).length };""",
        DAL,
    )
    assert made["customer"]["name"] == "Ravi  Kumar"
    assert (made["bill"], made["receipt"], made["found"], made["listed"]) == ("26A1/000001", "26A1P/000001", 1, 2)
    counter.wait_sent()
    with read_books(counter.shop.actor) as books:
        party = books.session.scalars(select(Party).where(Party.name.like("Ravi%"))).one()
        receipt = books.session.scalars(select(Receipt)).one()
        assert party_due(books, party.id) == 95_00
        assert (receipt.number, receipt.party_id) == ("26A1P/000001", party.id)


def test_credit_to_nobody_is_refused(counter: Counter) -> None:
    script = "const draft = await engine.currentDraft(); engine.addLine(draft, engine.findCode(given)); await engine.issue(draft, [{ mode: 'credit', amount: 14500 }]);"
    assert counter.refusal(script, DAL)["code"] == "credit"
    assert counter.run("return (await engine.pending()).length") == 0


def test_item_made_while_billing(counter: Counter, server_books: Books) -> None:
    made = counter.run(
        """const item = await engine.addItem({ name: 'Fresh coriander', price: 1000000, tax: 'nil', code: '20000011' });
           const draft = await engine.currentDraft();
           engine.addLine(draft, engine.findCode('20000011'));
           const figures = engine.figures(draft);
           const { bill } = await engine.issue(draft, [{ mode: 'cash', amount: figures.total }]);
           return { kind: bill.doc.kind, total: bill.total };"""
    )
    assert made == {"kind": "bill_of_supply", "total": 10_00}
    counter.wait_sent()
    assert server_books.bills() == {"26A1/000001": 10_00}
    assert counter.run("return engine.pending()") == []


def test_return_in_two_parts_adds_up_to_the_bill(counter: Counter, server_books: Books) -> None:
    bill = counter.bill(SOAP, 3)
    give_back = """
        const asked = [{ line: 1, qty: given.qty }];
        const { totals } = await engine.returnFigures(given.id, asked);
        const { bill } = await engine.issueReturn(given.id, asked, totals.total ? [{ mode: 'cash', amount: totals.total }] : [], { reason: 'torn' });
        return [bill.number, bill.total, bill.doc.against_number];
    """
    first = counter.run(give_back, {"id": bill["id"], "qty": 1000})
    assert first == ["26A1R/000001", 40_00, bill["number"]]
    assert counter.run("return (await engine.returnable(given))[0].left", bill["id"]) == 2000
    refused = counter.refusal("await engine.returnFigures(given, [{ line: 1, qty: 2001 }])", bill["id"])
    assert refused["code"] == "over_return"
    second = counter.run(give_back, {"id": bill["id"], "qty": 2000})
    assert (second[0], first[1] + second[1]) == ("26A1R/000002", bill["total"])
    counter.wait_sent()
    assert server_books.bills() == {"26A1/000001": 120_00, "26A1R/000001": 40_00, "26A1R/000002": 80_00}
    assert counter.run("return engine.counts.quarantined") == 0


def test_cancel_today_only_once_and_not_after_a_return(counter: Counter) -> None:
    first, second = counter.bill(), counter.bill()
    cancelled = counter.run("return (await engine.cancel(given, 'wrong customer')).cancelled.reason", first["id"])
    assert cancelled == "wrong customer"
    assert counter.refusal("await engine.cancel(given, '')", first["id"])["code"] == "cancelled"
    assert counter.refusal("await engine.returnable(given)", first["id"])["code"] == "cancelled"
    counter.run("await engine.issueReturn(given, [{ line: 1, qty: 1000 }], [{ mode: 'cash', amount: 14500 }])", second["id"])
    assert counter.refusal("await engine.cancel(given, '')", second["id"])["code"] == "returned"
    third = counter.bill()
    tomorrow = (
        "const now = Date.now; Date.now = () => now() + 86_400_000; try { await engine.cancel(given, ''); } finally { Date.now = now; }"
    )
    assert counter.refusal(tomorrow, third["id"])["code"] == "not_today"
    counter.wait_sent()
    with read_books(counter.shop.actor) as books:
        assert [str(row.invoice_id) for row in books.session.scalars(select(InvoiceCancellation))] == [first["id"]]


SHIFT_DAY = """
    await engine.openShift({ float: 50000 });
    const sell = async (code, tenders) => {
      const draft = await engine.currentDraft();
      engine.addLine(draft, engine.findCode(code));
      return (await engine.issue(draft, tenders)).bill;
    };
    await sell(given.dal, [{ mode: 'cash', amount: 14500, given: 20000 }]);
    await sell(given.soap, [{ mode: 'upi', amount: 4000 }]);
    const wrong = await sell(given.soap, [{ mode: 'cash', amount: 4000 }]);
    await engine.cancel(wrong.id, 'mistake');
    await engine.cashMove({ amount: -10000, purpose: 'expense', reason: 'tea' });
    await engine.cashMove({ amount: 2000, purpose: 'float', reason: 'change' });
    return engine.shiftTotals();
"""


def test_a_shift_from_float_to_z(counter: Counter) -> None:
    x_report = counter.run(SHIFT_DAY, {"dal": DAL, "soap": SOAP})
    expected = 500_00 + 145_00 - 100_00 + 20_00
    assert (x_report["bills"]["n"], x_report["bills"]["total"], x_report["expected"]) == (2, 185_00, expected)
    assert x_report["byMode"] == {"cash": 145_00, "upi": 40_00, "card": 0, "credit": 0, "bank": 0}
    assert (x_report["cancelled"], x_report["balanced"]) == ({"n": 1, "total": 40_00}, True)
    assert (x_report["first"], x_report["last"]) == ("26A1/000001", "26A1/000003")
    assert counter.refusal("await engine.openShift({ float: 0 })")["code"] == "shift_open"
    counter.wait_sent()
    assert counter.refusal("await engine.closeShift({ counted: 100, denominations: { 50000: 1 } })")["code"] == "tender"
    z_report = counter.run("return engine.closeShift({ counted: 56000, denominations: { 50000: 1, 2000: 3 } })")
    assert (z_report["counted"], z_report["difference"]) == (560_00, 560_00 - expected)
    assert counter.run("return [engine.shift, (await engine.lastReport()).counted]") == [None, 560_00]
    counter.wait_sent()
    with read_books(counter.shop.actor) as books:
        shift = books.session.scalars(select(Shift)).one()
        assert (shift.float_paise, shift.counted_paise, shift.expected_paise) == (500_00, 560_00, expected)
        assert sorted(books.session.scalars(select(CashMove.amount_paise))) == [-100_00, 20_00]
        assert {row.shift_id for row in books.session.scalars(select(Invoice))} == {shift.id}


def test_a_shift_is_not_closed_over_unsent_bills(counter: Counter) -> None:
    counter.run("await engine.openShift({ float: 0 })")
    counter.wait_sent()
    counter.page.context.set_offline(True)
    counter.bill()
    refused = counter.refusal("await engine.closeShift({ counted: 14500 })")
    assert (refused["code"], refused["problem"]) == ("unsent", "1 document has not reached the server yet.")
    report = counter.run("return engine.closeShift({ counted: 14500, override: 'Asha' })")
    assert report["difference"] == 0
    counter.page.context.set_offline(False)
    counter.wait_sent()
    assert counter.run("return engine.counts.quarantined") == 0


def test_prints_are_counted(counter: Counter) -> None:
    bill = counter.bill()
    assert counter.run("return [await engine.printed(given), await engine.printed(given)]", bill["id"]) == [1, 2]


def test_lists_find_by_number_amount_and_day(counter: Counter) -> None:
    counter.bill()
    counter.bill(SOAP)
    numbers = "return Promise.all(given.map(async (asked) => (await engine.bills(asked)).map((bill) => bill.number)))"
    today = counter.run("return engine.today()")
    found = counter.run(numbers, [{}, {"text": "000002"}, {"text": "145"}, {"day": today, "limit": 1}, {"day": "2020-01-01"}])
    one, two = "26A1/000001", "26A1/000002"
    assert found == [[two, one], [two], [one], [two], []]


def test_bad_figures_are_refused_and_use_no_number(counter: Counter) -> None:
    script = """
        const draft = engine.newDraft();
        engine.addLine(draft, engine.findCode(given.code));
        Object.assign(draft.lines[0], given.line);
        Object.assign(draft, given.draft);
        try {
          await engine.issue(draft, [{ mode: 'cash', amount: given.amount ?? 14500 }]);
        } finally {
          await engine.discard(draft.id);
        }
    """
    cases: list[dict[str, Any]] = [
        {"line": {"qty": 0}},
        {"line": {"qty": -1000}},
        {"line": {"qty": 1e15}},
        {"line": {"qty": 1.5}},
        {"line": {"price": -1}},
        {"line": {"price": float(Decimal("1e300"))}},
        {"line": {"disc": {"bp": 10_001}}},
        {"line": {"disc": {"paise": 14501}}},
        {"draft": {"disc": {"paise": 14501}}},
        {"amount": 14499},
        {"amount": 0},
        {"draft": {"lines": []}},
        {"line": {"tax": "no such class"}},
    ]
    for case in cases:
        assert counter.refusal(script, {"code": DAL, "line": {}, "draft": {}, **case})["problem"], case
    long = "const draft = engine.newDraft(); engine.addLine(draft, engine.findCode(given)); draft.lines = Array.from({ length: 1001 }, () => ({ ...draft.lines[0] })); try { await engine.issue(draft, [{ mode: 'cash', amount: 14500 * 1001 }]); } finally { await engine.discard(draft.id); }"
    assert counter.refusal(long, DAL)["code"] == "too_long"
    assert counter.bill()["number"] == "26A1/000001"


def test_strange_texts_reach_the_books(counter: Counter, server_books: Books) -> None:
    counter.run(
        """const draft = await engine.currentDraft();
           engine.addLine(draft, engine.findCode(given));
           draft.lines[0].name = '🧾\\u0000 ' + 'x'.repeat(10000);
           draft.note = '\\u202eمرحبا\\nline\\u0007 \\ud800';
           engine.setCustomer(draft, null);
           draft.party = { name: '\\u0001Asha', phone: '', gstin: null, state_code: null, address: 'a\\nb' };
           await engine.issue(draft, [{ mode: 'cash', amount: 14500 }]);""",
        DAL,
    )
    counter.wait_sent()
    assert counter.run("return engine.counts.quarantined") == 0
    assert server_books.numbers() == ["26A1/000001"]


def test_events_tell_the_other_tab(counter: Counter, another_tab: Counter) -> None:
    another_tab.run("engine.addEventListener('shift', () => { document.title = 'shift heard'; })")
    counter.run("await engine.openShift({ float: 100 })")
    expect(another_tab.page).to_have_title("shift heard")
    assert another_tab.run("return engine.shift.float") == 100


def test_bill_script_is_idempotent(counter: Counter) -> None:
    """The same draft again, long after, is the same bill."""
    again = counter.run(
        f"const first = await (async () => {{ {BILL} }})(); const draft = {{ ...engine.newDraft(), id: first.id }}; engine.addLine(draft, engine.findCode(given.code)); const second = await engine.issue(draft, [{{ mode: 'cash', amount: 14500 }}]); return [first.number, second.bill.number, second.already];",
        {"code": DAL, "times": 1},
    )
    assert again == ["26A1/000001", "26A1/000001", True]
