"""How the shop buys on paper: lots with an expiry, and appliances from the order to the debit note and the payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from webapp import ledger, outstandings, parties, purchases
from webapp.demonstration.branches import CEREAL, COOKER, DRINK, HOB, MIXER, SERIALS, Tracked
from webapp.demonstration.shop import Desk, gstin_of, hash_of, write_voucher
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.kernel.posting import credit, debit
from webapp.platform.tenancy import Books


def buy_baby_food(desk: Desk, books: Books, day: date) -> None:
    supplier = parties.PartyDraft(
        name="Poshan Foods", is_customer=False, is_supplier=True, gstin=gstin_of("27AADCP4321K1Z"), city="Pune", credit_days=30
    )
    desk.made["Poshan"] = parties.create_party(books, supplier).id
    past = desk.last_day - timedelta(days=14)
    lines = [_lot(desk, CEREAL, 24, "BC-2503", past), _lot(desk, DRINK, 12, "MD-118", desk.last_day + timedelta(days=200))]
    bill = _enter(desk, books, day, "Poshan", "PF/1187", lines)
    _settle(desk, books, day, bill, "Poshan Foods")


def buy_fresh_baby_food(desk: Desk, books: Books, day: date) -> None:
    soon = desk.last_day + timedelta(days=19)
    _enter(desk, books, day, "Poshan", "PF/2240", [_lot(desk, CEREAL, 18, "BC-2511", soon)])


def order_appliances(desk: Desk, books: Books, day: date) -> None:
    supplier = parties.PartyDraft(
        name="Prakash Home Appliances", is_customer=False, is_supplier=True, gstin=gstin_of("27AAGCP8765M1Z"), city="Pune"
    )
    desk.made["Prakash"] = parties.create_party(books, supplier).id
    desk.made["order"] = _order(desk, books, day, "Prakash", {good: len(SERIALS[good.name]) for good in (MIXER, COOKER, HOB)})


def receive_appliances(desk: Desk, books: Books, day: date) -> None:
    lines = tuple(
        purchases.ReceiptLine(
            item_id=line.item_id,
            qty=Qty(line.qty),
            rate=MilliPaise(line.rate_millipaise),
            serials=SERIALS[line.name],
            order_line_no=line.line_no,
        )
        for line in purchases.order_lines(books, desk.made["order"])
    )
    receipt = purchases.Receipt(
        id=new_id(),
        party_id=desk.made["Prakash"],
        received_on=day,
        store_id=desk.shop.store_id,
        lines=lines,
        body_sha256=hash_of("receipt", day),
        order_id=desk.made["order"],
        reference="LR 40817",
    )
    desk.made["receipt"] = purchases.receive(books, receipt).id


def bill_appliances(desk: Desk, books: Books, day: date) -> None:
    lines = [
        purchases.BillLine(
            kind=purchases.LineKind.ITEM,
            item_id=line.item_id,
            qty=Qty(line.qty),
            rate=MilliPaise(line.rate_millipaise),
            serials=SERIALS[line.name],
            receipt=purchases.LineRef(desk.made["receipt"], line.line_no),
        )
        for line in purchases.receipt_lines(books, desk.made["receipt"])
    ]
    desk.made["bill"] = _enter(desk, books, day, "Prakash", "PHA/26/0931", lines)


def bring_appliances(desk: Desk, books: Books, day: date) -> None:
    """The carrier bills by itself: its freight goes on the appliances that came, by their value."""
    carrier = parties.PartyDraft(name="Sahyadri Roadlines", is_customer=False, is_supplier=True, state_code="27", city="Pune")
    desk.made["Sahyadri"] = parties.create_party(books, carrier).id
    freight = purchases.BillLine(kind=purchases.LineKind.CHARGE, name="Freight", qty=Qty(1000), rate=MilliPaise(840_00_000))
    bill = _enter(desk, books, day, "Sahyadri", "SR-40817", [freight])
    lines = purchases.receipt_lines(books, desk.made["receipt"])
    landing = purchases.Landing(
        id=new_id(),
        bill_id=bill,
        landed_on=day,
        shared_by="value",
        bearers=tuple(purchases.Bearer(purchases.LineRef(line.receipt_id, line.line_no)) for line in lines),
        body_sha256=hash_of("freight", day),
    )
    purchases.land(books, landing)
    _settle(desk, books, day, bill, "Sahyadri Roadlines")


def give_a_mixer_back(desk: Desk, books: Books, day: date) -> None:
    broken = purchases.NoteLine(1, Qty(1000), (SERIALS[MIXER.name][-1],))
    note = purchases.Note(
        id=new_id(),
        against_id=desk.made["bill"],
        note_date=day,
        reason="Jar was cracked",
        lines=(broken,),
        body_sha256=hash_of("note", day),
    )
    purchases.give_back(books, note)


def pay_for_appliances(desk: Desk, books: Books, day: date) -> None:
    _settle(desk, books, day, desk.made["bill"], "Prakash Home Appliances")


def order_more(desk: Desk, books: Books, day: date) -> None:
    _order(desk, books, day, "Prakash", {MIXER: 4, HOB: 2})


def _order(desk: Desk, books: Books, day: date, supplier: str, wanted: Mapping[Tracked, int]) -> UUID:
    lines = tuple(
        purchases.OrderLine(item_id=desk.shop.tracked[good.name], qty=Qty(count * 1000), rate=MilliPaise(good.cost * 100_000))
        for good, count in wanted.items()
    )
    order = purchases.Order(
        id=new_id(),
        party_id=desk.made[supplier],
        order_date=day,
        store_id=desk.shop.store_id,
        lines=lines,
        body_sha256=hash_of("order", day),
        expected_on=day + timedelta(days=6),
    )
    return purchases.approve(books, purchases.save_order(books, order).id).id


def _lot(desk: Desk, good: Tracked, count: int, batch: str, expires_on: date) -> purchases.BillLine:
    return purchases.BillLine(
        kind=purchases.LineKind.ITEM,
        item_id=desk.shop.tracked[good.name],
        qty=Qty(count * 1000),
        rate=MilliPaise(good.cost * 100_000),
        batch=batch,
        expires_on=expires_on,
        mrp=Paise(good.mrp * 100),
    )


def _enter(desk: Desk, books: Books, day: date, supplier: str, number: str, lines: list[purchases.BillLine]) -> UUID:
    bill = purchases.Bill(
        id=new_id(),
        party_id=desk.made[supplier],
        supplier_number=number,
        bill_date=day,
        voucher_date=day,
        store_id=desk.shop.store_id,
        lines=tuple(lines),
        body_sha256=hash_of(number, day),
    )
    return purchases.enter_bill(books, bill).id


def _settle(desk: Desk, books: Books, day: date, bill_id: UUID, name: str) -> None:
    """Pay by bank what of a bill is open."""
    bill, heads = purchases.bill(books, bill_id), ledger.heads(books)
    settled = sum(row.amount_paise for row in outstandings.allocations_of(books, bill_id))
    amount = bill.total_paise - settled
    lines = [debit(heads["creditors"], amount, bill.party_id), credit(heads["bank"], amount)]
    paid = write_voucher(books, "payment", day, f"Paid to {name} for {bill.supplier_number}", lines)
    outstandings.settle_against(books, bill.party_id, paid, bill_id, on=day)
