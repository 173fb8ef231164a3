"""How many days back a role may date: every verb that posts is known by its name, and each that a person dates is tried in every role.

A new verb that posts is found by `posting_verbs` and fails here until it asks `require_backdate` and is tried below, or until it is said why
nobody dates it.
"""

# long: one row for each verb of the program that posts, and what each needs before it

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from tests.cheques.drawer import Drawer
from tests.company.posting_verbs import posting_verbs
from tests.ground.shops import Shop
from tests.outstandings.khata import DAY
from tests.purchases.conftest import Buyer, open_buyer
from webapp import (
    assembly,
    cheques,
    company,
    interest,
    ledger,
    outstandings,
    payments,
    purchases,
    stocktaking,
    transfers,
    vouchers,
    writing_off,
)
from webapp.cheques.queries import bank_accounts
from webapp.company import StoreDraft
from webapp.kernel.errors import Forbidden, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.outstandings import Part
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.purchases import restating
from webapp.purchases.commands import Foreign
from webapp.vouchers.rules import Entry, State, VoucherCommand

pytestmark = pytest.mark.database

MOST, LONG_AGO = 2, DAY - timedelta(days=10)

TODAY, OPENING, INNER = "its day is the one it is written on", "its day is that on which the books begin", "who calls it has asked"
GATEWAYS = "its day is the gateway's: nobody chooses it"
NOT_DATED = {
    "assembly.service.cancel": TODAY,
    "assembly.writing.write": INNER,
    "cheques.service.post_taken": INNER,
    "composition.service.file_statement": "its day is the last of the quarter that is filed: nobody chooses it",
    "counter.shifts.close_from_office": TODAY,
    "counter.shifts.close_shift": "a till dates nothing back: it says when it happened",
    "counter.shifts.move_cash": "a till dates nothing back: it says when it happened",
    "demonstration.shop.write_voucher": "the demonstration is made by nobody's hand",
    "gateway.refunding.note_refund": GATEWAYS,
    "gateway.refunding.post_refunds_of": GATEWAYS,
    "gateway.settling.import_settlement": GATEWAYS,
    "gateway.settling.post_by_hand": GATEWAYS,
    "gateway.taking.enter": GATEWAYS,
    "gateway.taking.note_payment": GATEWAYS,
    "gateway.taking.post": GATEWAYS,
    "ledger.merging.merge_account": TODAY,
    "ledger.opening_import.import_openings": OPENING,
    "ledger.openings.add_bill": OPENING,
    "ledger.openings.change_bill": OPENING,
    "ledger.openings.set_openings": OPENING,
    "orders.advances.adjust_advance": TODAY,
    "orders.advances.refund_advance": TODAY,
    "orders.service.cancel": TODAY,
    "orders.service.take_back": TODAY,
    "purchases.differences.undo": TODAY,
    "purchases.giving_back.cancel_back": TODAY,
    "purchases.landing.take_off": TODAY,
    "purchases.notes.undo_lower": TODAY,
    "purchases.receiving.cancel_receipt": TODAY,
    "purchases.revaluing.post": INNER,
    "purchases.service.cancel": TODAY,
    "sales.office.issue_return": TODAY,
    "sales.service.cancel": TODAY,
    "sales.service.issue": "a till says when it happened; the office asks in sales.office.issue_invoice",
    "sales.service.issue_return": "a till says when it happened; the office writes today",
    "stocktaking.service.record_openings": OPENING,
    "stocktaking.service.revalue": "its days are those of the movements whose cost it puts right",
    "stocktaking.service.settle_costs": "its days are those of the movements whose cost it puts right",
    "tds.collecting.cancelled": TODAY,
    "tds.collecting.changed": TODAY,
    "tds.collecting.collect": "its day is the bill's or the advance's, and who enters either has asked",
    "tds.collecting.issued": "its day is the bill's, and who issues a bill has asked",
    "tds.collecting_before.advance_lowered": TODAY,
    "tds.collecting_before.advance_taken": "its day is the advance's, and who takes an advance has asked",
    "transfers.service.recall": TODAY,
}
# What asks by calling a verb that is tried below, and what another file tries.
THROUGH = {
    "consignment.service.enter_account_sale": "sales.office.issue_invoice",
    "orders.converting.convert": "orders.service.create",
    "orders.converting.invoice_from": "sales.office.issue_invoice",
    "orders.converting.issue": "sales.office.issue_invoice",
    "orders.recurring.make_due": "sales.office.issue_invoice",
    "payments.service.take_typed_receipt": "payments.service.take_receipt",
    "stocktaking.counting.post_count": "stocktaking.service.adjust_stock",
    "tds.watching.bill_entered": "tds.service.deduct",
    "vouchers.entering.enter": "vouchers.service.save",
    "vouchers.quick.enter_quick": "vouchers.service.save",
    "vouchers.recurring.make_due": "vouchers.service.save",
    "vouchers.service.post_due": "vouchers.service.save",
    "writing_off.service.let_off": "payments.service.take_receipt",
}
TRIED = {
    "assembly.service.post",
    "cheques.moving.again",
    "cheques.moving.bounce",
    "cheques.moving.cancel",
    "cheques.moving.clear",
    "cheques.moving.deposit",
    "cheques.moving.stop",
    "cheques.service.take",
    "interest.service.charge",
    "payments.service.take_receipt",
    "purchases.foreign.pay_foreign",
    "purchases.giving_back.send_back",
    "purchases.landing.land",
    "purchases.notes.give_back",
    "purchases.paying.pay",
    "purchases.receiving.receive",
    "purchases.restating.cancel_restatement",
    "purchases.restating.restate",
    "purchases.service.enter_bill",
    "stocktaking.service.adjust_stock",
    "transfers.service.receive",
    "transfers.service.send",
    "vouchers.service.post_kept",
    "vouchers.service.save",
    "writing_off.service.post_write_off",
    "writing_off.service.write_off_small",
}
ELSEWHERE = {
    "gstr3b.challans.deposit": "tests/gstr3b/test_books.py",
    "gstr3b.credited.enter_credit": "tests/gstr3b/test_credited.py",
    "gstr3b.service.post_set_off": "tests/gstr3b/test_books.py",
    "input_tax.service.post_proposal": "tests/input_tax/test_reversals.py",
    "input_tax.service.post_typed": "tests/input_tax/test_reversals.py",
    "operator_supplies.importing.import_supplies": "tests/operator_supplies/test_supplies.py",
    "operator_supplies.service.enter_supply": "tests/operator_supplies/test_supplies.py",
    "orders.advances.take_advance": "tests/orders/test_limits.py",
    "orders.service.create": "tests/orders/test_limits.py",
    "sales.office.issue_invoice": "tests/orders/test_limits.py",
    "tds.challans.enter_challan": "tests/tds/test_register.py",
    "tds.collecting.collect_now": "tests/tcs/test_collecting.py",
    "tds.service.deduct": "tests/tds/test_register.py",
}


