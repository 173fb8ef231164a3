"""What a hostile hand or a careful eye tries: order of filing, cash of another day, what is below nought, what is sent twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.conftest import Clock
from tests.ground.shops import Shop, found_sharma
from tests.gstr3b.shopfront import EARLY, FILED, GSTIN, NOVEMBER, OCTOBER, TAXES, Front
from tests.support import refused
from webapp import gst_returns, gstr3b, input_tax
from webapp.gst_returns import FilingRow
from webapp.gstr3b import law
from webapp.gstr3b.setting_off import settle
from webapp.input_tax import Tax
from webapp.kernel.errors import Conflict, NotFound
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books
from webapp.purchases import TaxBy

DECEMBER_DAY = date(2026, 12, 2)


@pytest.fixture
def front(sharma: Shop) -> Front:
    return Front.of(sharma)


def set_off(front: Front, row: FilingRow) -> None:
    with open_books(front.month.trade.actor) as books:
        gstr3b.post_set_off(books, row.id)


def file_whole(front: Front, period: gst_returns.ReturnPeriod = OCTOBER, day: date = FILED) -> FilingRow:
    front.file_gstr1(period, day)
    front.pay_what_is_missing(period, day)
    row = front.file(front.asked(period, filed_on=day))
    set_off(front, row)
    return row


def test_reverse_charge_below_nought_pays_no_other_tax() -> None:
    one = settle(due=Tax(0, 900_00, 900_00), carried=Tax(), reverse=Tax(0, -400_40, -400_40), interest=Tax(), fee=Tax(), credit=Tax(900_00))
    assert one.cash.total == 900_00
    assert one.all_cash == one.cash_of("tax") == one.cash  # not less by what is below nought
    after = settle(
        due=Tax(),
        carried=Tax(),
        reverse=Tax(0, 500_00, 100_00),
        interest=Tax(),
        fee=Tax(),
        credit=Tax(),
        reverse_carried=Tax(0, 400_00, 400_00),
    )
    assert after.all_cash == Tax(0, 100_00, 0)


def test_a_cancelled_purchase_under_reverse_charge_is_carried_on_and_no_paisa_stays(front: Front, clock: Clock) -> None:
    buyer = front.desk.buyer
    bill = front.desk.buy(buyer.expense("expenses", 1_003.40, tax=18), of="Porter", tax_by=TaxBy.REVERSE_CHARGE, day=EARLY)
    file_whole(front)
    assert [front.account(f"reverse-charge-{head}") for head in TAXES] == [0, 0, 0, 0]
    buyer.cancel(bill.id)  # today, in November
    front.month.bill(("TV", "1"), day=date(2026, 11, 3), party="Pune Mart")
    clock.advance(days=12)
    told = front.told(NOVEMBER)
    assert told.reverse == Tax(0, -90_31, -90_31)
    before = front.account("gst-cash-ledger")
    file_whole(front, NOVEMBER, DECEMBER_DAY)
    paid = front.ask(lambda books: gstr3b.kept_of(books, gstr3b.standing(books, GSTIN)[0].id)).settlement
    assert paid.all_cash == paid.cash + paid.interest + paid.fee
    assert paid.cash.cgst + paid.paid_by_credit("cgst") == law.to_rupee(told.output.cgst)
    assert front.ask(lambda books: gstr3b.carried(books, GSTIN, "reverse")) == Tax(0, 90_00, 90_00)
    assert [front.account(f"reverse-charge-{head}") for head in TAXES] == [0, 90_00, 90_00, 0]  # owed to the shop
    assert (before, front.account("gst-cash-ledger")) == (0, 0)


def test_a_set_off_is_never_credit_of_its_month(front: Front, clock: Clock) -> None:
    bill = front.desk.buy(front.desk.buyer.line("Soap", 10, 333.33), day=EARLY)
    front.month.bill(("TV", "1"), day=EARLY, party="Pune Mart")
    file_whole(front)
    front.desk.buyer.cancel(bill.id)  # more credit is given back than there is left: it is paid in cash
    clock.advance(days=12)
    row = file_whole(front, NOVEMBER, DECEMBER_DAY)
    kept = front.ask(lambda books: gstr3b.kept_of(books, row.id))
    assert kept.settlement.short_credit.cgst == 300_00
    december = front.ask(lambda books: input_tax.table_4(books, GSTIN, 202612))
    assert december.net == Tax()
    with open_books(front.month.trade.actor) as books:
        gstr3b.reopen_3b(books, row.id, "Filed too early")
    assert front.ask(lambda books: input_tax.table_4(books, GSTIN, 202612)).net == Tax()


def test_what_a_filed_return_repeats_is_taken_back_after_it(front: Front) -> None:
    front.month.bill(("Soap", "1"), day=EARLY, party="Pune Mart")
    first = front.file_gstr1()
    front.pay_what_is_missing()
    row = front.file()
    with open_books(front.month.trade.actor) as books, pytest.raises(Conflict, match="GSTR-3B of Oct 2026 is filed"):
        gst_returns.reopen_return(books, first.id, "Wrong month")
    with open_books(front.month.trade.actor) as books:
        gstr3b.reopen_3b(books, row.id, "Filed too early")
        gst_returns.reopen_return(books, first.id, "Wrong month")


def test_cash_pays_from_the_day_it_came(front: Front) -> None:
    front.month.bill(("Soap", "10"), day=EARLY, party="Pune Mart")  # 90 and 90
    front.file_gstr1()
    front.deposit(FILED, tax_cgst=90, tax_sgst=89)
    assert "₹1 less" in refused(front.file, Conflict)
    later = front.deposit(FILED + timedelta(days=2), tax_sgst=1)
    assert "₹1 less" in refused(front.file, Conflict)  # on the 18th it was not there yet
    front.file(front.asked(filed_on=later.paid_on))


def test_what_was_used_stays_used_though_more_has_come(front: Front) -> None:
    front.month.bill(("Soap", "10"), day=EARLY, party="Pune Mart")
    front.file_gstr1()
    with open_books(front.month.trade.actor) as books:
        gstr3b.enter_opening(books, gstr3b.Opening(new_id(), GSTIN, date(2026, 10, 1), Tax(0, 30_00), Tax(0, 0, 90_00)))
    used = front.deposit(FILED, tax_cgst=60)
    front.file()
    fresh = front.deposit(FILED + timedelta(days=1), tax_cgst=500, tax_sgst=500)
    with open_books(front.month.trade.actor) as books, pytest.raises(Conflict, match="used this deposit"):
        gstr3b.cancel_deposit(books, used.id, "Entered twice")
    for credit, cash in ((Tax(0, 30_00), Tax()), (Tax(), Tax(0, 0, 90_00))):
        with open_books(front.month.trade.actor) as books, pytest.raises(Conflict, match="used more"):
            gstr3b.enter_opening(books, gstr3b.Opening(new_id(), GSTIN, date(2026, 10, 1), credit, cash))
    with open_books(front.month.trade.actor) as books:
        assert not gstr3b.cancel_deposit(books, fresh.id, "Entered twice").stands
    with open_books(front.month.trade.actor) as books, pytest.raises(NotFound):
        gstr3b.enter_opening(books, gstr3b.Opening(new_id(), "29AABCS1234D1ZR", EARLY, Tax(), Tax(5_00)))


def test_a_filing_taken_back_beside_its_set_off_leaves_no_voucher(real_engine: Engine) -> None:
    front = Front.of(found_sharma())
    front.month.bill(("Soap", "10"), day=EARLY, party="Pune Mart")
    front.file_gstr1()
    front.pay_what_is_missing()
    row = front.file()

    def take_back() -> None:
        with open_books(front.month.trade.actor) as books:
            gstr3b.reopen_3b(books, row.id, "Filed too early")

    answers = at_once([lambda: set_off(front, row), take_back, lambda: set_off(front, row)])
    assert answers[1] is None
    assert (front.account("output-cgst"), front.account("gst-cash-ledger")) == (-90_00, 180_00)
    assert front.cash() == Tax(0, 90_00, 90_00)
