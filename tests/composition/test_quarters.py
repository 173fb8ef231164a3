"""The tax of a quarter is its rate times its turnover, the year is the sum of its quarters, and both agree with the books."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.composition.dealer import APRIL, GSTIN, JULY, OCTOBER, Q1, Q2, Q3, YEAR, Dealer
from tests.conftest import Clock
from tests.ground.shops import Shop, found_sharma
from tests.support import refused
from webapp import books_check, composition, gst_returns, ledger
from webapp.company import PeriodLocked, period_locks
from webapp.composition import facts, queries, writing
from webapp.composition.told import Taxes, interest_on
from webapp.gst_returns import ReturnPeriod
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.money import rounded
from webapp.platform.tenancy import open_books, read_books

MAY, AUGUST, OCT = date(2026, 5, 11), date(2026, 8, 12), date(2026, 10, 5)


@pytest.mark.parametrize(("kind", "seed"), [("trader", 1), ("manufacturer", 2), ("restaurant", 3), ("services", 4)])
def test_any_quarters_are_rate_times_turnover_and_add_up_to_the_year(sharma: Shop, iyer: Shop, clock: Clock, kind: str, seed: int) -> None:
    dealer, other = Dealer.of(sharma, kind, seed), Dealer.of(iyer, "", 9)
    other.sell(("Soap", "5"), day=AUGUST)
    for span in (Q1.days, Q2.days, Q3.days):
        for _paper in range(9):
            dealer.at_random(span)
    half, base = {"trader": (50, "taxable"), "manufacturer": (50, ""), "restaurant": (250, ""), "services": (300, "")}[kind]
    quarters = [dealer.told(one) for one in (Q1, Q2, Q3)]
    for told in quarters:
        of = told.turnover.taxable if base else told.turnover.total
        assert told.outward == Taxes(told.turnover.total, rounded(of * half, 10_000), rounded(of * half, 10_000))
        # What is sold is what the sales accounts were credited, and reverse charge what its accounts owe.
        assert told.turnover.total == -moved(dealer, told.period, "sales", "sales-exempt", "sales-returns")
        owed = [-moved(dealer, told.period, f"reverse-charge-{head}") for head in ("cgst", "sgst", "igst", "cess")]
        assert list(told.inward[1:]) == owed
    year = dealer.year()
    whole = Taxes()
    for told in quarters:
        whole = whole.plus(told.due)
    assert year.due == whole
    assert sum(row.taxes.taxable for row in year.rates if not row.is_inward) == sum(told.turnover.total for told in quarters)
    bought = Taxes()
    for row in year.inward:
        bought = bought.plus(row.taxes)
    # Nothing of it is claimed: what was bought and its tax are costs.
    assert (bought.taxable, bought.tax) == (moved(dealer, YEAR, "expenses"), moved(dealer, YEAR, "gst-not-claimed"))
    with read_books(dealer.trade.actor) as books:
        assert list(books_check.verify_books(books).breaches) == []


def moved(dealer: Dealer, period: ReturnPeriod, *codes: str) -> int:
    """What accounts moved in a period, debit positive."""
    with read_books(dealer.trade.actor) as books:
        found = ledger.account_totals(books, period.days.first_day, period.days.last_day)
        heads = ledger.heads(books)
        rows = [found[heads[code]] for code in codes if heads[code] in found]
        return sum(row.debit - row.credit for row in rows)


def test_each_purchase_stands_in_its_table(dealer: Dealer) -> None:
    dealer.buy(100, "Gupta Traders", MAY)
    dealer.buy(200, "Far Mills", MAY)
    dealer.buy(300, "Gupta Traders", MAY, is_reverse=True)
    dealer.buy(400, "Ramu", MAY, tax=0)
    dealer.buy(500, "Ramu", MAY, is_reverse=True)
    dealer.buy(600, "Cloud Inc", MAY, is_reverse=True)
    gone = dealer.buy(700, "Gupta Traders", MAY, is_reverse=True)
    before = dealer.told(Q1).inward
    dealer.buyer.cancel(gone.id)  # today, in November: May was told with it
    assert dealer.told(Q1).inward == before == Taxes(2100_00, 135_00, 135_00, 108_00)
    assert dealer.told(Q3).inward == Taxes(-700_00, -63_00, -63_00)
    rows = {(row.table, row.taxes.taxable, row.is_inter, row.is_reverse_charge) for row in dealer.year().inward}
    assert rows == {
        ("4A", 100_00, False, False),
        ("4A", 200_00, True, False),
        ("4B", 300_00, False, True),
        ("4C", 400_00, False, False),
        ("4C", 500_00, False, True),
        ("4D", 600_00, True, True),
    }


def test_filing_posts_the_tax_once_and_locks_the_quarter(dealer: Dealer) -> None:
    dealer.sell(("Soap", "100"), day=AUGUST)  # 11,800: one per cent is 118
    dealer.buy(1000, "Ramu", AUGUST, is_reverse=True)
    wanted = dealer.asked(filed_on=date(2026, 10, 28), arn="AA271026000001A")  # ten days late
    row = dealer.file(wanted)
    assert dealer.file(wanted) == row
    assert row.tax_paise == 118_00 + 180_00
    late = rounded(149_00 * 1800 * 10, 10_000 * 365)
    with read_books(dealer.trade.actor) as books:
        kept = writing.read_cmp08(gst_returns.text_of(books, row.id), Q2)
    assert kept == dealer.told(Q2, date(2026, 10, 28))
    assert kept.interest == Taxes(0, late, late)
    own = late * 59 // 149
    assert dealer.buyer.posted(row.id) == (
        f"CGST payable under composition {59 + own / 100:.2f} Cr / CGST payable under reverse charge {(late - own) / 100:.2f} Cr / "
        f"GST under composition 118.00 Dr / SGST payable under composition {59 + own / 100:.2f} Cr / "
        f"SGST payable under reverse charge {(late - own) / 100:.2f} Cr / Shop expenses {2 * late / 100:.2f} Dr"
    )
    assert "was filed on" in refused(lambda: dealer.file(dealer.asked()), Conflict)
    for again in (lambda: dealer.sell(("Soap", "1"), day=AUGUST), lambda: dealer.buy(5, "Ramu", AUGUST)):
        with pytest.raises(PeriodLocked):
            again()
    dealer.reopen(row.id)
    assert [dealer.trade.balance(code) for code in ("composition-tax", "composition-cgst", "composition-sgst")] == [0, 0, 0]
    assert "taken back already" in refused(lambda: dealer.reopen(row.id), Conflict)
    dealer.sell(("Soap", "100"), day=AUGUST)
    again_filed = dealer.file(dealer.asked(filed_on=date(2026, 10, 18)))
    assert (again_filed.round, again_filed.tax_paise) == (2, 236_00 + 180_00)
    assert dealer.trade.balance("composition-tax") == 236_00
    with read_books(dealer.trade.actor) as books:
        assert list(books_check.verify_books(books).breaches) == []


def test_a_statement_of_nothing_that_is_sent_again_posts_nothing(dealer: Dealer) -> None:
    wanted = dealer.asked(filed_on=date(2026, 10, 18))
    row = dealer.file(wanted)
    dealer.reopen(row.id)
    dealer.sell(("Soap", "100"), day=AUGUST)
    assert dealer.file(wanted).stands is False
    assert dealer.trade.balance("composition-tax") == 0


def test_a_quarter_of_less_than_nothing_lowers_the_year(dealer: Dealer) -> None:
    bill = dealer.sell(("Soap", "10"), day=MAY)
    dealer.trade.take_back(bill, (1, 10))  # in November
    assert (dealer.told(Q1).outward.tax, dealer.told(Q3).outward.tax) == (11_80, -11_80)
    assert dealer.told(Q3, date(2027, 3, 1)).interest == Taxes()
    assert dealer.year().due == Taxes()
    for period in (Q1, Q2):
        dealer.file(dealer.asked(period))
    assert dealer.told(Q2).is_nil
    assert dealer.trade.balance("composition-tax") == 11_80


def test_the_year_needs_its_quarters_and_holds_them(dealer: Dealer, clock: Clock) -> None:
    dealer.sell(("Soap", "10"), day=MAY)
    clock.advance(days=140)  # April 2027
    rows = [dealer.file(dealer.asked(one)) for one in (Q1, Q2, Q3)]
    said = refused(lambda: dealer.file(dealer.asked(YEAR)), Conflict)
    assert "Jan 2027 – Mar 2027" in said
    dealer.file(dealer.asked(ReturnPeriod("quarter", 202703)))
    credit = composition.service.CreditDraft
    draft = credit(rows[0].id, "tds", "27AAPFU0939F1ZV", 1000_00, 0, 10_00, 10_00)
    with open_books(dealer.trade.actor) as books:
        composition.add_credit(books, GSTIN, YEAR, draft)
        composition.add_credit(books, GSTIN, YEAR, draft)
    year = dealer.year()
    assert (year.due, year.paid, len(year.credits)) == (Taxes(0, 5_90, 5_90), Taxes(0, 5_90, 5_90), 1)
    filed = dealer.file(dealer.asked(YEAR))
    assert "sums this statement up" in refused(lambda: dealer.reopen(rows[0].id), Conflict)
    with open_books(dealer.trade.actor) as books, pytest.raises(Conflict, match="GSTR-4 of"):
        composition.remove_credit(books, GSTIN, YEAR, draft.id)
    dealer.reopen(filed.id)
    dealer.reopen(rows[0].id)


@pytest.mark.parametrize(
    ("period", "more", "words"),
    [
        (Q3, {}, "is not over yet"),
        (Q2, {"shown": "0" * 64}, "changed since this return was shown"),
        (Q2, {"gstin": "33AABCI1234D1ZC"}, "registration"),
        (ReturnPeriod("month", 202609), {}, "return period"),
        (Q2, {"arn": "AA27"}, "15 letters and digits"),
        (Q2, {"filed_on": date(2026, 9, 30)}, "when its period is over"),
    ],
)
def test_what_cannot_be_filed_is_refused_and_posts_nothing(
    dealer: Dealer, period: ReturnPeriod, more: dict[str, object], words: str
) -> None:
    dealer.sell(("Soap", "1"), day=AUGUST)
    with pytest.raises((InvalidInput, Conflict, NotFound)) as refusal:
        dealer.file(dealer.asked(period, **more))
    told = " ".join(refusal.value.errors.values()) if isinstance(refusal.value, InvalidInput) else str(refusal.value)
    assert words in told
    assert dealer.trade.balance("composition-tax") == 0
    dealer.sell(("Soap", "1"), day=AUGUST)


def test_the_kind_is_said_by_quarter_and_not_under_a_filed_one(sharma: Shop, iyer: Shop) -> None:
    dealer = Dealer.of(sharma, "")
    dealer.sell(("Book", "10"), day=MAY)
    dealer.sell(("Book", "10"), day=AUGUST)
    assert "what kind of dealer" in refused(lambda: dealer.file(dealer.asked()), Conflict)
    dealer.say("trader", APRIL)
    dealer.say("manufacturer", JULY)
    assert [dealer.told(one).outward.tax for one in (Q1, Q2)] == [0, 9_30]
    dealer.file(dealer.asked(Q2))
    assert "is filed" in refused(lambda: dealer.say("trader", JULY), Conflict)
    dealer.say("restaurant", OCTOBER)
    for kind, month in (("shop", OCTOBER), ("trader", 202605), ("trader", 201804)):
        with pytest.raises(InvalidInput):
            dealer.say(kind, month)
    with pytest.raises(NotFound):
        dealer.say("trader", OCTOBER, "33AABCI1234D1ZC")
    with read_books(iyer.actor) as books:
        assert queries.kinds(books, GSTIN) == []
        assert composition.registrations(books) == []
        with pytest.raises(NotFound):
            composition.registration(books, GSTIN)


def test_anothers_filing_is_not_there(dealer: Dealer, iyer: Shop) -> None:
    row = dealer.file(dealer.asked())
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        composition.reopen(books, row.id, "Not mine")


def test_two_who_file_at_once_post_once(real_engine: Engine) -> None:
    dealer = Dealer.of(found_sharma())
    dealer.sell(("Soap", "100"), day=AUGUST)
    answers = at_once([partial(dealer.file, dealer.asked()) for _who in range(3)])
    assert sum(isinstance(one, Conflict) for one in answers) == 2, answers
    assert dealer.trade.balance("composition-tax") == 118_00
    with read_books(dealer.trade.actor) as books:
        assert {(lock.month, lock.scope) for lock in period_locks(books)} == {(m, s) for m in Q2.months for s in ("sales", "purchases")}


@pytest.mark.parametrize(
    ("kind", "state", "limit"),
    [
        ("trader", "27", 1_50_00_000_00),
        ("restaurant", "05", 75_00_000_00),
        ("services", "05", 50_00_000_00),
        ("services", "27", 50_00_000_00),
    ],
)
def test_limits_by_kind_and_state(kind: str, state: str, limit: int) -> None:
    assert facts.limit_of(kind, state, 202606).limit_paise == limit


def test_days_that_are_due_and_interest() -> None:
    assert (facts.quarter_due(Q3.days.last_day), facts.quarter_due(Q1.days.last_day)) == (date(2027, 1, 18), date(2026, 7, 18))
    assert [facts.year_due(year) for year in (2023, 2024, 2026)] == [date(2024, 4, 30), date(2025, 6, 30), date(2027, 6, 30)]
    assert interest_on(Taxes(0, 2**62, 100, -100), Q1, date(2026, 7, 18)) == Taxes()
    # 2^62 paise, a day late: whole numbers all the way.
    assert interest_on(Taxes(0, 2**62), Q1, date(2026, 7, 19)).cgst == rounded(2**62 * 1800, 3_650_000)
