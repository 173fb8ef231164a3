"""Reversals: what each rule works out, that it is posted once, what may be claimed again, and what taking back does."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.ground.limits import held_to_days_back
from tests.input_tax.desk import NOVEMBER, OCTOBER, TODAY, Desk
from webapp import ledger, outstandings
from webapp.input_tax import Tax, posted, proposals, queries, rules, service
from webapp.input_tax.models import ItcReversal
from webapp.input_tax.posted import ReversalRow
from webapp.input_tax.proposals import Proposal
from webapp.input_tax.rules import CommonCredit
from webapp.input_tax.service import AssetDraft, Post, Typed
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE
from webapp.kernel.posting import Slip, credit, debit
from webapp.platform.tenancy import Books
from webapp.purchases import BillRow, TaxBy

OLD = date(2026, 4, 10)


def post(desk: Desk, one: Proposal | None, *, month: int = NOVEMBER, id_: UUID | None = None, shown: Tax | None = None) -> ReversalRow:
    asked = Post(id_ or new_id(), desk.gstin, month, shown or (one.tax if one else Tax()), "0" * 64)
    return desk.act(service.post_proposal, asked, one)  # type: ignore[no-any-return]


def by_hand(desk: Desk, tax: Tax, *, rule: str = "37A", cell: str = "temporary", **more: Any) -> ReversalRow:
    given: dict[str, Any] = {"id": new_id(), "gstin": desk.gstin, "month": NOVEMBER, "reason": "He did not file", "body_sha256": "1" * 64}
    return desk.act(service.post_typed, Typed(**{**given, "rule": rule, "cell": cell, "tax": tax, **more}))  # type: ignore[no-any-return]


def pay(desk: Desk, bill: BillRow, paise: int, day: date = TODAY) -> None:
    """The supplier is paid from the bank, and the bill settled with it."""

    def act(books: Books) -> None:
        heads, id_ = ledger.heads(books), new_id()
        slip = Slip((debit(heads["creditors"], paise, bill.party_id), credit(heads["bank"], paise)))
        ledger.post(
            books, voucher_id=id_, heading=ledger.Heading("payment", f"P/{id_.hex[-6:]}", day, bill.store_id, "voucher", id_), slip=slip
        )
        (line,) = outstandings.party_lines_of(books, bill.id)
        outstandings.settle_what_can_be(books, bill.party_id, outstandings.LineKey(id_, 1), [(line, paise)], on=day)

    desk.act(act)


def rule_37(desk: Desk, month: int = NOVEMBER) -> dict[str, Proposal]:
    return {one.cell: one for one in desk.read(lambda books: proposals.rule_37(books, desk.gstin, month))}


def test_an_unpaid_bill_gives_its_credit_back_in_proportion_and_again_when_it_is_paid(desk: Desk, other: Desk) -> None:
    bill = desk.buy(day=OLD)  # 1000 and 180 of tax
    desk.buy(day=date(2026, 5, 30))  # 180 days are over on 26 November
    pay(desk, bill, 295_00)
    away = rule_37(desk)["temporary"]
    assert (away.tax, away.interest) == (Tax(0, 67_50, 67_50), rules.interest(135_00, OLD, TODAY))
    made = post(desk, away)
    assert desk.buyer.posted(made.id) == "Input CGST 67.50 Cr / Input SGST 67.50 Cr / Input tax reversed, to claim again 135.00 Dr"
    assert (made.posted_on, made.interest_paise) == (TODAY, away.interest)
    assert rule_37(desk) == {}
    pay(desk, bill, 590_00)
    again = rule_37(desk)["reclaim"]
    assert again.tax == Tax(0, 45_00, 45_00)
    post(desk, again)
    told = desk.told()
    assert (told.temporary.tax, told.reclaimed.tax, told.other.tax) == (Tax(0, 67_50, 67_50), again.tax, again.tax)
    assert told.net == desk.moved() == Tax(0, -22_50, -22_50)
    rows = desk.read(lambda books: posted.statement(books, desk.gstin))
    assert [(row.month, row.closing) for row in rows] == [(NOVEMBER, Tax(0, 22_50, 22_50))]
    # What was claimed again stands on what was reversed.
    with pytest.raises(BooksError, match="would be claimed again"):
        desk.act(service.cancel, made.id, reason="Paid after all")
    assert rule_37(other) == {}
    with pytest.raises(NotFound):
        other.act(service.cancel, made.id, reason="Not mine")
    with pytest.raises(NotFound):
        other.read(lambda books: proposals.rule_37(books, desk.gstin, NOVEMBER))


def test_a_bill_that_is_cancelled_after_its_credit_went_back_gives_it_again_and_only_from_then_on(desk: Desk) -> None:
    bill = desk.buy(day=OLD)
    post(desk, rule_37(desk)["temporary"])
    assert rule_37(desk, OCTOBER) == {}  # it is reversed, if in a later month
    desk.buyer.cancel(bill.id)
    assert rule_37(desk, OCTOBER) == {}
    again = rule_37(desk)["reclaim"]
    assert again.tax == Tax(0, 90_00, 90_00)
    post(desk, again)
    assert rule_37(desk) == {}
    told = desk.told()
    assert told.net == desk.moved() == Tax(0, -90_00, -90_00)  # the bill's own credit was April's


def test_a_debit_note_takes_its_part_off_what_was_unpaid(desk: Desk) -> None:
    bill = desk.buy(day=OLD)
    desk.buyer.give_back(bill, (1, 4))
    assert rule_37(desk)["temporary"].tax == Tax(0, 54_00, 54_00)
    desk.buyer.give_back(bill, (1, 6))
    assert rule_37(desk) == {}


def test_a_proposal_is_posted_once_and_only_as_it_was_shown(desk: Desk) -> None:
    desk.buy(day=OLD)
    away, id_ = rule_37(desk)["temporary"], new_id()
    with pytest.raises(Conflict, match="changed since"):
        post(desk, away, shown=Tax(0, 1, 1))
    with pytest.raises(Conflict, match="changed since"):
        post(desk, None, shown=away.tax)
    first = post(desk, away, id_=id_)
    assert post(desk, away, id_=id_) == first  # a second click
    with pytest.raises(Conflict, match="posted for Nov 2026 already"):
        post(desk, away)
    with pytest.raises(Conflict, match="other content"):
        by_hand(desk, Tax(1), id=id_)
    assert len(desk.read(lambda books: posted.reversals(books, desk.gstin))) == 1
    desk.act(service.cancel, first.id, reason="Wrong month")
    assert desk.act(service.cancel, first.id, reason="Again").cancel_reason == "Wrong month"
    assert desk.told().net == desk.moved() == Tax()
    assert post(desk, rule_37(desk)["temporary"]).tax == away.tax
    with pytest.raises(InvalidInput):
        post(desk, away, month=202612)


def test_the_database_keeps_a_rule_to_once_a_month(desk: Desk) -> None:
    one = by_hand(desk, Tax(5_00))
    two = by_hand(desk, Tax(6_00))

    def same_key(books: Books) -> None:
        books.session.execute(update(ItcReversal).where(ItcReversal.id.in_([one.id, two.id])).values(live_key="same"))

    with pytest.raises(IntegrityError):
        desk.act(same_key)


@pytest.mark.parametrize(
    ("tax", "more", "field"),
    [
        (Tax(), {}, "igst"),
        (Tax(-1), {}, "igst"),
        (Tax(0, 0, MOST_PAISE + 1), {}, "sgst"),
        (Tax(2**63), {}, "igst"),
        (Tax(1), {"cell": "rules"}, "rule"),
        (Tax(1), {"rule": "42", "cell": "rules"}, "rule"),
        (Tax(1), {"reason": " "}, "reason"),
        (Tax(1), {"month": 202612}, "month"),
    ],
)
def test_what_cannot_be_typed_is_refused_beside_its_field(desk: Desk, tax: Tax, more: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        by_hand(desk, tax, **more)
    assert set(refused.value.errors) == {field}


def test_no_more_is_claimed_again_than_stands_reversed_in_any_month(desk: Desk) -> None:
    desk.act(service.save_standing, desk.gstin, is_bank=False, opening=Tax(100_00), version=0)
    by_hand(desk, Tax(50_00, 7_00, 7_00))
    for tax, month in ((Tax(150_01), NOVEMBER), (Tax(0, 1, 0), OCTOBER), (Tax(0, 0, 0, 1), NOVEMBER)):
        with pytest.raises(BooksError, match="would be claimed again"):
            by_hand(desk, tax, rule="again", cell="reclaim", month=month)
    by_hand(desk, Tax(100_00), rule="again", cell="reclaim", month=OCTOBER)
    by_hand(desk, Tax(50_00), rule="again", cell="reclaim")
    with pytest.raises(BooksError, match="would be claimed again"):
        desk.act(service.save_standing, desk.gstin, is_bank=False, opening=Tax(99_99), version=1)
    with pytest.raises(Conflict):
        desk.act(service.save_standing, desk.gstin, is_bank=True, opening=Tax(100_00), version=0)
    with pytest.raises(InvalidInput) as refused:
        desk.act(service.save_standing, desk.gstin, is_bank=True, opening=Tax(2**63, 0, -1), version=1)
    assert set(refused.value.errors) == {"igst", "sgst"}
    rows = desk.read(lambda books: posted.statement(books, desk.gstin))
    assert [(row.month, row.opening, row.closing) for row in rows] == [
        (OCTOBER, Tax(100_00), Tax()),
        (NOVEMBER, Tax(), Tax(0, 7_00, 7_00)),
    ]
    assert desk.told().net == desk.moved()


def test_common_credit_is_parted_by_turnover() -> None:
    own = CommonCredit(Tax(1000_00), Tax(10_00), Tax(20_00), Tax(70_00), Tax(300_00), 25_000_00, 100_000_00, is_mixed=True)
    assert (own.c1, own.c2, own.d1, own.d2, own.c3) == (Tax(900_00), Tax(600_00), Tax(150_00), Tax(30_00), Tax(420_00))
    proposal = proposals.rule_42(own)
    assert proposal is not None
    assert proposal.tax == Tax(210_00)
    assert proposals.rule_42(CommonCredit(Tax(5), Tax(), Tax(), Tax(), Tax(), 0, 0)) is None


def sell_untaxed(desk: Desk, rupees: int) -> None:
    """A counter's sale of salt, through the office's own verb."""
    from tests.sales.trade import open_trade
    from webapp.sales import office
    from webapp.sales.typed import read_sheet

    trade = open_trade(desk.shop.actor)
    for name, tax in (("Book", "exempt"), ("Lamp", "gst-18")):
        trade.item(name, rupees if name == "Book" else rupees * 3.54, tax, stock_of=10, cost=1, hsn="4901")
        sheet = {"id": str(new_id()), "day": TODAY.isoformat(), "pay": "cash", "item-1": name, "qty-1": "1"}
        desk.act(lambda books, sheet=sheet: office.issue_invoice(books, read_sheet(sheet)))


def test_rules_42_and_43_of_a_month_and_the_year(desk: Desk) -> None:
    sell_untaxed(desk, 1000)  # a quarter of the turnover is exempt
    line = desk.buyer.expense
    desk.buy(line("expenses", 1000, tax=18), line("expenses", 500, tax=18, is_claimed=False), desk.buyer.line("Soap", 10, 100))

    def credit_of(books: Books) -> CommonCredit:
        turnover = proposals.turnover(books, desk.gstin, NOVEMBER)
        return proposals.common_credit(proposals.month_entries(books, desk.gstin, NOVEMBER), *turnover)

    own = desk.read(credit_of)
    assert (own.exempt_turnover, own.turnover) == (1000_00, 4000_00)
    assert (own.total, own.blocked, own.taxable) == (Tax(0, 225_00, 225_00), Tax(0, 45_00, 45_00), Tax(0, 90_00, 90_00))
    made = post(desk, proposals.rule_42(own))
    assert made.tax == Tax(0, 22_50, 22_50)
    assert desk.buyer.posted(made.id) == "GST that cannot be claimed 45.00 Dr / Input CGST 22.50 Cr / Input SGST 22.50 Cr"
    told = desk.told()
    assert told.rules.tax == Tax(0, 67_50, 67_50)
    assert told.net == desk.moved()
    year = desk.read(lambda books: proposals.rule_42_year(books, desk.gstin, FinancialYear(2026), TODAY))
    assert year is None  # the year so far is its month
    draft = AssetDraft(new_id(), desk.gstin, "Cold room", "C/1", date(2026, 9, 3), Tax(0, 6000_00, 6000_00), "common")
    asset = desk.act(service.add_asset, draft)
    te = proposals.rule_43([asset], NOVEMBER, own.exempt_turnover, own.turnover)
    assert te is not None
    assert te.tax == Tax(0, 25_00, 25_00)
    post(desk, te)
    gone = desk.act(service.change_asset, desk.gstin, asset.id, use="common", ended_on=date(2026, 10, 1), version=1)
    assert proposals.rule_43([gone], NOVEMBER, 1, 1) is None
    with pytest.raises(Conflict):
        desk.act(service.change_asset, desk.gstin, asset.id, use="taxable", ended_on=None, version=1)


def test_sixty_months_bear_the_whole_tax_of_capital_goods() -> None:
    tax = Tax(100_01, 7, 59, 61)
    assert sum((rules.month_share(tax, number) for number in range(-3, 70)), Tax()) == tax
    assert rules.months_between(202609, 202702) == 5


def test_the_year_puts_its_months_right(desk: Desk) -> None:
    sell_untaxed(desk, 1000)
    desk.buy(desk.buyer.expense("expenses", 1000, tax=18))
    # The month was posted when half of the turnover seemed exempt.
    wrong = CommonCredit(Tax(0, 90_00, 90_00), Tax(), Tax(), Tax(), Tax(), 50, 100)
    post(desk, proposals.rule_42(wrong))

    def year(books: Books) -> Proposal | None:
        return proposals.rule_42_year(books, desk.gstin, FinancialYear(2026), TODAY)

    assert desk.read(year) is None  # E and F of the year are those of its months, as they were posted
    desk.buy(desk.buyer.expense("expenses", 400, tax=18), day=date(2026, 10, 3))
    more = desk.read(year)
    assert (more.cell, more.tax) == ("rules", Tax(0, 18_00, 18_00))
    post(desk, more)
    assert desk.told().net == desk.moved()


def test_a_bank_gives_half_back(desk: Desk) -> None:
    desk.buy()
    found = desk.read(lambda books: proposals.month_entries(books, desk.gstin, NOVEMBER))
    half = proposals.rule_38(found)
    assert half is not None
    assert half.tax == Tax(0, 45_00, 45_00)


def test_wasted_goods_lose_the_tax_of_the_bill_that_bought_them(desk: Desk) -> None:
    from webapp import stock
    from webapp.kernel.movement import Movement, StockSlip

    desk.buy()

    def waste(books: Books) -> None:
        slip = StockSlip((Movement(1, desk.buyer.items["Soap"], desk.buyer.store_id, -3000),))  # type: ignore[arg-type]
        stock.record(books, document_id=new_id(), kind="wastage", moved_on=TODAY, slip=slip, policy=stock.Policy.REFUSE)

    desk.act(waste)
    lost = desk.read(lambda books: proposals.wasted(books, desk.gstin, NOVEMBER))
    assert (lost.tax, [line.name for line in lost.lines]) == (Tax(0, 27_00, 27_00), ["Soap"])


def test_what_a_person_says_of_a_paper_moves_it(desk: Desk, other: Desk) -> None:
    blocked = desk.buy(desk.buyer.expense("expenses", 100, tax=18, is_claimed=False))
    journal = desk.journal("input-igst", "expenses", 50)
    told = desk.told()
    assert (told.other.tax, told.rules.tax, told.net) == (Tax(50_00, 9_00, 9_00), Tax(0, 9_00, 9_00), Tax(50_00))
    desk.act(service.mark, blocked.id, 1, "late")
    desk.act(service.mark, journal, 0, "isd")
    told = desk.told()
    assert (told.isd.tax, told.rules.tax, told.ineligible.tax, told.net) == (Tax(50_00), Tax(), Tax(0, 9_00, 9_00), Tax(50_00))
    for voucher, line, word, refusal in (
        (blocked.id, 2, "late", NotFound),
        (blocked.id, 0, "isd", NotFound),
        (new_id(), 0, "isd", NotFound),
        (journal, 0, "late", InvalidInput),
    ):
        with pytest.raises(refusal):
            desk.act(service.mark, voucher, line, word)
    with pytest.raises(NotFound):
        other.act(service.mark, journal, 0, "isd")
    with pytest.raises(NotFound):
        other.act(service.add_asset, AssetDraft(new_id(), desk.gstin, "Lamp", "", TODAY, Tax(1), "common"))


def test_figures_for_the_return_beside_table_4(desk: Desk) -> None:
    buyer = desk.buyer
    buyer.supplier("Small Dealer", gstin="29AAGCB7383J1Z4", is_composition=True)
    desk.buy(buyer.line("Soap", 1, 70), buyer.line("Salt", 1, 30))
    desk.buy(buyer.line("Soap", 1, 40), of="Small Dealer")
    owed = desk.buy(buyer.expense("expenses", 200, tax=18), of="Porter", tax_by=TaxBy.REVERSE_CHARGE)
    table = desk.read(lambda books: queries.inward_supplies(books, desk.gstin, NOVEMBER))
    assert (table.intra_exempt.taxable, table.inter_exempt.taxable, table.intra_non_gst.taxable) == (30_00, 40_00, 0)
    due = desk.read(lambda books: queries.reverse_charge(books, desk.gstin, NOVEMBER))
    assert (due.taxable, due.tax, [row.id for row in due.rows]) == (200_00, Tax(0, 18_00, 18_00), [owed.id])
    assert desk.told().reverse_charge.tax == Tax(0, 18_00, 18_00)
    desk.buyer.cancel(owed.id)
    assert desk.read(lambda books: queries.reverse_charge(books, desk.gstin, NOVEMBER)).tax == Tax()


def test_a_reversal_is_dated_no_further_back_than_the_role_may(desk: Desk) -> None:
    given: dict[str, Any] = {"gstin": desk.gstin, "month": OCTOBER, "reason": "He did not file", "body_sha256": "1" * 64}
    typed = Typed(**given, id=new_id(), rule="37A", cell="temporary", tax=Tax(cgst=100))
    held_to_days_back(desk.shop.actor, 2, lambda books: service.post_typed(books, typed))
    desk.buy(desk.buyer.line("Soap", 10, 100), day=OLD)
    (one,) = rule_37(desk, OCTOBER).values()
    asked = Post(new_id(), desk.gstin, OCTOBER, one.tax, "0" * 64)
    held_to_days_back(desk.shop.actor, 2, lambda books: service.post_proposal(books, asked, one))
