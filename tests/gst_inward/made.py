"""Files of the portal as a test wants them, and the purchase desk whose bills they are held against."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.ground.shops import Shop
from tests.purchases.conftest import GSTIN, Buyer, paise
from webapp import purchases
from webapp.gst_inward import importing, queries, service
from webapp.gst_inward.importing import Imported
from webapp.gst_inward.models import InwardMatch
from webapp.gst_inward.queries import MatchRow
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import BillRow, Heads

SAMPLES = Path(__file__).parents[2].parent / "shared" / "statutory" / "samples"
OURS = "27AABCS1234D1ZV"
MONTH = 202610


def sample(name: str) -> str:
    """A file of the portal that is kept beside the repository, or the test is skipped where it is not there."""
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip("the portal's samples are kept beside the repository (../shared/statutory) and are not there")
    return path.read_text()


def invoice(number: str, value: str = "1000.00", *, tax: str = "90.00", day: str = "05-10-2026", **more: Any) -> dict[str, Any]:
    return {"inum": number, "typ": "R", "dt": day, "val": value, "pos": "27", "rev": "N", "itcavl": "Y", "rsn": ""} | {
        "txval": value,
        "cgst": tax,
        "sgst": tax,
        "igst": 0,
        "cess": 0,
        **more,
    }


def note(number: str, value: str = "100.00", *, tax: str = "9.00", day: str = "10-10-2026", **more: Any) -> dict[str, Any]:
    found = invoice(number, value, tax=tax, day=day, **{"typ": "C", "suptyp": "R", **more})
    return {"ntnum": found.pop("inum"), **found}


def by(rows: Sequence[dict[str, Any]], gstin: str = GSTIN, inner: str = "inv") -> list[dict[str, Any]]:
    return [{"ctin": gstin, "trdnm": "Gupta", "supfildt": "11-11-2026", "supprd": "102026", inner: list(rows)}]


def told_2b(
    *, month: str = "102026", gendt: str = "14-11-2026", gstin: str = OURS, rejected: dict[str, Any] | None = None, **sections: Any
) -> bytes:
    data: dict[str, Any] = {"gstin": gstin, "rtnprd": month, "version": "1.0", "gendt": gendt, "docdata": sections}
    if rejected is not None:
        data["docRejdata"] = rejected
    return json.dumps({"chksum": "A", "data": data}).encode()


class Desk:
    """A shop's purchases and what its suppliers told."""

    def __init__(self, shop: Shop, buyer: Buyer) -> None:
        self.shop, self.buyer = shop, buyer

    def take_in(self, content: bytes, *, gstin: str = OURS, month: int = 0, name: str = "2b.json") -> Imported:
        asked = importing.read_file(gstin, month, name, content)
        with open_books(self.shop.actor) as books:
            return importing.import_file(books, asked)

    def buy(self, number: str, amount: float = 1000, *, tax: float = 90, **more: Any) -> BillRow:
        given: dict[str, Any] = {"taxes": Heads(cgst=paise(tax), sgst=paise(tax)), "taxes_confirmed": True, **more}
        return self.buyer.buy(self.buyer.line("Soap", 1, amount), number=number, **given)

    def again(self, month: int = MONTH) -> None:
        with open_books(self.shop.actor) as books:
            service.reconcile_month(books, OURS, month)

    def rows(self, gstin: str = OURS) -> dict[str, MatchRow]:
        """Every row by its document's number (a bill alone by its own, in brackets)."""
        with read_books(self.shop.actor) as books:
            query = select(*queries.columns(InwardMatch, MatchRow)).where(InwardMatch.gstin == gstin)
            found = [MatchRow(*row) for row in books.session.execute(query)]
        return {one.number if one.document_id else f"({one.number})": one for one in found}

    def states(self) -> dict[str, str]:
        return {number: f"{row.state} {row.stage}" for number, row in self.rows().items()}

    def standing(self, bill_id: UUID) -> bool:
        with read_books(self.shop.actor) as books:
            return purchases.cancellation_of(books, bill_id) is None
