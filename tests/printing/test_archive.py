"""An A4 bill is an archive's paper with its data inside: PDF/A-3b by structure, and nothing in it that the paper does not say."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.printing import made
from tests.printing.archive import faults
from tests.printing.test_papers import sold
from webapp import printing, sales
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import Layout
from webapp.printing.bill_data import bill_data
from webapp.printing.registered import Mark
from webapp.printing.rules import bill_paper


@pytest.fixture
def bill(sharma: Shop) -> UUID:
    return sold(sharma, lines=3, name="ஸ்ரீ Candy 🍬 શ્રી")


def drawn(shop: Shop, bill: UUID, layout: Layout = Layout.A4) -> bytes:
    with read_books(shop.actor) as books:
        return printing.draw_bill(books, bill, layout)


def data_in(pdf: bytes) -> dict[str, Any]:
    [(name, [content])] = PdfReader(io.BytesIO(pdf)).attachments.items()
    assert name == "26PR-000001.json"
    said: dict[str, Any] = json.loads(content)
    return said


def test_a_bill_is_pdf_a_with_what_it_says_as_data(sharma: Shop, bill: UUID, clock: Clock) -> None:
    pdf = drawn(sharma, bill)
    assert faults(pdf) == []
    said = data_in(pdf)
    with read_books(sharma.actor) as books:
        view = sales.invoice(books, bill)
    assert (said["format"], said["version"], said["document"]["number"]) == ("munim-bill", 1, view.header.number)
    assert [one["total_paise"] for one in said["lines"]] == [line.total_paise for line in view.lines]
    assert sum(one["total_paise"] for one in said["lines"]) + said["totals"]["round_off_paise"] == said["totals"]["total_paise"]
    assert said["buyer"]["name"] == "Kavita <b>Jadhav</b>"
    assert said["payments"] == [{"mode": "credit", "amount_paise": view.header.total_paise, "reference": ""}]
    assert said["document"]["is_cancelled"] is False
    clock.advance(minutes=1)
    with open_books(sharma.actor) as books:
        sales.cancel(books, bill, reason="Wrong customer", at=books.now)
    assert (
        data_in(drawn(sharma, bill, Layout.A4_DUPLICATE))["document"] | {"is_cancelled": True, "copy": "duplicate"}
        == data_in(drawn(sharma, bill, Layout.A4_DUPLICATE))["document"]
    )


def test_the_data_do_not_tell_what_the_shop_paid_nor_its_ids(sharma: Shop, bill: UUID) -> None:
    text = json.dumps(data_in(drawn(sharma, bill)))
    assert "cost" not in text
    assert "upi" not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text), "no id of the database"


def test_what_the_portal_signed_is_among_the_data() -> None:
    paper = bill_paper(made.bill(1), Layout.A4, "en")
    mark = Mark("ab" * 32, "1126", made.AT, is_cancelled=False, qr="data:", ewb_no="1810", signed_qr="ey.J.x")
    said = json.loads(bill_data(paper, Layout.A4, mark, ()))
    assert said["einvoice"] == {
        "irn": "ab" * 32,
        "ack_number": "1126",
        "ack_at": "2026-11-20T05:30:00+00:00",
        "is_cancelled": False,
        "signed_qr": "ey.J.x",
    }
    assert said["ewaybill_number"] == "1810"
    travels_only = Mark("", "", None, is_cancelled=False, qr="", ewb_no="1810")
    assert json.loads(bill_data(paper, Layout.A4, travels_only, ()))["einvoice"] is None


def test_a_paper_with_a_sign_that_no_font_has_claims_nothing() -> None:
    pdf = made.a4(made.bill(1, (("Odd \ue000", ""),)))
    assert "no metadata" in faults(pdf)
    assert data_in(pdf)["lines"][0]["name"] == "Odd \ue000"


@pytest.fixture(scope="module")
def paper() -> bytes:
    """A small archive's paper, drawn once."""
    return made.a4(made.bill(1))


def _plant(writer: PdfWriter, fault: str) -> None:
    root = writer.root_object
    if fault.startswith("/"):
        del root[NameObject(fault)]
    elif fault == "font":
        font = next(iter(writer.pages[0]["/Resources"]["/Font"].values())).get_object()  # type: ignore[index]
        del font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()["/FontFile2"]
    elif fault == "relationship":
        del root["/AF"][0].get_object()["/AFRelationship"]  # type: ignore[index]
    elif fault == "smooth":
        writer.pages[0][NameObject("/Interpolate")] = BooleanObject(value=True)
    else:
        root[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("0")}
        )


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("/OutputIntents", "no output intent"),
        ("/Metadata", "no metadata"),
        ("/AF", "an attached file is not associated"),
        ("font", "a font is not embedded"),
        ("relationship", "an attached file has no relationship"),
        ("smooth", "a picture is smoothed"),
        ("script", "an action: /JavaScript"),
    ],
)
def test_the_check_itself_sees_what_is_wrong(paper: bytes, fault: str, words: str) -> None:
    assert faults(paper) == []
    writer = PdfWriter(clone_from=io.BytesIO(paper))
    _plant(writer, fault)
    out = io.BytesIO()
    writer.write(out)
    assert any(one.startswith(words) for one in faults(out.getvalue()))
