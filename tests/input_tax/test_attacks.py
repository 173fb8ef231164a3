"""What somebody who means harm, or only clicks twice, tries with input tax; and what a careful accountant asks of the figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from tests.input_tax.desk import NOVEMBER, OCTOBER, TODAY, Desk
from tests.input_tax.test_reversals import OLD, by_hand, pay, post, rule_37
from webapp.gst_returns import Taxes, registration
from webapp.gst_returns.told import Total
from webapp.input_tax import Tax, forms, posted, proposals, service
from webapp.input_tax.rules import CommonCredit
from webapp.input_tax.service import AssetDraft
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import Books

YEAR = FinancialYear(2026)


def test_the_year_is_put_right_once_and_what_was_posted_for_it_counts(desk: Desk) -> None:
    desk.act(service.save_standing, desk.gstin, is_bank=False, opening=Tax(), version=0)
    wanted = proposals.Proposal("42Y", "rules", Tax(0, 5_00, 5_00), working={"year": "2025-26"})
    post(desk, wanted, month=OCTOBER)
    with pytest.raises(Conflict, match="posted for"):
        post(desk, wanted)  # another month, the same year
    post(desk, proposals.Proposal("42Y", "rules", Tax(0, 7_00), working={"year": str(YEAR)}))
    post(desk, proposals.Proposal("42Y", "extra", Tax(0, 1_00), working={"year": str(YEAR)}))
    worked = desk.read(lambda books: proposals.true_up(books, desk.gstin, YEAR))
    assert (worked.posted, worked.too_much) == (Tax(0, 6_00), Tax(0, 6_00))
    before = desk.read(lambda books: proposals.true_up(books, desk.gstin, FinancialYear(2025)))
    assert before.posted == Tax(0, 5_00, 5_00)


def test_what_a_bill_claimed_again_stands_on_its_own_reversal(desk: Desk) -> None:
    bill = desk.buy(day=OLD)
    first = post(desk, rule_37(desk, OCTOBER)["temporary"], month=OCTOBER)
    pay(desk, bill, bill.total_paise, date(2026, 11, 2))
    post(desk, rule_37(desk)["reclaim"])
    by_hand(desk, Tax(0, 900_00, 900_00))  # the balance alone would bear it
    with pytest.raises(Conflict, match="claimed again since"):
        desk.act(service.cancel, first.id, reason="Paid after all")


@pytest.mark.parametrize("typed", ["personal-cgst", "exempt-igst", "taxable-sgst"])
def test_common_credit_is_not_lowered_by_figures_below_nothing(typed: str) -> None:
    worked = CommonCredit(Tax(10_00, 10_00, 10_00), Tax(), Tax(), Tax(), Tax(), 1, 2)
    with pytest.raises(InvalidInput) as refused:
        forms.parse_common(MultiDict({"typed": "1", typed: "-5"}), worked)
    assert set(refused.value.errors) == {typed}


def test_no_more_than_the_whole_turnover_is_exempt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credit notes of taxable sales are more than its sales: without a bound more than C2 would go back, and C3 fall below nothing."""

    told = [Total("nil", 1, Taxes(1000_00), 0), Total("cdnr", 1, Taxes(-400_00), 0)]
    monkeypatch.setattr(proposals, "totals", lambda _told: told)
    exempt, all_ = desk.read(lambda books: proposals.turnover(books, desk.gstin, NOVEMBER))
    own = CommonCredit(Tax(101), Tax(), Tax(), Tax(), Tax(), exempt, all_, is_mixed=True)
    assert (exempt, all_, own.d1, own.d1 + own.d2 + own.c3) == (600_00, 600_00, Tax(101), own.c2)


def test_a_voucher_said_to_be_reversed_for_the_time_being_may_be_claimed_again(desk: Desk, other: Desk) -> None:
    voucher = desk.journal("expenses", "input-cgst", 50)
    assert desk.read(lambda books: posted.statement(books, desk.gstin)) == []
    desk.act(service.mark, voucher, 0, "temporary")
    assert desk.told().temporary.tax == Tax(0, 50_00)
    assert desk.read(lambda books: posted.balance(books, desk.gstin)) == Tax(0, 50_00)
    assert other.read(lambda books: posted.balance(books, other.gstin)) == Tax()
    by_hand(desk, Tax(0, 50_00), rule="again", cell="reclaim")
    for told_as in ("", "rules"):
        with pytest.raises(BooksError, match="more credit would be claimed again"):
            desk.act(service.mark, voucher, 0, told_as)
    with pytest.raises(BooksError, match="would be claimed again"):
        by_hand(desk, Tax(0, 1), rule="again", cell="reclaim")
    assert desk.told().temporary.tax == Tax(0, 50_00)
    assert desk.told().net == desk.moved()


def test_goods_of_a_bill_come_into_the_register_once(desk: Desk) -> None:
    bill = desk.buy(desk.buyer.expense("expenses", 1000, tax=18), desk.buyer.expense("expenses", 500, tax=18, is_claimed=False))

    def add(tax: Tax) -> Any:
        return desk.act(service.add_asset, AssetDraft(new_id(), desk.gstin, "Cold room", "C/1", TODAY, tax, "common", bill.id))

    add(Tax(0, 60_00, 90_00))
    with pytest.raises(InvalidInput) as refused:
        add(Tax(1, 30_01, 1))
    assert refused.value.errors["cgst"].startswith("Of this bill ₹30.00 is left")
    assert set(refused.value.errors) == {"igst", "cgst", "sgst"}
    add(Tax(0, 30_00))
    gone = desk.buy(desk.buyer.expense("expenses", 1000, tax=18))
    desk.buyer.cancel(gone.id)
    with pytest.raises(NotFound):
        desk.act(service.add_asset, AssetDraft(new_id(), desk.gstin, "Lamp", "", TODAY, Tax(0, 1), "common", gone.id))


def test_the_hundred_and_eightieth_day_is_in_time(desk: Desk) -> None:
    desk.buy(day=date(2026, 5, 24))  # 180 days before 20 November
    assert rule_37(desk) == {}
    desk.buy(day=date(2026, 5, 23))
    assert rule_37(desk)["temporary"].tax == Tax(0, 90_00, 90_00)


def test_goods_out_of_the_country_count_as_for_taxable_sales(desk: Desk) -> None:
    desk.imported(1000)

    def ask(books: Books) -> CommonCredit:
        assert registration(books, desk.gstin)
        return proposals.common_credit(proposals.month_entries(books, desk.gstin, NOVEMBER), 1, 2)

    own = desk.read(ask)
    assert (own.total, own.c2) == (desk.moved(), Tax())
