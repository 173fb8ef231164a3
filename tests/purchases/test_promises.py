"""Whatever the figures: slips balance, stock in the ledger is stock in the register, and a bill's tax is the sum of its lines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.purchases.conftest import TODAY, Buyer
from webapp import purchases
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.purchases import Bill, BillLine, Customs, Heads, LineKind, LineRef, TaxBy
from webapp.purchases.figures import HEADS, PricedLine, work_out_bill
from webapp.purchases.slips import Amounts, PostedLine, bill_slip, note_slip
from webapp.tax.rules import Supply

ONE = UUID(int=1)
CODES = ["creditors", "stock-in-hand", "goods-received", "price-differences", "purchase-costs", "gst-not-claimed", "round-off"]
CODES += [f"{side}-{head}" for side in ("input", "reverse-charge") for head in HEADS]
ACCOUNTS = {code: UUID(int=number) for number, code in enumerate(CODES, 10)}


@st.composite
def priced(draw: Any) -> PricedLine:
    kind = draw(st.sampled_from(LineKind))
    qty, rate = draw(st.integers(1, 10**7)), draw(st.integers(0, 10**8))
    return PricedLine(
        kind=kind,
        qty=Qty(qty),
        rate=MilliPaise(rate),
        discount=Paise(draw(st.integers(0, 3)) * (qty * rate // 1_000_000) // 4),
        rate_bp=BasisPoints(draw(st.sampled_from([0, 25, 500, 1200, 1800, 4000]))),
        cess_bp=BasisPoints(draw(st.sampled_from([0, 0, 1200]))),
        is_claimed=draw(st.booleans()),
        is_stock=kind is LineKind.ITEM and draw(st.booleans()),
    )


@given(
    lines=st.lists(priced(), min_size=1, max_size=6),
    supply=st.sampled_from([Supply.INTRA, Supply.INTER]),
    tax_by=st.sampled_from(TaxBy),
    has_gstin=st.booleans(),
    said=st.lists(st.none() | st.integers(0, 10**6), min_size=4, max_size=4),
    duty=st.integers(0, 10**6),
    rounds=st.booleans(),
)
@settings(max_examples=300)
def test_figures_add_up_and_slips_balance(
    lines: list[PricedLine], supply: Supply, tax_by: TaxBy, said: list[int | None], duty: int, *, has_gstin: bool, rounds: bool
) -> None:
    customs = (
        Customs("1", TODAY, "INNSA1", Paise(0), Paise(duty), Paise(duty * 2), Paise(duty // 3), ONE) if tax_by is TaxBy.IMPORT else None
    )
    taxes = Heads(*(None if one is None else Paise(one) for one in said)) if tax_by is TaxBy.SUPPLIER else Heads()
    bill = Bill(
        id=ONE, party_id=ONE, supplier_number="1", bill_date=TODAY, voucher_date=TODAY, store_id=ONE, lines=(), body_sha256="",
        tax_by=tax_by, taxes=taxes, customs=customs,
    )  # fmt: skip
    try:
        found = work_out_bill(bill, lines, supply=supply, supplier_charges_tax=has_gstin, rounds=rounds)
    except BooksError:
        assert sum(line.qty * line.rate for line in lines) < 10**9  # only tax on next to nothing is refused here
        return
    for head in HEADS:
        assert found.taxes[head] == sum(getattr(line, head) for line in found.lines)
    owed = found.taxable + (found.tax if tax_by is TaxBy.SUPPLIER else 0)
    assert found.total == owed + found.round_off
    amounts = amounts_of(bill, found, lines)
    slip = bill_slip(amounts, ACCOUNTS)  # an unbalanced slip cannot be made
    assert slip is None or sum(line.amount for line in slip.lines) == 0
    if tax_by is not TaxBy.IMPORT and not found.round_off and not found.loose_charges:
        lost = sum(line.charge for line, own in zip(found.lines, lines, strict=True) if own.is_stock)
        spent = sum(
            line.taxable + (0 if own.is_claimed else line.tax)
            for line, own in zip(found.lines, lines, strict=True)
            if own.kind is LineKind.CHARGE
        )
        assert lost == spent
        back = replace_total(amounts, found, lines)
        assert note_slip(back, lost, ACCOUNTS) is None or back.total >= 0


def amounts_of(bill: Bill, found: Any, lines: list[PricedLine]) -> Amounts:
    goods = [one for one, own in zip(found.lines, lines, strict=True) if own.is_stock]
    customs = bill.customs
    return Amounts(
        party_id=ONE,
        tax_by=bill.tax_by,
        total=found.total,
        stock=sum(one.cost for one in goods[::2]),
        received=sum(one.taxable for one in goods[1::2]),
        difference=sum(one.cost - one.taxable for one in goods[1::2]),
        lines=[
            PostedLine(own.kind, ONE, one.taxable, 0 if own.is_claimed else one.tax)
            for one, own in zip(found.lines, lines, strict=True)
            if not own.is_stock and own.kind is not LineKind.CHARGE
        ],
        taxes=found.taxes,
        claimed=found.claimed,
        loose_charges=found.loose_charges,
        round_off=found.round_off,
        customs=customs.duty + customs.igst + customs.cess if customs else 0,
        customs_account=ONE if customs else None,
    )


def replace_total(amounts: Amounts, found: Any, lines: list[PricedLine]) -> Amounts:
    """The same as a debit note of everything but its charges."""
    from dataclasses import replace

    kept = [(one, own) for one, own in zip(found.lines, lines, strict=True) if own.kind is not LineKind.CHARGE]
    taxes = {head: sum(getattr(one, head) for one, _own in kept) for head in HEADS}
    claimed = {head: sum(getattr(one, head) for one, own in kept if own.is_claimed) for head in HEADS}
    tax = sum(taxes.values()) if amounts.tax_by is TaxBy.SUPPLIER else 0
    total = sum(one.taxable for one, _own in kept) + tax
    stock = sum(one.cost for one, own in kept if own.is_stock)
    return replace(amounts, total=total, stock=stock, difference=0, taxes=taxes, claimed=claimed)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "receive", "bill", "sell", "return", "cancel"]), st.integers(1, 9), st.integers(0, 5000), st.booleans()
    ),
    min_size=3,
    max_size=8,
)


@given(steps=STEPS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_books_are_true_after_any_steps(buyer: Buyer, steps: list[tuple[str, int, int, bool]]) -> None:
    bills: list[purchases.BillRow] = []
    receipts: list[purchases.ReceiptRow] = []
    for act, qty, cents, flag in steps:
        try:
            walk(buyer, bills, receipts, act, qty, cents / 100, flag=flag)
        except BooksError:
            continue  # a refusal leaves everything as it was, which the end of the test sees
    buyer.assert_true()
    assert buyer.balance("price-differences") == 0


def walk(buyer: Buyer, bills: Any, receipts: Any, act: str, qty: int, rate: float, *, flag: bool) -> None:
    number = new_id().hex[-12:]
    if act == "buy":
        bills.append(buyer.buy(buyer.line("Soap", qty, rate, is_claimed=flag), buyer.charge("Freight", qty), number=number))
    elif act == "receive":
        receipts.append(buyer.receive(buyer.goods("Soap", qty, rate)))
    elif act == "bill" and receipts:
        line = buyer.line("Soap", min(qty, 3), rate, receipt=LineRef(receipts[-1].id, 1), is_claimed=flag)
        bills.append(buyer.buy(line, number=number))
    elif act == "sell":
        buyer.sell("Soap", qty)
    elif act == "return" and bills:
        bills.append(buyer.give_back(bills[0], (1, 1)))
    elif act == "cancel" and bills:
        buyer.cancel(bills[-1].id)


def test_a_line_needs_what_it_is_for(buyer: Buyer) -> None:
    with pytest.raises(BooksError):
        buyer.enter(buyer.bill(BillLine(kind=LineKind.EXPENSE, qty=Qty(1000), rate=MilliPaise(100))))