class TakenBack(Exception):
    """It was posted, and is not to stay."""


@dataclass
class Desk:
    """A shop in which every verb has something to do."""

    drawer: Drawer
    buyer: Buyer
    pune: UUID
    tried: dict[str, Callable[[Books, date], Any]]

    def attempt(self, actor: Actor, verb: str, day: date) -> str:
        """What the actor is told beside the reason; "" when it was posted (and taken back again)."""
        with pytest.raises((TakenBack, InvalidInput)) as found:
            self._post_and_take_back(actor, verb, day)
        if isinstance(found.value, TakenBack):
            return ""
        assert isinstance(found.value, InvalidInput)
        assert set(found.value.errors) == {"limit_reason"}, (verb, found.value.errors)
        return found.value.errors["limit_reason"]

    def _post_and_take_back(self, actor: Actor, verb: str, day: date) -> None:
        with open_books(actor) as books:
            self.tried[verb](books, day)
            raise TakenBack


@pytest.fixture
def desk(engine: Engine, sharma: Shop) -> Desk:
    drawer, buyer = Drawer(sharma.actor), open_buyer(sharma)
    with open_books(sharma.actor) as books:
        pune = company.create_store(books, StoreDraft(name="Pune", code="PUN", state_code="27"))
        held = company.Limits(backdate_days=MOST)
        company.change_limits(books, {"cashier": held, "accountant": held})
    made = Desk(drawer, buyer, pune, {})
    made.tried |= _of_money(drawer) | _of_vouchers(drawer) | _of_purchases(buyer) | _of_goods(buyer, pune)
    return made


