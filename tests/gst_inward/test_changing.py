"""What changes after a file was taken in: a newer file, a bill cancelled, two who decide at once, a return that is filed."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from uuid import UUID

import pytest

from tests.gst_inward.made import MONTH, OURS, Desk, by, invoice, told_2b
from tests.gst_inward.test_importing import FIFTH, dated, reject
from tests.purchases.conftest import FAR_GSTIN, TODAY
from webapp import gst_inward, gst_returns
from webapp.gst_inward import service
from webapp.gst_inward.values import Action, CreditKind
from webapp.gst_returns import Taxes
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books


def test_the_month_of_a_bill_alone_is_its_own(desk: Desk) -> None:
    desk.buy("SEP-1", **dated(date(2026, 9, 5)))
    desk.take_in(told_2b(b2b=by([invoice("X-1", "5.00", tax="0.45")], FAR_GSTIN)))
    row = desk.rows()["(SEP-1)"]
    assert (row.month, row.why, isinstance(row.bill_id, UUID)) == (202609, "silent", True)


def test_a_file_that_was_replaced_the_same_day_does_not_come_back(desk: Desk) -> None:
    first, second = told_2b(b2b=by([invoice("A-1")])), told_2b(b2b=by([invoice("A-1", "900.00")]))
    desk.take_in(first)
    desk.take_in(second)
    with pytest.raises(Conflict, match="a newer one has taken its place"):
        desk.take_in(first)
    assert (desk.rows()["A-1"].taxable_paise, desk.take_in(second).is_known) == (90_000, True)
    # A part that tells of other documents may stand beside the newer file, whenever it came first.
    part = told_2b(b2b=by([invoice("B-1")]))
    desk.take_in(part)
    desk.take_in(told_2b(b2b=by([invoice("A-1"), invoice("A-2")])))
    assert (desk.take_in(part).row.part, set(desk.rows())) == (2, {"A-1", "A-2", "B-1"})


def test_a_bill_whose_document_is_told_no_more_may_be_linked_with_another(desk: Desk) -> None:
    bill = desk.buy("OLD-5", 1500, tax=135, **dated())
    desk.take_in(told_2b(b2b=by([invoice("INV-1")])))
    with open_books(desk.shop.actor) as books:
        service.link(books, OURS, desk.rows()["INV-1"].id, bill.id, 0)
    desk.take_in(told_2b(gendt="17-11-2026", b2b=by([invoice("INV-2")])))
    with open_books(desk.shop.actor) as books:
        service.link(books, OURS, desk.rows()["INV-2"].id, bill.id, 0)
    assert desk.rows()["INV-2"].bill_id == bill.id
    # It lets go for good: also when the first is told again.
    desk.take_in(told_2b(gendt="18-11-2026", b2b=by([invoice("INV-1"), invoice("INV-2")])))
    assert desk.states() == {"INV-1": "only_told none", "INV-2": "differs hand"}


def test_the_document_of_a_cancelled_bill_finds_the_one_entered_instead(desk: Desk) -> None:
    wrong = desk.buy("S-1", bill_date=date(2026, 9, 5), voucher_date=FIFTH)
    desk.take_in(told_2b(month="092026", gendt="14-10-2026", b2b=by([invoice("S-1", day="05-09-2026")])))
    desk.buyer.cancel(wrong.id)
    right = desk.buy("S-1", bill_date=date(2026, 9, 5), voucher_date=FIFTH)
    desk.take_in(told_2b(b2b=by([invoice("O-1")])))
    assert desk.rows()["S-1"].bill_id == right.id
    assert "(S-1)" not in desk.rows()


def test_an_amendment_of_the_same_month_or_of_what_was_rejected_counts_what_it_should(desk: Desk) -> None:
    amended = {**invoice("A-1", "1100.00", tax="99.00"), "oinum": "A-1", "oidt": "05-10-2026"}
    later = {**invoice("R-1", "700.00", tax="63.00"), "oinum": "R-1", "oidt": "05-10-2026"}
    desk.take_in(told_2b(b2b=by([invoice("A-1"), invoice("R-1")]), b2ba=by([amended])))
    reject(desk, "R-1")

    def available(month: int) -> Taxes:
        with read_books(desk.shop.actor) as books:
            return gst_inward.credit_told(books, OURS, month).of(CreditKind.OTH).available

    assert available(MONTH) == Taxes(110_000, 9_900, 9_900, 0, 0)  # not the first and the amended beside each other
    desk.take_in(told_2b(month="112026", gendt="20-11-2026", b2ba=by([later])))
    assert available(202611) == Taxes(70_000, 6_300, 6_300, 0, 0)  # nothing was counted that could be taken off


def test_two_who_decide_of_one_document_do_not_undo_each_other(desk: Desk) -> None:
    desk.take_in(told_2b(b2b=by([invoice("A-1")])))
    row = desk.rows()["A-1"]
    with open_books(desk.shop.actor) as books:
        assert service.decide(books, OURS, [row.id], Action.REJECT, versions={row.id: 0}) == 1
        assert service.decide(books, OURS, [row.id], Action.REJECT, versions={row.id: 0}) == 0  # a double click
        with pytest.raises(Conflict, match="meanwhile"):
            service.decide(books, OURS, [row.id], Action.ACCEPT, versions={row.id: 0})
        with pytest.raises(Conflict, match="meanwhile"):
            service.set_aside(books, OURS, [row.id], is_ignored=True, versions={row.id: 0})
        assert service.decide(books, OURS, [row.id], Action.ACCEPT, versions={row.id: 1}) == 1


def file_gstr3b(desk: Desk) -> None:
    shown = sha256(b"{}").hexdigest()
    asked = gst_returns.File(new_id(), OURS, gst_returns.ReturnPeriod("month", MONTH), TODAY, "", shown, "gstr3b")
    with open_books(desk.shop.actor) as books:
        gst_returns.file_form(books, asked, [OURS], lambda: gst_returns.Told("{}", 0))


def test_what_a_filed_return_counted_is_decided_no_more(desk: Desk) -> None:
    desk.take_in(told_2b(b2b=by([invoice("A-1"), invoice("P-1")])))
    rows = desk.rows()
    reject(desk, "P-1", action=Action.PENDING)
    file_gstr3b(desk)
    with open_books(desk.shop.actor) as books:
        for action in (Action.REJECT, Action.PENDING, Action.ACCEPT):
            with pytest.raises(Conflict, match="GSTR-3B of Oct 2026 is filed"):
                service.decide(books, OURS, [rows["A-1"].id], action)
    reject(desk, "P-1", action=Action.ACCEPT)
