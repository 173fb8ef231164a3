"""The gift hamper: what it is made of, a few of them packed, and one taken apart again because nobody wanted it."""

from __future__ import annotations

from datetime import date

from webapp import assembly, catalogue, ledger
from webapp.assembly import BomLine, Cost
from webapp.demonstration.goods import GOODS
from webapp.demonstration.shop import Desk, hash_of
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.platform.tenancy import Books

HAMPER = "Gift Hamper"
PARTS = {"Glucose Biscuits 80 g": 2, "Cream Biscuits 100 g": 1, "Potato Chips 50 g": 2}
PACKED = 5
# What leaves the counter's shelf for them.
USED = {name: count * PACKED for name, count in PARTS.items()}


def design_hamper(desk: Desk, books: Books, day: date) -> None:
    """The hamper as an item of its own, and its bill of materials."""
    draft = catalogue.ItemDraft(
        name=HAMPER,
        local_name="उपहार टोकरी",
        price_millipaise=MilliPaise(220 * 100_000),
        tax_class_id=catalogue.tax_class_ids(books)["gst-18"],
        unit="NOS",
        category="Gifts",
    )
    desk.made["hamper"] = catalogue.create_item(books, draft).id
    places = {good.name: place for place, good in enumerate(GOODS)}
    lines = tuple(BomLine(desk.shop.items[places[name]], Qty(count * 1000), BasisPoints(0)) for name, count in PARTS.items())
    bom = assembly.BomDraft(new_id(), desk.made["hamper"], day, Qty(1000), lines, note="With a ribbon from the drawer")
    assembly.save_bom(books, bom)
    desk.made["hamper_bom"] = bom.id


def pack_hampers(desk: Desk, books: Books, day: date) -> None:
    """By the bill of materials, with what the packing cost."""
    wages = Cost(ledger.heads(books)["expenses"], Paise(75_00))
    _post(desk, books, day, PACKED, takes_apart=False, costs=(wages,), note="For the festival")


def open_a_hamper(desk: Desk, books: Books, day: date) -> None:
    """One comes apart again."""
    _post(desk, books, day, 1, takes_apart=True, costs=(), note="Not sold")


def _post(desk: Desk, books: Books, day: date, count: int, *, takes_apart: bool, costs: tuple[Cost, ...], note: str) -> None:
    found = assembly.fill(books, desk.made["hamper_bom"], Qty(count * 1000), day, takes_apart=takes_apart)
    asked = assembly.Journal(
        id=new_id(),
        store_id=desk.shop.store_id,
        made_on=day,
        used=tuple(assembly.UseLine(row.item_id, row.qty) for row in found.used),
        made=tuple(assembly.MakeLine(row.item_id, row.qty) for row in found.made),
        costs=costs,
        body_sha256=hash_of("pack", day, count),
        kind=found.kind,
        share_by=found.share_by,
        bom_id=found.bom.row.id,
        note=note,
    )
    assembly.post(books, asked)