# long: a row for each verb, and what each needs before it
def _of_money(drawer: Drawer) -> dict[str, Callable[[Books, date], Any]]:
    ravi, mill = drawer.customer("Ravi"), drawer.supplier("Mill")
    drawer.terms(18)
    bill = drawer.bill(ravi, 1000, DAY - timedelta(days=60))
    waiting, banked, back = (drawer.cheque(ravi, 10, taken_on=LONG_AGO, cheque_date=LONG_AGO) for _one in range(3))
    ours = drawer.cheque(mill, 10, direction="issued", taken_on=LONG_AGO, cheque_date=LONG_AGO)
    drawer.deposit(banked, back, on=LONG_AGO)
    drawer.move(cheques.bounce, back, on=LONG_AGO)
    with read_books(drawer.actor) as books:
        bank, store = bank_accounts(books)[0][0], company.default_store(books)

    def move(verb: Any, cheque: UUID) -> Callable[[Books, date], Any]:
        return lambda books, day: verb(books, cheques.MoveCommand(new_id(), cheque, day, "Funds insufficient"))

    def write_off(books: Books, day: date) -> Any:
        asked: dict[str, Any] = {"kind": "bad_debt", "party_id": ravi, "store_id": store, "written_on": day, "parts": (Part(bill, 100),)}
        return writing_off.post_write_off(books, writing_off.WriteOffCommand(id=new_id(), reason="Gone", body_sha256="x", **asked))

    def small(books: Books, day: date) -> Any:
        little = drawer_small[0]
        return writing_off.write_off_small(books, new_id(), [(little, 1_00)], limit=1_00, on=day, reason="Odd paise")

    odd = drawer.customer("Odd")
    drawer.bill(odd, 1, DAY - timedelta(days=20))
    drawer_small = [odd]

    def charge(books: Books, day: date) -> Any:
        return interest.charge(books, interest.ChargeCommand(new_id(), ravi, day, interest.accrued_of(books, ravi, day).amount, "x"))

    def receipt(books: Books, day: date) -> Any:
        return payments.take_receipt(books, payments.ReceiptCommand(new_id(), ravi, day, store, "cash", Paise(100), "x"))

    # A cheque on account stands in the way of interest: Ravi's lie on his bill.
    for cheque in (waiting, banked):
        with read_books(drawer.actor) as books:
            (own,) = outstandings.party_lines_of(books, cheque)
        drawer.settle(ravi, own, (bill, 10))
    return {
        "cheques.service.take": lambda books, day: cheques.take(books, replace(drawer.command(ravi, 5), taken_on=day)),
        "cheques.moving.deposit": lambda books, day: cheques.deposit(books, cheques.DepositCommand(new_id(), day, bank, (waiting,), "x")),
        "cheques.moving.clear": move(cheques.clear, ours),
        "cheques.moving.bounce": move(cheques.bounce, banked),
        "cheques.moving.stop": move(cheques.stop, ours),
        "cheques.moving.cancel": move(cheques.cancel, waiting),
        "cheques.moving.again": move(cheques.again, back),
        "writing_off.service.post_write_off": write_off,
        "writing_off.service.write_off_small": small,
        "interest.service.charge": charge,
        "payments.service.take_receipt": receipt,
    }


def _of_vouchers(drawer: Drawer) -> dict[str, Callable[[Books, date], Any]]:
    with read_books(drawer.actor) as books:
        heads = ledger.heads(books)
    entries = (Entry(heads["cash"], Paise(100)), Entry(heads["capital"], Paise(-100)))

    def typed(day: date, **more: Any) -> VoucherCommand:
        return VoucherCommand(id=new_id(), save_id=new_id(), kind="receipt", voucher_date=day, entries=entries, **more)

    def post_kept(books: Books, day: date) -> Any:
        kept = vouchers.save(books, typed(day, wish=State.DRAFT))
        return vouchers.post_kept(books, kept.id, version=kept.version, save_id=new_id())

    with open_books(drawer.actor) as books:
        old = {back: vouchers.save(books, typed(DAY - timedelta(days=back))) for back in range(MOST + 2)}

    def amend(books: Books, day: date) -> Any:
        # What stands on a far day is not to be moved to a near one either.
        kept = old[(DAY - day).days]
        return vouchers.save(books, replace(vouchers.command_of(kept), voucher_date=DAY, reason="Wrong day"))

    return {
        "vouchers.service.save": lambda books, day: vouchers.save(books, typed(day)),
        "vouchers.service.post_kept": post_kept,
        "vouchers.service.save (amended)": amend,
        "vouchers.service.cancel": lambda books, day: vouchers.cancel(
            books, old[(DAY - day).days].id, save_id=new_id(), reason="Typed twice"
        ),
    }


