"""A scheme from the office's sheet and the till to the books and back: what is taken off, kept, flagged and credited."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.sales.test_office import form, issue
from tests.sales.trade import Trade
from tests.schemes.conftest import buy_two_get_one, put
from webapp import books_check, catalogue, orders, sales, schemes
from webapp.catalogue import ListDraft, PriceDraft
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.orders import converting
from webapp.orders.recurring import template
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books
from webapp.sales import LineOffer
from webapp.sales.offers import offers_of
from webapp.sales.typed import read_sheet
from webapp.schemes import Kind, Scheme, Step

pytestmark = pytest.mark.database


def offs(trade: Trade, invoice_id: UUID) -> dict[int, int]:
    found = trade.read(lambda books: offers_of(books, [invoice_id]))
    return {line: sum(offer.off for offer in own) for (_id, line), own in found.items()}


def test_the_sheet_gives_a_scheme_and_each_return_credits_what_was_truly_paid(trade: Trade, other: Trade) -> None:
    put(trade, buy_two_get_one(trade))
    put(other, replace(buy_two_get_one(trade), id=str(new_id())))
    bill = issue(trade, form(("Soap", "3"), ("Dal", "1"), pay="cash"))
    assert (bill.figures.total, bill.figures.discount) == (236_00 + 105_00, 118_00)
    assert bill.figures.taxable == 200_00 + 100_00, "the value is less by the discount: section 15(3)(a)"
    assert offs(trade, bill.invoice_id) == {1: 118_00}
    # Three times one of three: 78.67, 78.66, 78.67; never the 118.00 on the label.
    notes = [trade.take_back(bill, (1, 1)) for _ in range(3)]
    assert [note.figures.lines[0].total for note in notes] == [78_67, 78_66, 78_67]
    assert sum(note.figures.total for note in notes) + 105_00 == bill.figures.total
    assert [offs(trade, note.invoice_id)[1] for note in notes] == [39_33, 39_34, 39_33]
    assert trade.read(books_check.verify_books).breaches == []


def test_a_gift_of_other_goods_is_shared_so_that_bringing_back_the_paid_one_alone_gains_nothing(trade: Trade) -> None:
    soap, paste = (catalogue_goods(trade, name) for name in ("Soap", "Paste"))
    put(trade, buy_two_get_one(trade, buy=1000, goods=paste, gives=soap))
    bill = issue(trade, form(("Paste", "1"), ("Soap", "1"), pay="cash"))
    assert bill.figures.total == 236_00
    assert trade.take_back(bill, (1, 1)).figures.total == 157_00, "two thirds of what was paid, not the 236.00 on its label"


def catalogue_goods(trade: Trade, name: str) -> schemes.Goods:
    return schemes.Goods(frozenset({str(trade.items[name])}))


def test_what_is_typed_stands_alone(trade: Trade) -> None:
    put(trade, buy_two_get_one(trade))
    assert issue(trade, form(("Soap", "3", "", "", "0"), pay="cash")).figures.total == 354_00
    assert issue(trade, form(("Soap", "3", "", "100"), pay="cash")).figures.total == 300_00
    assert issue(trade, form(("Soap", "2"), ("Soap", "1", "", "118"), pay="cash")).figures.total == 354_00


def test_a_scheme_for_customers_of_a_list_is_theirs_alone(trade: Trade) -> None:
    meera, ravi = trade.customer("Meera"), trade.customer("Ravi")
    with open_books(trade.actor) as books:
        list_id = catalogue.create_price_list(books, ListDraft("Members", is_for_all=False))
        catalogue.give_list(books, meera, list_id)
    put(trade, buy_two_get_one(trade, lists=frozenset({str(list_id)})))
    totals = {name: issue(trade, form(("Soap", "3"), pay="cash", party=name)).figures.total for name in ("Meera", "Ravi")}
    assert totals == {"Meera": 236_00, "Ravi": 354_00}, ravi


def from_till(trade: Trade, off: int, scheme: str, **more: Any) -> sales.Issued:
    line = replace(trade.line("Soap", 3, disc=off / 100), offers=(LineOffer(UUID(scheme), "Buy 2 get 1 free", Paise(off)),), **more)
    return trade.issue(trade.sale(line, total=(354_00 - off) / 100, has_happened=True))


@pytest.mark.parametrize(("off", "by_hand", "flagged"), [(118_00, False, False), (236_00, False, True), (118_00, True, True)])
def test_a_till_that_gives_otherwise_is_flagged_and_its_bill_stands(trade: Trade, off: int, flagged: bool, by_hand: bool) -> None:
    scheme = buy_two_get_one(trade)
    put(trade, scheme)
    bill = from_till(trade, off, scheme.id, is_by_hand=by_hand)
    assert ("scheme_differs" in {flag.kind.value for flag in bill.flags}) is flagged
    assert offs(trade, bill.invoice_id) == {1: off}


def test_a_scheme_nobody_here_knows_is_flagged_and_one_that_was_archived_since(trade: Trade) -> None:
    assert {flag.kind.value for flag in from_till(trade, 118_00, str(new_id())).flags} == {"scheme_differs"}


def test_a_till_that_prices_by_an_older_list_is_flagged(trade: Trade) -> None:
    with open_books(trade.actor) as books:
        list_id = catalogue.create_price_list(books, ListDraft("Retail", is_for_all=True))
        catalogue.set_prices(books, list_id, [PriceDraft(trade.items["Soap"], MilliPaise(110_00_000), books.today)])
    for rupees, flags in ((110, set()), (100, {"price_differs"})):
        sold = trade.sale(trade.line("Soap", 1, rupees=rupees, list_id=list_id), total=rupees, has_happened=True)
        assert {flag.kind.value for flag in trade.issue(sold).flags} == flags


@pytest.mark.parametrize(("batches", "flagged"), [(("A", "B"), False), (("", ""), True), (("A", ""), True)])
def test_what_the_shelf_took_apart_reaches_a_break_together_and_what_a_person_put_apart_does_not(
    trade: Trade, batches: tuple[str, str], flagged: bool
) -> None:
    with open_books(trade.actor) as books:
        list_id = catalogue.create_price_list(books, ListDraft("Retail", is_for_all=True))
        rows = [
            PriceDraft(trade.items["Soap"], MilliPaise(price * 100_000), books.today, Qty(least))
            for price, least in ((110, 0), (90, 12_000))
        ]
        catalogue.set_prices(books, list_id, rows)
    lines = [trade.line("Soap", qty, rupees=90, list_id=list_id, batch=batch) for qty, batch in zip((7, 5), batches, strict=True)]
    bill = trade.issue(trade.sale(*lines, total=1080, has_happened=True))
    assert ("price_differs" in {flag.kind.value for flag in bill.flags}) is flagged


def test_a_scheme_that_ended_yesterday_holds_for_the_bill_of_yesterday_that_comes_today(trade: Trade, other: Trade) -> None:
    yesterday = trade.read(lambda books: books.today) - timedelta(days=1)
    ended = buy_two_get_one(trade, starts_on="2026-01-01", ends_on=yesterday.isoformat())
    put(trade, ended)
    theirs = buy_two_get_one(trade)
    put(other, theirs)
    elsewhere = buy_two_get_one(trade, name="Elsewhere", starts_on="2030-01-01", stores=frozenset({str(new_id())}))
    put(trade, elsewhere)

    def flagged(scheme: Scheme, **more: Any) -> bool:
        line = replace(trade.line("Soap", 3, disc=118), offers=(LineOffer(UUID(scheme.id), scheme.name, Paise(118_00)),))
        bill = trade.issue(replace(trade.sale(line, total=236, has_happened=True), **more))
        assert offs(trade, bill.invoice_id) == {1: 118_00}, "it stands as it was printed"
        return "scheme_differs" in {flag.kind.value for flag in bill.flags}

    assert not flagged(ended, invoice_date=yesterday)
    assert [flagged(one) for one in (ended, theirs, elsewhere)] == [True, True, True]


def test_what_a_scheme_cost_is_told_less_what_came_back_and_without_what_was_cancelled(trade: Trade) -> None:
    put(trade, buy_two_get_one(trade))
    put(trade, Scheme(str(new_id()), "Big bill", Kind.BILL, steps=(Step(500_00, 1000),)))
    kept = issue(trade, form(("Soap", "3"), pay="cash"))
    trade.take_back(kept, (1, 3))
    trade.cancel(issue(trade, form(("Soap", "3"), pay="cash")))
    issue(trade, form(("Soap", "6"), ("Paste", "1"), pay="cash"))  # 708 + 236 - 236 = 708: a tenth off
    found = trade.read(lambda books: sales.scheme_costs(books, books.today, books.today))
    assert [(row.name, row.bills, row.given, row.back, row.cost) for row in found] == [
        ("Buy 2 get 1 free", 2, 354_00, 118_00, 236_00),
        ("Big bill", 1, 70_80, 0, 70_80),
    ]


def test_a_quotation_gives_the_scheme_and_its_bill_keeps_it_once(trade: Trade) -> None:
    trade.customer("Meera", credit_days=30)
    scheme = buy_two_get_one(trade)
    put(trade, scheme)
    put(trade, Scheme(str(new_id()), "Big bill", Kind.BILL, steps=(Step(200_00, 1000),)))
    with open_books(trade.actor) as books:
        asked = orders.NewDocument("quotation", read_sheet(form(("Soap", "3"), party="Meera")))
        quoted = orders.create(books, asked)
    assert quoted.total_paise == 212_00, "236.00 less a tenth is 212.40"
    with open_books(trade.actor) as books:
        schemes.put_scheme_away(books, UUID(scheme.id), 1, away=True)
    with open_books(trade.actor) as books:
        bill = orders.invoice_from(books, quoted.id, id_=new_id())
    assert (bill.figures.total, offs(trade, bill.invoice_id)) == (212_00, {1: 118_00 + 23_60})
    costs = trade.read(lambda books: sales.scheme_costs(books, books.today, books.today))
    assert [(row.name, row.given) for row in costs] == [("Buy 2 get 1 free", 118_00), ("Big bill", 23_60)]


def test_what_a_quotation_promised_goes_with_the_pieces_that_are_billed_and_counts_against_no_limit(trade: Trade, other: Trade) -> None:
    trade.customer("Meera", credit_days=30)
    trade.limits(cashier={"most_discount_bp": 500})
    put(trade, buy_two_get_one(trade))
    clerk = replace(trade.actor, role=Role.CASHIER, user_id=new_id())
    with open_books(trade.actor) as books:
        quoted = orders.create(books, orders.NewDocument("quotation", read_sheet(form(("Soap", "3"), party="Meera"))))
        order = orders.convert(books, quoted.id, "order", id_=new_id())
    row = converting.sheet_of([trade.read(lambda books: orders.document(books, order.id))], new_id(), order.document_date)
    (line,) = row.lines

    def billed(off: str) -> sales.Issued:
        typed = replace(row, id=new_id(), lines=(replace(line, qty="1", discount=off),))
        with open_books(clerk) as books:
            return converting.issue(books, typed)

    with pytest.raises(InvalidInput) as refused:
        billed("60.00")  # the scheme's third of 118.00, and more than a twentieth of what it leaves
    assert set(refused.value.errors) == {"limit_reason"}
    bills = [billed(off) for off in ("39.33", "39.34", "39.33")]
    assert [offs(trade, bill.invoice_id) for bill in bills] == [{1: 39_33}, {1: 39_34}, {1: 39_33}]
    # All of it is billed: who names the row again, or names it for a company that has no such document, is promised nothing.
    again = sales.TypedSheet(new_id(), party="Meera", lines=(replace(line, qty="1", discount="39.33"),))
    with open_books(clerk) as books, pytest.raises(InvalidInput) as refused:
        sales.issue_invoice(books, again)
    assert set(refused.value.errors) == {"limit_reason"}
    assert other.read(lambda books: orders.offers_promised(books, [(order.id, 1)])) == {}
    kept = trade.read(lambda books: orders.offers_promised(books, [(order.id, 1)])[order.id, 1])
    assert kept.share(trade.items["Soap"], Qty(1)) == kept.share(trade.items["Dal"], Qty(0)) == ()


def test_a_set_of_several_goods_comes_back_in_any_order_for_exactly_what_was_paid(trade: Trade) -> None:
    """Soap 118, paste 236, dal 105 of three rates as a set for 333.33, two sets and a soap beside: six ways home."""
    parts = tuple((str(trade.items[name]), 1000) for name in ("Soap", "Paste", "Dal"))
    put(trade, Scheme(str(new_id()), "Set", Kind.BUNDLE, parts=parts, price=333_33))
    pieces = [(1, 1)] * 3 + [(2, 1)] * 2 + [(3, 0.5)] * 4
    for seed in range(6):
        bill = issue(trade, form(("Soap", "3"), ("Paste", "2"), ("Dal", "2"), pay="cash"))
        assert bill.figures.total == 785_00, "twice 333.33 and 118.00, to the rupee"
        way = random.Random(seed).sample(pieces, len(pieces))
        notes = [trade.take_back(bill, piece) for piece in way]
        so_far = list(itertools.accumulate(note.figures.total for note in notes))
        assert max(so_far) == so_far[-1] == bill.figures.total
        assert sum(sum(offs(trade, note.invoice_id).values()) for note in notes) == bill.figures.discount
    assert trade.read(books_check.verify_books).breaches == []


def test_an_invoice_that_comes_again_takes_no_scheme_and_a_revision_keeps_the_discount_as_its_own(trade: Trade) -> None:
    trade.customer("Meera", credit_days=30)
    put(trade, buy_two_get_one(trade))
    with open_books(trade.actor) as books:
        quoted = orders.create(books, orders.NewDocument("quotation", read_sheet(form(("Soap", "3"), party="Meera"))))
        asked = orders.TemplateCommand(new_id(), "Soap", "month", books.today, None, issues=True)
        orders.create_template(books, quoted.id, asked)
        assert orders.make_due(books) == 1
    assert quoted.total_paise == 236_00
    again = trade.read(lambda books: template(books, asked.id).newest_id)
    assert trade.read(lambda books: sales.invoice(books, again)).header.total_paise == 354_00
    assert offs(trade, again) == {}
    typed = form(("Soap", "3"), party="Meera") | {"rate-1": "118", "discount-1": "118"}
    with open_books(trade.actor) as books:
        revised = orders.create(books, orders.NewDocument("quotation", read_sheet(typed), revises=quoted.id, version=quoted.version))
        billed = orders.invoice_from(books, revised.id, id_=new_id())
    assert (billed.figures.total, offs(trade, billed.invoice_id)) == (236_00, {})
