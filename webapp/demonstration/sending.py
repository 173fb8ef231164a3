"""How goods go between the shop's stores: received, by tax invoice into another state, and on their way; and what is thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from webapp import stocktaking, transfers
from webapp.demonstration.branches import CEREAL, COOKER, DRINK, HOB, MIXER, SERIALS
from webapp.demonstration.goods import GOODS
from webapp.demonstration.shop import Desk, hash_of
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.kernel.movement import BatchFacts
from webapp.platform.tenancy import Books
from webapp.transfers import SendLine

# What leaves the counter's shelf for the second shop: received there, and later on its way.
RECEIVED = {"Glucose Biscuits 80 g": 12, "Marie Biscuits 250 g": 6, "Iodised Salt 1 kg": 5}
ON_THE_WAY = {"Potato Chips 50 g": 10, "Cream Biscuits 100 g": 6}


def send_to_kothrud(desk: Desk, books: Books, day: date) -> None:
    """Biscuits, salt, malt drink and two hobs."""
    lines = [*_shelf(desk, RECEIVED), SendLine(desk.shop.tracked[DRINK.name], Qty(4000), batch="MD-118")]
    lines.append(SendLine(desk.shop.tracked[HOB.name], Qty(2000), serials=SERIALS[HOB.name][:2]))
    _send(desk, books, day, "KTD", lines, "MH12 KT 2087")


def receive_at_kothrud(desk: Desk, books: Books, day: date) -> None:
    """All of it arrives but one packet of salt."""
    _receive(desk, books, day, "KTD", short_line=3, reason="One packet was torn")


def send_to_belagavi(desk: Desk, books: Books, day: date) -> None:
    """Another registration: two mixers and a cooker by tax invoice."""
    mixers, cookers = SERIALS[MIXER.name][1:3], SERIALS[COOKER.name][1:2]
    lines = [
        SendLine(desk.shop.tracked[MIXER.name], Qty(2000), serials=mixers),
        SendLine(desk.shop.tracked[COOKER.name], Qty(1000), serials=cookers),
    ]
    _send(desk, books, day, "BGM", lines, "KA22 C 5190")


def receive_at_belagavi(desk: Desk, books: Books, day: date) -> None:
    """All of it arrives."""
    _receive(desk, books, day, "BGM")


def send_again(desk: Desk, books: Books, day: date) -> None:
    """Sent yesterday, not there yet."""
    lines = [*_shelf(desk, ON_THE_WAY), SendLine(desk.shop.tracked[CEREAL.name], Qty(5000), batch="BC-2511")]
    _send(desk, books, day, "KTD", lines, "MH12 KT 2087")


def throw_away(desk: Desk, books: Books, day: date) -> None:
    """Some of the lot that is past its day; the rest stands on the list of what has expired."""
    change = stocktaking.Change(desk.shop.tracked[CEREAL.name], Qty(-6000), label=BatchFacts("BC-2503"))
    asked = stocktaking.Adjustment(new_id(), day, desk.shop.store_id, "expired: Taken off the shelf", (change,), "wastage")
    stocktaking.adjust_stock(books, asked)


def _shelf(desk: Desk, wanted: Mapping[str, int]) -> list[SendLine]:
    places = {good.name: place for place, good in enumerate(GOODS)}
    return [SendLine(desk.shop.items[places[name]], Qty(count * 1000)) for name, count in wanted.items()]


def _send(desk: Desk, books: Books, day: date, to: str, lines: list[SendLine], vehicle: str) -> None:
    asked = transfers.Send(
        id=new_id(),
        from_store_id=desk.shop.store_id,
        to_store_id=desk.shop.stores[to],
        sent_on=day,
        lines=tuple(lines),
        body_sha256=hash_of("send", to, day),
        vehicle=vehicle,
    )
    transfers.send(books, asked)
    desk.made[to] = asked.id


def _receive(desk: Desk, books: Books, day: date, to: str, *, short_line: int = 0, reason: str = "") -> None:
    lines = tuple(
        transfers.ReceivedLine(line.line_no, Qty(line.qty - 1000 * (line.line_no == short_line)))
        for line in transfers.transfer(books, desk.made[to]).lines
    )
    asked = transfers.Receive(desk.made[to], new_id(), day, lines, hash_of("receive", to, day), reason)
    transfers.receive(books, asked)
