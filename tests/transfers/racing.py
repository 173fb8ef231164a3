"""A process that wants the last unit of one item after another, each by another way: at a till, on an invoice, for another store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from threading import BrokenBarrierError
from typing import TYPE_CHECKING
from uuid import UUID

from tests.counter.device import Device
from tests.ground.databases import patient
from tests.sales.trade import Trade
from webapp import transfers
from webapp.app import connect_rooms
from webapp.counter import forms, reserving, service, tills
from webapp.kernel.dates import ist_day
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform import clock, db
from webapp.platform.tenancy import open_books
from webapp.sales import office
from webapp.sales.typed import read_sheet
from webapp.transfers import Send, SendLine

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

WAYS = ("counter", "invoice", "transfer")


@dataclass
class Racer:
    """What a process needs: where the books are, its till, and who starts the rounds."""

    url: str
    trade: Trade
    to_store: UUID
    device: Device
    till: tills.Device
    place: int

    def way(self, round_no: int) -> str:
        """Another one in each round, and in each round another one than its neighbour."""
        return WAYS[(round_no + self.place) % len(WAYS)]

    def had(self, way: str, name: str) -> bool:
        """Whether the last unit of an item was this process's."""
        try:
            return bool(getattr(self, way)(name))
        except BooksError:
            return False

    def counter(self, name: str) -> bool:
        """Set aside as the till does before it issues; then the bill has happened, and must be taken."""
        item = self.trade.items[name]
        bill_id = new_id()
        if reserving.reserve(self.till, reserving.ReservationWish(bill_id, {item: Qty(1000)})).refused:
            return False
        self.device.sell(self.device.line(name), id=str(bill_id))
        push = forms.read_push(json.dumps(self.device.envelope(self.device.outbox)).encode())
        drained = service.drain(self.till, push)
        told = [(one.status, one.flags, one.reason) for one in drained.results]
        assert told == [("ok", (), "")], told
        self.device.outbox = []
        self.device.lease = drained.lease or self.device.lease
        return True

    def invoice(self, name: str) -> bool:
        with open_books(self.trade.actor) as books:
            return bool(office.issue_invoice(books, read_sheet({"id": str(new_id()), "item-1": name, "qty-1": "1", "pay": "cash"})))

    def transfer(self, name: str) -> bool:
        day = ist_day(clock.now())
        with open_books(self.trade.actor) as books:
            goods = (SendLine(self.trade.items[name], Qty(1000)),)
            return bool(transfers.send(books, Send(new_id(), self.trade.store_id, self.to_store, day, goods, new_id().hex)))


def race(racer: Racer, names: list[str], gate: Barrier) -> list[tuple[str, bool | str]]:
    """Round by round: by which way this process tried, and whether it had the unit; a fault by its words. In the first rounds the first
    process goes before the others, so that each way has won once, whichever is the fastest on this machine."""
    db.use(patient(db.make_engine(racer.url)))
    connect_rooms()
    told: list[tuple[str, bool | str]] = []
    try:
        for round_no, name in enumerate(names):
            way, has_start = racer.way(round_no), round_no < len(WAYS)
            gate.wait(600)
            if has_start and racer.place:
                gate.wait(600)  # until the first is done
            try:
                told.append((way, racer.had(way, name)))
            except Exception as fault:
                told.append((way, repr(fault)))
            if has_start and not racer.place:
                gate.wait(600)
    except BrokenBarrierError:
        pass  # another process died; its absence fails the test
    db.engine().dispose()
    return told
