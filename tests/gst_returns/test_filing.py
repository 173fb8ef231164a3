"""A filed return is kept as it was and locks the sales of its months; what changes afterwards is told as an amendment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from tests.bad_days.test_last_unit import at_once
from tests.conftest import Clock
from tests.ground.shops import Shop, found_sharma
from tests.gst_returns.month import KARNATAKA, NOVEMBER, Month, due
from tests.support import refused
from webapp import gst_returns, ledger
from webapp.company import (
    OpeningDraft,
    PeriodLocked,
    StoreDraft,
    change_profile,
    change_store,
    default_store,
    open_days,
    period_locks,
    store,
    unlock_month,
)
from webapp.gst_returns import File, ReturnPeriod, file_return, queries, reopen_return
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import open_books, read_books

OCTOBER, DECEMBER = ReturnPeriod("month", 202610), ReturnPeriod("month", 202612)
EARLY, DAY = date(2026, 10, 5), date(2026, 11, 11)


def shown(month: Month, period: ReturnPeriod = OCTOBER) -> str:
    return sha256(gst_returns.as_text(month.told(period)).encode()).hexdigest()


def asked(month: Month, period: ReturnPeriod = OCTOBER, **more: Any) -> File:
    gstin = "27AABCS1234D1ZV"
    return replace(File(new_id(), gstin, period, month.today, "", shown(month, period)), **more)


def file(month: Month, wanted: File) -> queries.FilingRow:
    with open_books(month.trade.actor) as books:
        return file_return(books, wanted)


def test_filing_keeps_the_file_and_locks_the_sales(month: Month) -> None:
    month.bill(("Soap", "1"), party="Bharat", day=EARLY)
    text = gst_returns.as_text(month.told(OCTOBER))
    wanted = asked(month, arn="AA271026000001A")
    row = file(month, wanted)
    assert file(month, wanted) == row  # sent twice, filed once
    assert "was filed on" in refused(lambda: file(month, replace(wanted, id=new_id())), Conflict)
    assert "other content" in refused(lambda: file(month, replace(wanted, arn="")), Conflict)
    assert (row.tax_paise, row.sha256) == (18_00, sha256(text.encode()).hexdigest())
    with read_books(month.trade.actor) as books:
        assert queries.text_of(books, row.id) == text
        entry = books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity == "gst_return")).one()
        assert entry.action == "file"
    with pytest.raises(PeriodLocked):
        month.bill(("Soap", "1"), day=EARLY)
    with pytest.raises(PeriodLocked):
        month.advance(1000_00, EARLY)  # a receipt: its tax is of the sales
    month.bill(("Soap", "1"))  # this month is open
    assert due(month.told(OCTOBER)) == month.output_tax(OCTOBER.days)
    with open_books(month.trade.actor) as books, pytest.raises(Conflict, match="GST return was filed"):
        unlock_month(books, 202610, "please", "sales")


def test_tax_that_is_paid_or_set_off_may_be_entered_after_filing(month: Month) -> None:
    month.bill(("Soap", "1"), day=EARLY)
    file(month, asked(month))
    for sign, is_free in ((1, True), (-1, False)):
        with open_books(month.trade.actor) as books:
            heads, id_ = ledger.heads(books), new_id()
            lines = [debit(heads["output-cgst"], 900), credit(heads["bank"], 900)]
            slip = Slip(tuple(lines)) if sign > 0 else Slip(tuple(lines)).reversed()
            heading = ledger.Heading("journal", f"J/{sign}", date(2026, 10, 31), month.trade.store_id, "voucher", id_)
            if is_free:
                ledger.post(books, voucher_id=id_, heading=heading, slip=slip)
            else:
                with pytest.raises(PeriodLocked):
                    ledger.post(books, voucher_id=id_, heading=heading, slip=slip)


@pytest.mark.parametrize(
    ("period", "more", "words"),
    [
        (NOVEMBER, {}, "is not over yet"),
        (OCTOBER, {"filed_on": date(2026, 11, 21)}, "has not come yet"),
        (OCTOBER, {"filed_on": date(2026, 10, 31)}, "when its period is over"),
        (OCTOBER, {"arn": "AA27"}, "15 letters and digits"),
        (OCTOBER, {"shown": "0" * 64}, "changed since this return was shown"),
        (OCTOBER, {"gstin": "33AABCI1234D1ZC"}, "registration"),
    ],
)
def test_what_cannot_be_filed_is_refused_and_nothing_is_locked(
    month: Month, period: ReturnPeriod, more: dict[str, Any], words: str
) -> None:
    month.bill(("Soap", "1"), day=EARLY)
    with pytest.raises((InvalidInput, Conflict, NotFound)) as refusal:
        file(month, asked(month, period, **more))
    told = " ".join(refusal.value.errors.values()) if isinstance(refusal.value, InvalidInput) else str(refusal.value)
    assert words in told
    month.bill(("Soap", "1"), day=EARLY)


def test_one_month_is_told_by_one_return(month: Month, clock: Clock) -> None:
    month.bill(("Soap", "1"), party="Bharat", day=EARLY)
    month.bill(("Soap", "5"), day=EARLY)
    early = month.told(ReturnPeriod("iff", 202610))
    assert ([one.section for one in early.documents], early.small, early.hsn, early.issued) == (["b2b"], (), (), ())
    iff = file(month, asked(month, ReturnPeriod("iff", 202610)))
    assert "IFF" in refused(lambda: file(month, asked(month)), Conflict)
    clock.advance(days=45)
    month.bill(("Soap", "2"), party="Bharat", day=date(2026, 12, 3))
    quarter = ReturnPeriod("quarter", 202612)
    told = month.told(quarter)
    # What the IFF has told is not told again; the summary by HSN is of the whole quarter.
    assert [one.day for one in told.documents] == [date(2026, 12, 3)]
    assert sum(row.taxes.taxable for row in told.hsn) == 800_00
    file(month, asked(month, quarter))
    assert "quarter" in refused(lambda: file(month, asked(month, DECEMBER)), Conflict)
    with open_books(month.trade.actor) as books:
        reopen_return(books, iff.id, "Entered for the wrong month")


def test_taking_a_filing_back_opens_its_days_and_is_told(month: Month) -> None:
    month.bill(("Soap", "1"), day=EARLY)
    row = file(month, asked(month))
    with open_books(month.trade.actor) as books:
        with pytest.raises(InvalidInput):
            reopen_return(books, row.id, " ")
        reopen_return(books, row.id, "Filed by mistake")
    with open_books(month.trade.actor) as books, pytest.raises(Conflict, match="taken back already"):
        reopen_return(books, row.id, "Once more")
    month.bill(("Soap", "1"), day=EARLY)
    again = file(month, asked(month))
    assert (again.round, again.tax_paise) == (2, 36_00)
    with pytest.raises(PeriodLocked):
        month.bill(("Soap", "1"), day=EARLY)


def test_taking_a_month_back_opens_no_other_month_of_anothers_quarter(month: Month, clock: Clock) -> None:
    month.send_to_branch()
    clock.advance(days=60)
    rows = [file(month, asked(month, one)) for one in (OCTOBER, NOVEMBER, DECEMBER)]
    quarter = ReturnPeriod("quarter", 202612)
    digest = sha256(gst_returns.as_text(month.told(quarter, gstin=KARNATAKA)).encode()).hexdigest()
    file(month, asked(month, quarter, gstin=KARNATAKA, shown=digest))  # the last of all: its filing holds the locks of three months
    with open_books(month.trade.actor) as books:
        reopen_return(books, rows[1].id, "Filed by mistake")
    month.bill(("Soap", "1"), day=date(2026, 11, 11))
    for day in (EARLY, date(2026, 12, 3)):
        with pytest.raises(PeriodLocked):
            month.bill(("Soap", "1"), day=day)


def test_a_lock_holds_for_the_stores_of_its_registration(month: Month, clock: Clock) -> None:
    month.trade.settings(allows_negative_stock=True)
    month.send_to_branch()
    branch = str(month.branch)
    month.bill(("Soap", "1"), day=EARLY)
    file(month, asked(month))
    with pytest.raises(PeriodLocked):
        month.bill(("Soap", "1"), day=EARLY)
    month.bill(("Soap", "1"), day=EARLY, store_id=branch)  # another registration: it has not filed
    digest = sha256(gst_returns.as_text(month.told(OCTOBER, gstin=KARNATAKA)).encode()).hexdigest()
    row = file(month, asked(month, gstin=KARNATAKA, shown=digest))
    with pytest.raises(PeriodLocked):
        month.bill(("Soap", "1"), day=EARLY, store_id=branch)
    with open_books(month.trade.actor) as books:
        reopen_return(books, row.id, "Filed by mistake")
    month.bill(("Soap", "1"), day=EARLY, store_id=branch)
    with pytest.raises(PeriodLocked):
        month.bill(("Soap", "1"), day=EARLY)


def test_what_a_registration_has_told_stays_its_own(month: Month, iyer: Shop) -> None:
    month.bill(("Soap", "1"), day=EARLY)
    row = file(month, asked(month))
    month.send_to_branch()
    new = "29AABCS1234D2ZQ"
    with open_books(month.trade.actor) as books:
        own, branch = store(books, default_store(books)), store(books, month.branch)  # type: ignore[arg-type]
        other_state = StoreDraft(name=own.name, code=own.code, gstin=KARNATAKA, state_code="29")
        with pytest.raises(InvalidInput) as caught:
            change_store(books, own.id, other_state, own.version)
        assert "Make a new store" in caught.value.errors["gstin"]
        with pytest.raises(InvalidInput):
            change_profile(books, {"gstin": None, "scheme": "unregistered"})
        # The branch has filed nothing yet, and what is no GSTIN may change always.
        change_store(books, branch.id, StoreDraft(name="Bengaluru", code="BLR", gstin=new, state_code="29"), branch.version)
        change_profile(books, {"city": "Pune"})
    with open_books(month.trade.actor) as books:
        reopen_return(books, row.id, "Filed by mistake")
        change_profile(books, {"gstin": None, "scheme": "unregistered"})
    with open_books(iyer.actor) as books:
        change_profile(books, {"gstin": None, "scheme": "unregistered"})


def test_an_iff_taken_back_leaves_what_its_quarter_locks(month: Month, clock: Clock) -> None:
    month.bill(("Soap", "1"), party="Bharat", day=EARLY)
    iff = file(month, asked(month, ReturnPeriod("iff", 202610)))
    clock.advance(days=45)
    quarter = file(month, asked(month, ReturnPeriod("quarter", 202612)))
    for row in (iff, quarter):
        with pytest.raises(PeriodLocked):
            month.bill(("Soap", "1"), day=EARLY)
        with open_books(month.trade.actor) as books:
            reopen_return(books, row.id, "Entered for the wrong month")
    month.bill(("Soap", "1"), day=EARLY)


def test_two_who_file_at_once_see_each_other(real_engine: Engine) -> None:
    month = Month.of(found_sharma())
    month.send_to_branch()
    own = asked(month)
    digest = sha256(gst_returns.as_text(month.told(OCTOBER, gstin=KARNATAKA)).encode()).hexdigest()
    branch = replace(own, id=new_id(), gstin=KARNATAKA, shown=digest)
    other_kind = asked(month, ReturnPeriod("iff", 202610))
    answers = at_once([partial(file, month, one) for one in (own, branch, other_kind)])
    # Of a month and its IFF one is refused; the two registrations have both filed October, and each has locked its own stores' sales.
    assert [isinstance(one, Conflict) for one in answers].count(True) == 1, answers
    with read_books(month.trade.actor) as books:
        locks = {(lock.month, lock.scope, lock.gstin) for lock in period_locks(books)}
    assert locks == {(202610, "sales", one.gstin) for one in (own, branch)}


def test_another_companys_filing_is_not_there(month: Month, iyer: Shop) -> None:
    row = file(month, asked(month))
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        reopen_return(books, row.id, "Not mine")
    with read_books(iyer.actor) as books:
        assert queries.filings(books, row.gstin) == []
        with pytest.raises(NotFound):
            queries.text_of(books, row.id)


def enter_locked_days(month: Month) -> None:
    with open_books(month.trade.actor) as books:
        open_days(books, OpeningDraft(OCTOBER.days.first_day, OCTOBER.days.last_day, ("sales",), "A bill was wrong", timedelta(hours=1)))


def test_what_changes_after_filing_is_amended_with_the_next_return(month: Month, clock: Clock) -> None:
    clock.advance(days=-25)  # 26 October
    kept = month.bill(("Soap", "1"), party="Bharat")
    gone = month.bill(("Soap", "2"), party="Bharat")
    month.bill(("Soap", "3"))
    clock.advance(days=16)
    file(month, asked(month))
    assert [one.section for one in month.told(NOVEMBER).documents] == []
    enter_locked_days(month)
    late = month.bill(("Ghee", "1"), party="Pune Mart", day=EARLY)
    month.bill(("Soap", "1"), day=EARLY)
    november = month.told(NOVEMBER)
    # The bill that was forgotten is told under its own date, the rows of table 7 anew; what did not change is not told again.
    assert {(one.section, one.id) for one in november.documents} == {("b2b", late)}
    (small,) = november.small_amended
    assert (small.month, [item.taxable for item in small.items], small.was.taxable) == (202610, [400_00], 300_00)
    cancelled_later(month, gone)
    november = month.told(NOVEMBER)
    amended = next(one for one in november.documents if one.section == "b2ba")
    assert (amended.value, amended.original, amended.counted.igst) == (0, (number_of(month, gone), date(2026, 10, 26)), -36_00)
    assert kept not in {one.id for one in november.documents}
    # Filed with the next return, none of it is told a third time.
    clock.advance(days=20)
    file(month, asked(month, NOVEMBER))
    assert month.told(DECEMBER).documents == ()
    assert month.told(DECEMBER).small_amended == ()


def cancelled_later(month: Month, bill: UUID) -> None:
    """The bill is cancelled within its own month, as somebody may who enters it while its days are open."""
    from datetime import datetime

    from webapp import sales
    from webapp.kernel.dates import IST

    with open_books(month.trade.actor) as books:
        sales.cancel(books, bill, reason="Wrong customer", at=datetime(2026, 10, 30, 12, tzinfo=IST))


def number_of(month: Month, bill: UUID) -> str:
    from webapp import sales

    return str(month.trade.read(lambda books: sales.invoice(books, bill)).header.number)