# long: a row for each verb, and what each needs before it
def _of_purchases(buyer: Buyer) -> dict[str, Callable[[Books, date], Any]]:
    day_of = {"bill_date": LONG_AGO, "voucher_date": LONG_AGO}
    heads = buyer.read(ledger.heads)
    bill = buyer.buy(buyer.line("Soap", 10, 10), **day_of)
    mine = buyer.buy(buyer.expense("expenses", 100), number="G-2", tax_by=purchases.TaxBy.REVERSE_CHARGE, **day_of)
    freight = buyer.buy(buyer.charge("Freight", 50), number="G-3", **day_of)
    receipt = buyer.receive(buyer.goods("Soap", 10, 10), received_on=LONG_AGO - timedelta(days=1))
    buyer.supplier("Acme Inc", gstin=None, state_code="96")
    usd = Foreign("USD", 83_000_000, 100_00)
    abroad = buyer.buy(buyer.line("Soap", 10, 830, tax=0), of="Acme Inc", number="A-1", foreign=usd, paper_total=usd.in_rupees, **day_of)
    rates = {"USD": 84_000_000}

    def restate(books: Books, day: date, id_: UUID | None = None) -> Any:
        return restating.restate(books, restating.Restate(id_ or new_id(), buyer.store_id, day, rates, 100_00, "x"))

    days = [DAY - timedelta(days=back) for back in range(1, MOST + 2)]
    with open_books(buyer.actor) as books:
        stands = {day: restate(books, day).id for day in days[1:]}

    buyer.item("Fan")
    lent = buyer.receive(buyer.goods("Fan", 10, 60), is_consignment=True, received_on=LONG_AGO)

    def send_back(books: Books, day: date) -> Any:
        lines = (purchases.NoteLine(1, Qty(1000)),)
        asked: dict[str, Any] = {"receipt_id": lent.id, "returned_on": day, "reason": "Not sold", "lines": lines}
        return purchases.send_back(books, purchases.ConsignmentBack(id=new_id(), body_sha256="x", **asked))

    def pay(books: Books, day: date) -> Any:
        asked = purchases.Payment(id=new_id(), bill_id=mine.id, paid_on=day, amount=Paise(100), account_id=heads["cash"], body_sha256="x")
        return purchases.pay(books, asked)

    def pay_foreign(books: Books, day: date) -> Any:
        given = {"account_id": heads["bank"], "amount": 1_00, "rate_micro": 83_000_000, "body_sha256": "x"}
        return purchases.pay_foreign(books, purchases.ForeignPaid(id=new_id(), bill_id=abroad.id, paid_on=day, **given))

    def give_back(books: Books, day: date) -> Any:
        lines = (purchases.NoteLine(1, Qty(1000)),)
        return purchases.give_back(
            books, purchases.Note(id=new_id(), against_id=bill.id, note_date=day, reason="Torn", lines=lines, body_sha256="x")
        )

    def land(books: Books, day: date) -> Any:
        (line,) = purchases.landing.goods_of(books, receipt.id)
        bearers = (purchases.Bearer(purchases.commands.LineRef(line.document_id, line.line_no)),)
        return purchases.land(
            books,
            purchases.Landing(id=new_id(), bill_id=freight.id, landed_on=day, shared_by="value", bearers=bearers, body_sha256="x"),
        )

    def enter(books: Books, day: date) -> Any:
        return purchases.enter_bill(books, buyer.bill(buyer.line("Soap", 1, 10), number="G-9", bill_date=day, voucher_date=day))

    def receive(books: Books, day: date) -> Any:
        common: dict[str, Any] = {
            "party_id": buyer.suppliers["Gupta Traders"],
            "store_id": buyer.store_id,
            "lines": (buyer.goods("Soap", 1, 10),),
        }
        return purchases.receive(books, purchases.Receipt(id=new_id(), received_on=day, body_sha256="x", **common))

    def cancel(books: Books, day: date) -> Any:
        return restating.cancel_restatement(books, stands[day], reason="Wrong rate")

    def restate_anew(books: Books, day: date) -> Any:
        books_of_owner = replace(books, actor=buyer.actor)
        restating.cancel_restatement(books_of_owner, stands[day], reason="Wrong rate")
        return restate(books, day)

    return {
        "purchases.service.enter_bill": enter,
        "purchases.receiving.receive": receive,
        "purchases.notes.give_back": give_back,
        "purchases.giving_back.send_back": send_back,
        "purchases.paying.pay": pay,
        "purchases.foreign.pay_foreign": pay_foreign,
        "purchases.landing.land": land,
        "purchases.restating.restate": restate_anew,
        "purchases.restating.cancel_restatement": cancel,
    }


