"""Two shops with items, and ways to send a sheet in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.ground.shops import Shop
from webapp import catalogue
from webapp.catalogue import hooks, imports
from webapp.kernel.money import read_millipaise, read_paise
from webapp.platform.tenancy import Actor, Books, open_books, read_books

# The sample may not be shipped; it stands beside a checkout of the project, where there is one.
SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "catalogue" / "indian-grocery-20k.csv"


def draft(books: Books, name: str = "Basmati rice 1 kg", price: str = "120", **more: Any) -> catalogue.ItemDraft:
    """An item as a shopkeeper would type it: prices in rupees, the tax class by its code."""
    classes = catalogue.tax_class_ids(books)
    mrp = more.pop("mrp", None)
    return catalogue.ItemDraft(
        name=name,
        price_millipaise=read_millipaise(price),
        tax_class_id=classes[more.pop("tax", "gst-5")],
        mrp_paise=None if mrp is None else read_paise(mrp),
        **more,
    )


def make(shop: Shop, name: str = "Basmati rice 1 kg", price: str = "120", **more: Any) -> UUID:
    with open_books(shop.actor) as books:
        return catalogue.create_item(books, draft(books, name, price, **more)).id


def as_csv(*rows: Sequence[Any], headings: Sequence[str] = ("Item Name", "Brand", "Category", "Sale Price", "MRP")) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([headings, *rows])
    return buffer.getvalue().encode()


def bring_in(actor: Actor, content: bytes, name: str = "list.csv", *, run: bool = True) -> UUID:
    """Send a sheet in as a browser would, and commit it as the worker would."""
    import_id = imports.receive(actor, name, [content])
    if run:
        with open_books(actor) as books:
            imports.request_import(books, import_id)
        catalogue.run_import(actor, import_id)
    return import_id


def outcome(actor: Actor, import_id: UUID) -> tuple[str, int, int, int, int]:
    """State, and how many were created, changed, same, refused."""
    with read_books(actor) as books:
        row = imports.import_row(books, import_id)
        return row.state, row.rows_created, row.rows_changed, row.rows_same, row.rows_refused


def names(actor: Actor) -> list[str]:
    with read_books(actor) as books:
        from webapp.catalogue import lists

        return [row.name for row in lists.list_items(books, lists.Filters(), most=100_000).rows]


def refusals(actor: Actor, import_id: UUID) -> list[list[str]]:
    with read_books(actor) as books:
        return list(imports.error_rows(books, import_id)[1])


@dataclass
class Shelf:
    """Takes opening stock in place of the stock register."""

    openings: list[hooks.Opening] = field(default_factory=list)

    def __call__(self, _books: Books, openings: Sequence[hooks.Opening]) -> None:
        self.openings += openings


@pytest.fixture
def shelf(engine: object, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    taken = Shelf()
    monkeypatch.setattr(hooks, "_take_openings", taken)
    return taken
