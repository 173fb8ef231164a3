"""Papers: asked for once, drawn by a job, opened by who holds the link and by nobody else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from jobs.relay import relay
from jobs.scheduler import perform_here
from tests.conftest import Clock
from tests.counter.device import SYNC, Device, signed_in
from tests.ground.shops import Shop
from webapp import catalogue, company, parties, printing, sales
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.kernel.upi import upi_link
from webapp.platform import storage
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import Layout
from webapp.printing.rules import read_layout, whatsapp_link

A_BILL_OF = [(2000, 52_500), (500, 10_000)]  # (thousandths, paise each with tax)


@pytest.fixture
def bill(sharma: Shop) -> UUID:
    """A bill of two lines on credit, in a shop with a UPI id that prints in both languages."""
    return sold(sharma)


def sold(shop: Shop, *, lines: int = 2, name: str = "Toor Dal 1 kg", upi_id: str = "sharma@okbank") -> UUID:
    from webapp.kernel.dates import FinancialYear
    from webapp.platform.numbering import open_series

    with open_books(shop.actor) as books:
        company.change_profile(
            books, {"upi_id": upi_id, "bill_language": "en+hi", "allows_negative_stock": True, "address": "14 Laxmi Road"}
        )
        tax_class = catalogue.tax_class_ids(books)["gst-5"]
        draft = catalogue.ItemDraft(
            name=name, local_name="तूर दाल 1 किलो", price_millipaise=MilliPaise(52_500_000), tax_class_id=tax_class, hsn="0713"
        )
        item = catalogue.create_item(books, draft)
        party = parties.create_party(books, parties.PartyDraft(name="Kavita <b>Jadhav</b>", phone="98220 10018"))
        open_series(books, "26PR", document_kind="bill", year=FinancialYear.of(books.today))
        rows = tuple(
            sales.SaleLine(item.id, Qty(qty), MilliPaise(price * 1000), price_includes_tax=True)
            for qty, price in (A_BILL_OF * lines)[:lines]
        )
        total = Paise(sum(qty * price // 1000 for qty, price in (A_BILL_OF * lines)[:lines]))
        invoice_id = new_id()
        sale = sales.Sale(
            id=invoice_id,
            series="26PR",
            seq=None,
            invoice_date=books.today,
            issued_at=books.now,
            store_id=company.default_store(books),
            cashier="Ravi",
            lines=rows,
            tenders=(sales.Tender(sales.TenderMode.CREDIT, Paise(-(-total // 100) * 100 if total % 100 >= 50 else total // 100 * 100)),),
            body_sha256="0" * 64,
            rules_v=1,
            has_happened=True,
            party_id=party.id,
        )
        sales.issue(books, sale)
    return invoice_id


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("layout", list(Layout))
def test_what_rule_46_asks_is_on_every_paper(sharma: Shop, bill: UUID, layout: Layout) -> None:
    with read_books(sharma.actor) as books:
        said = text_of(printing.draw_bill(books, bill, layout))
    for words in (
        "Sharma Stores",
        sharma.gstin,
        "14 Laxmi Road",
        "26PR/000001",
        "20-Nov-2026",
        "Kavita",
        "0713",
        "Tax invoice",
        "1,100.00",
        "CGST",
        "SGST",
    ):
        assert words in said, words
    assert "<b>" in said, "what was typed is shown as typed, not obeyed"


@pytest.mark.parametrize("layout", list(Layout))
def test_signs_in_a_name_are_drawn_and_not_boxes(sharma: Shop, layout: Layout) -> None:
    bill = sold(sharma, name="Candy 🍬 and chilli 🌶️ of 👩\u200d🌾")
    with read_books(sharma.actor) as books:
        pdf = printing.draw_bill(books, bill, layout)
    [page, *_] = PdfReader(io.BytesIO(pdf)).pages
    fonts = {str(font.get_object()["/BaseFont"]).split("+")[1] for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert any("Munim-Emoji" in font for font in fonts)
    assert all(font.startswith("Munim") for font in fonts), "every sign is in a font of ours"
    assert "🍬" in text_of(pdf)


def test_a_paper_that_is_owed_can_be_paid_from_and_a_paid_one_asks_nothing(sharma: Shop, bill: UUID) -> None:
    with read_books(sharma.actor) as books:
        view = sales.invoice(books, bill)
        paper = printing.rules.bill_paper(view, Layout.A4, "en")
    assert paper.upi_link == "upi://pay?pa=sharma@okbank&pn=Sharma%20Stores&am=1100.00&cu=INR&tn=Bill%2026PR%2F000001&tr=26PR000001"


def test_a_roll_is_cut_where_the_bill_ends(sharma: Shop) -> None:
    short, long = sold(sharma, lines=1, name="One"), sold(sharma, lines=40, name="Many")
    with read_books(sharma.actor) as books:
        heights = []
        for invoice_id in (short, long):
            pages = PdfReader(io.BytesIO(printing.draw_bill(books, invoice_id, Layout.THERMAL80))).pages
            assert len(pages) == 1
            assert abs(float(pages[0].mediabox.width) - 80 * 72 / 25.4) < 1
            heights.append(float(pages[0].mediabox.height))
    assert 150 < heights[0] < heights[1] - 200


def test_many_lines_go_over_pages_with_their_heading_and_number(sharma: Shop) -> None:
    invoice_id = sold(sharma, lines=80)
    with read_books(sharma.actor) as books:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(printing.draw_bill(books, invoice_id, Layout.A4))).pages]
    assert len(pages) >= 3
    assert all("HSN" in page and "26PR/000001" in page for page in pages)
    assert f"1 / {len(pages)}" in pages[0]


def test_asking_twice_makes_one_paper_and_one_file(sharma: Shop, bill: UUID) -> None:
    with open_books(sharma.actor) as books:
        first = printing.ask_paper(books, bill, Layout.A4)
        assert printing.ask_paper(books, bill, Layout.A4) == first
    printing.draw_paper(sharma.actor, first)
    with read_books(sharma.actor) as books:
        key = printing.paper(books, first).storage_key
    printing.draw_paper(sharma.actor, first)
    with read_books(sharma.actor) as books:
        again = printing.paper(books, first)
    assert (again.state, again.storage_key) == ("ready", key)
    assert key
    with storage.open_file(sharma.company_id, key) as kept:
        assert kept.read().startswith(b"%PDF")


def test_a_cancelled_bill_gets_a_new_paper_that_says_so(sharma: Shop, bill: UUID, clock: Clock) -> None:
    with open_books(sharma.actor) as books:
        before = printing.ask_paper(books, bill, Layout.A4)
    clock.advance(minutes=5)
    with open_books(sharma.actor) as books:
        sales.cancel(books, bill, reason="Rung up twice", at=books.now)
    clock.advance(minutes=1)
    with open_books(sharma.actor) as books:
        assert printing.ask_paper(books, bill, Layout.A4) != before
    with read_books(sharma.actor) as books:
        assert "Cancelled" in text_of(printing.draw_bill(books, bill, Layout.A4))


def test_the_page_makes_a_pdf_and_its_link_opens_without_signing_in(app: Flask, sharma: Shop, bill: UUID, clock: Clock) -> None:
    client = signed_in(app, sharma)
    page = client.get(f"/bills/{bill}/print")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    asked = client.post(f"/bills/{bill}/papers", data={"csrf_token": token, "layout": "a4"}, headers={"HX-Request": "true"})
    assert "Being made" in asked.text
    paper_id = re.search(r'id="paper-([0-9a-f-]+)"', asked.text)[1]
    printing.draw_paper(sharma.actor, UUID(paper_id))
    ready = client.get(f"/papers/{paper_id}", headers={"HX-Request": "true"})
    address = re.search(r'href="(/p/[^"]+)"', ready.text)[1]
    stranger = app.test_client()
    with stranger.get(address) as opened:
        assert opened.status_code == 200
        assert opened.data.startswith(b"%PDF")
    # The first sign of the signature: the last one has bits that say nothing.
    start = address.rindex(".") + 1
    forged = address[:start] + ("a" if address[start] != "a" else "b") + address[start + 1 :]
    assert stranger.get(forged).status_code == 404
    clock.advance(hours=13)
    assert stranger.get(address).status_code == 404


def test_a_shared_link_opens_until_it_is_ended(app: Flask, sharma: Shop, bill: UUID) -> None:
    client = signed_in(app, sharma)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/bills/{bill}/print").text)[1]
    client.post(f"/bills/{bill}/links", data={"csrf_token": token})
    page = client.get(f"/bills/{bill}/print").text
    address = re.search(r"/b/[\w.\-]+", page)[0]
    assert "https://wa.me/919822010018?text=" in page
    stranger: FlaskClient = app.test_client()
    waiting = stranger.get(address)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (503, "2")
    with read_books(sharma.actor) as books:
        paper = printing.newest_papers(books, bill)["a4"]
    printing.draw_paper(sharma.actor, paper.id)
    with stranger.get(address) as opened:
        assert opened.data.startswith(b"%PDF")
    link_id = re.search(r"/links/([0-9a-f-]+)/revocation", page)[1]
    client.post(f"/links/{link_id}/revocation", data={"csrf_token": token})
    assert stranger.get(address).status_code == 404


def test_another_company_has_no_such_bill_paper_or_link(app: Flask, sharma: Shop, iyer: Shop, bill: UUID) -> None:
    with open_books(sharma.actor) as books:
        paper_id = printing.ask_paper(books, bill, Layout.A4)
    client = signed_in(app, iyer)
    assert client.get(f"/bills/{bill}/print").status_code == 404
    assert client.get(f"/papers/{paper_id}").status_code == 404
    with open_books(iyer.actor) as books:
        for act in (
            lambda: printing.ask_paper(books, bill, Layout.A4),
            lambda: printing.share(books, bill),
            lambda: printing.paper(books, paper_id),
        ):
            with pytest.raises(NotFound):
                act()


@pytest.mark.parametrize("text", ["", "a3", "../a4", "A4"])
def test_an_unknown_layout_is_refused_in_words(text: str) -> None:
    with pytest.raises(printing.rules.UnknownLayout) as refusal:
        read_layout(text)
    assert "A4, 80 mm or 58 mm" in refusal.value.fix


def test_links_for_apps_are_escaped() -> None:
    assert upi_link(upi_id="a@b", name="A & B", amount_paise=Paise(5), number="26A1/000001").endswith(
        "pn=A%20%26%20B&am=0.05&cu=INR&tn=Bill%2026A1%2F000001&tr=26A1000001"
    )
    assert whatsapp_link("+91 98220-10018", "a&b").endswith("/919822010018?text=a%26b")


def test_a_failed_drawing_says_so_and_may_be_asked_again(sharma: Shop, bill: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_books(sharma.actor) as books:
        first = printing.ask_paper(books, bill, Layout.A4)
    with monkeypatch.context() as broken:
        broken.setattr(printing.drawing, "draw", lambda *_, **__: (_ for _ in ()).throw(OSError("no fonts")))
        with pytest.raises(OSError, match="no fonts"):
            printing.draw_paper(sharma.actor, first)
    with read_books(sharma.actor) as books:
        assert (printing.paper(books, first).state, printing.paper(books, first).error) == ("failed", "OSError('no fonts')")
    with open_books(sharma.actor) as books:
        assert printing.ask_paper(books, bill, Layout.A4) != first


def test_nobody_guesses_a_paper(app: Flask, max_queries: Callable[..., object]) -> None:
    with max_queries(3):
        assert app.test_client().get(f"/p/{uuid4()}").status_code == 404


def test_a_till_shares_the_bills_address_where_customers_can_open_it(
    app: Flask, sharma: Shop, iyer: Shop, bill: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    till, stranger = (Device.enrol(signed_in(app, shop)) for shop in (sharma, iyer))
    path, asked = "/sync/links", {"bill": str(bill)}
    assert till.client.post(path, json=asked, headers=SYNC).get_json() == {"url": None}, "nobody outside reaches http://127.0.0.1"

    monkeypatch.setitem(app.extensions, "munim.settings", replace(app.extensions["munim.settings"], public_url="https://munim.example"))
    first, again = (till.client.post(path, json=asked, headers=SYNC).get_json() for _ in range(2))
    assert first == again, "a second tap makes no second link"
    assert first["url"].startswith("https://munim.example/b/")
    address = first["url"].removeprefix("https://munim.example")
    assert app.test_client().get(address, base_url="https://munim.example").status_code == 503, "the PDF is being drawn"

    assert stranger.client.post(path, json=asked, headers=SYNC).status_code == 404
    for unreadable in ({"bill": str(uuid4())}, {"bill": "x"}, {}, [], None):
        assert till.client.post(path, json=unreadable, headers=SYNC).status_code == 404
    assert till.client.post(path, data="[" * 100_000, headers=SYNC, content_type="application/json").status_code == 404
    assert till.client.post(path, json=asked).status_code == 403
    assert app.test_client().post(path, json=asked, headers=SYNC).status_code == 401


def test_a_shared_link_shows_that_the_bill_was_cancelled(sharma: Shop, bill: UUID, clock: Clock) -> None:
    """Whoever has the link must not go on seeing a bill that stands."""
    with open_books(sharma.actor) as books:
        printing.share(books, bill)
        shown = printing.newest_papers(books, bill)[Layout.A4]
    printing.draw_paper(sharma.actor, shown.id)
    clock.advance(minutes=1)
    with open_books(sharma.actor) as books:
        sales.cancel(books, bill, reason="Wrong customer", at=books.now)
    relay(perform_here, clock.now)
    with read_books(sharma.actor) as books:
        again = printing.newest_papers(books, bill)[Layout.A4]
    assert (again.id != shown.id, again.state) == (True, "waiting")


def test_a_paper_that_failed_is_asked_for_again_with_its_link(sharma: Shop, bill: UUID) -> None:
    with open_books(sharma.actor) as books:
        link = printing.service.shared(books, bill)
        first = printing.newest_papers(books, bill)[Layout.A4]
    printing.note_failure(sharma.actor, first.id, "no fonts")
    with open_books(sharma.actor) as books:
        assert printing.service.shared(books, bill).id == link.id
        assert printing.newest_papers(books, bill)[Layout.A4].id != first.id