def _of_goods(buyer: Buyer, pune: UUID) -> dict[str, Callable[[Books, date], Any]]:
    soap, rice = buyer.items["Soap"], buyer.items["Rice"]

    def send(books: Books, day: date, id_: UUID | None = None) -> Any:
        lines = (transfers.SendLine(soap, Qty(1000)),)
        return transfers.send(books, transfers.Send(id_ or new_id(), buyer.store_id, pune, day, lines, "x"))

    gone = new_id()
    with open_books(buyer.actor) as books:
        send(books, LONG_AGO, gone)

    def receive(books: Books, day: date) -> Any:
        return transfers.receive(books, transfers.Receive(gone, new_id(), day, (transfers.ReceivedLine(1, Qty(1000)),), "x"))

    def make(books: Books, day: date) -> Any:
        used, made = (assembly.UseLine(soap, Qty(1000)),), (assembly.MakeLine(rice, Qty(1000)),)
        asked: dict[str, Any] = {"id": new_id(), "store_id": buyer.store_id, "made_on": day, "used": used, "made": made}
        return assembly.post(books, assembly.Journal(body_sha256="x", **asked))

    def adjust(books: Books, day: date) -> Any:
        asked = stocktaking.Adjustment(new_id(), day, buyer.store_id, "Found", (stocktaking.Change(soap, Qty(1000)),))
        return stocktaking.adjust_stock(books, asked)

    return {
        "transfers.service.send": send,
        "transfers.service.receive": receive,
        "assembly.service.post": make,
        "stocktaking.service.adjust_stock": adjust,
    }


def test_every_verb_that_posts_asks_or_is_dated_by_nobody() -> None:
    verbs = posting_verbs()
    silent = {name for name, asks in verbs.items() if not asks}
    assert silent <= set(NOT_DATED), "a verb that posts asks company.require_backdate, or stands in NOT_DATED with its reason"
    assert not set(NOT_DATED) & (set(verbs) - silent), "it asks by now"
    known = TRIED | set(THROUGH) | set(ELSEWHERE)
    assert known >= set(verbs) - silent, "a verb that a person dates is tried here"
    assert set(THROUGH.values()) <= TRIED | set(ELSEWHERE)


def test_no_role_dates_further_back_than_its_limit(desk: Desk) -> None:
    owner = desk.drawer.actor
    accountant = Actor(owner.company_id, Role.ACCOUNTANT, user_id=new_id(), name="Asha")
    cashier = Actor(owner.company_id, Role.CASHIER, user_id=new_id(), name="Ravi")
    assert {verb.split(" ")[0] for verb in desk.tried} - {"vouchers.service.cancel"} == TRIED
    near, far = DAY - timedelta(days=MOST), DAY - timedelta(days=MOST + 1)
    for verb in desk.tried:
        said = desk.attempt(accountant, verb, far)
        assert f"is {MOST + 1} days back; your role may date back {MOST}. Say in a few words" in said, verb
        assert desk.attempt(accountant, verb, near) == "", verb
        assert desk.attempt(replace(accountant, why="It came by post"), verb, far) == "", verb
        assert desk.attempt(owner, verb, far) == "", verb
        with suppress(Forbidden):  # some it may not do on any day
            assert "Ask the owner" in desk.attempt(replace(cashier, why="I say so"), verb, far), verb


def test_the_reason_stands_in_the_edit_log(desk: Desk, iyer: Shop) -> None:
    far = DAY - timedelta(days=MOST + 1)
    accountant = Actor(desk.drawer.actor.company_id, Role.ACCOUNTANT, user_id=new_id(), name="Asha", why="It came by post")
    with open_books(accountant) as books:
        desk.tried["vouchers.service.save"](books, far)
    with read_books(accountant) as books:
        (kept,) = books.session.scalars(select(EditLogEntry).where(EditLogEntry.action == "override"))
        assert (kept.entity, kept.user_name, kept.new and kept.new["reason"]) == ("voucher_document", "Asha", "It came by post")
    with read_books(iyer.actor) as books:
        assert not list(books.session.scalars(select(EditLogEntry).where(EditLogEntry.action == "override")))
