"""Files beside documents: what is kept and what is not, who sees them, and that nothing is left lying about."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from tests.every_route.furnished import Furnished, colleague, furnish
from tests.ground.shops import Shop
from webapp import attachable, attachments, catalogue, company, parties
from webapp.attachments import pictures, rules
from webapp.attachments.models import Attachment, AttachmentBlob
from webapp.attachments.rules import NotKept, clean_name, type_of
from webapp.kernel.errors import BooksError, NotFound
from webapp.platform import clock, storage
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.reports import documents

Browse = Callable[[Shop], FlaskClient]
PDF = b"%PDF-1.7\nhello"
WORKBOOK = ("[Content_Types].xml", "xl/workbook.xml")
# What a furnished shop calls the row of each kind of document.
ROWS = {
    "bill": "invoice_id",
    "order": "order_id",
    "advance": "advance_id",
    "purchase-bill": "purchase_id",
    "goods-receipt": "goods_receipt_id",
    "purchase-order": "purchase_order_id",
    "consignment-return": "consignment_return_id",
    "restatement": "restatement_id",
    "receipt": "receipt_id",
    "voucher": "document_id",
    "transfer": "transfer_id",
    "tds-challan": "challan_id",
    "gst-deposit": "deposit_id",
    "gst-tax-credited": "credited_id",
    "operator-supply": "supply_id",
    "input-tax-reversal": "reversal_id",
    "online-payment": "online_payment_id",
    "gateway-settlement": "settlement_id",
    "count": "count_id",
    "adjustment": "adjustment_id",
    "stock-journal": "journal_id",
    "cheque": "cheque_id",
    "deposit-slip": "slip_id",
    "write-off": "write_off_id",
    "interest-note": "note_id",
    "shift": "shift_id",
    "item": "item_id",
    "party": "party_id",
}
# Screens that a line of a register leads to and that are no document: the page of an account that another was merged into, and what was
# deducted of a bill or voucher, which has its own files; and addresses that lead on to a return, whose file is kept as it was filed.
NO_DOCUMENT = {"reports.account", "tds.show_event", "gstr3b.show_filing", "composition.show_filing"}


def photo(side: int = 40, kind: str = "PNG", **more: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(drawn, kind, **more)
    return drawn.getvalue()


def packed(*names: str) -> bytes:
    drawn = io.BytesIO()
    with zipfile.ZipFile(drawn, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return drawn.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (PDF, "bill.exe", "pdf"),
        (photo(), "x", "png"),
        (photo(kind="JPEG"), "x.png", "jpeg"),
        (photo(kind="WEBP"), "x", "webp"),
        (packed(*WORKBOOK), "stock.zip", "xlsx"),
        (b"a,b\n1,2\n", "list.CSV", "csv"),
        ("चावल ₹50".encode(), "note", "txt"),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, name: str, code: str) -> None:
    assert type_of(content, name).code == code


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xef\xbb\xbf  <!DOCTYPE html><script>1</script>",
        b"hello <script>alert(1)</script>",
        b"GIF89a\x01\x00\x01\x00\x00",
        b"MZ\x90\x00",
        b"PK\x03\x04 not a zip",
        packed("word/document.xml", "[Content_Types].xml"),
        packed(*WORKBOOK, "xl/vbaProject.bin"),
        b"caf\xe9",
    ],
    ids=["nothing", "svg", "html", "script", "gif", "program", "no-zip", "word", "macros", "latin-1"],
)
def test_what_is_not_kept_is_refused_by_its_name(content: bytes) -> None:
    with pytest.raises(NotKept) as refusal:
        type_of(content, "../../evil.pdf")
    assert "evil.pdf" in refusal.value.problem
    assert ".." not in refusal.value.problem


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("bill.pdf.exe", "bill.pdf.exe.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.exe.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("", "file.pdf"),
        ("..", "file.pdf"),
        ("बिल.PDF", "बिल.pdf"),
        ("x" * 500, "x" * (rules.MOST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_shown_safely(name: str, shown: str) -> None:
    assert clean_name(name, rules.FILE_TYPES["pdf"]) == shown


def test_a_photo_is_made_small_without_what_was_hidden_in_it(sharma: Shop) -> None:
    where = Image.Exif()
    where[0x010E] = "taken at home"
    made = attachments.prepare(sharma.company_id, "me.jpg", [photo(900, "JPEG", exif=where)])
    assert made.small is not None
    with Image.open(io.BytesIO(made.small)) as small:
        assert (small.size, small.format) == ((320, 320), "JPEG")
    assert b"taken at home" not in made.small
    for broken in (photo()[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 40):
        with pytest.raises(NotKept, match="cannot be drawn"):
            attachments.prepare(sharma.company_id, "x.png", [broken])


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(sharma: Shop, var_dir: Path) -> None:
    before = kept_files(var_dir)
    with pytest.raises(storage.TooLarge, match="larger than 10 MB"):
        attachments.prepare(sharma.company_id, "big.pdf", [PDF, *[b"0" * 1_000_000] * 10])
    assert kept_files(var_dir) == before


@pytest.fixture
def both(app: Flask, sharma: Shop, iyer: Shop, monkeypatch: pytest.MonkeyPatch) -> tuple[Furnished, Furnished]:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return furnish(app, sharma, "SHARMAROW"), furnish(app, iyer, "IYERROW")


def test_every_document_that_a_register_leads_to_has_files() -> None:
    assert set(documents._SCREENS.values()) - NO_DOCUMENT <= {one.endpoint for one in attachable.SUBJECTS}


def test_every_kind_keeps_its_files_for_its_own_company(app: Flask, both: tuple[Furnished, Furnished]) -> None:
    ours, theirs = both
    assert set(ROWS) == {one.name for one in attachable.SUBJECTS}
    cashier = colleague(app, theirs, Role.CASHIER)
    for one in attachable.SUBJECTS:
        address = f"/attachments/{one.name}/{theirs.rows[ROWS[one.name]]}"
        added = theirs.client.post(address, data=upload(f"IYERROW {one.name}.pdf", PDF), headers={"HX-Request": "true"})
        assert added.status_code == 200, (one.name, added.text)
        assert f"IYERROW {one.name}.pdf" in added.text
        with read_books(theirs.shop.actor) as books:
            row, *_furnished = attachments.attached(books, one.name, UUID(theirs.rows[ROWS[one.name]]))
        files = [f"/attachments/files/{row.id}", f"/attachments/files/{row.id}/thumbnail"]
        for url in (address, *files):
            answer = ours.client.get(url)
            assert answer.status_code == 404, (one.name, url)
            assert "IYERROW" not in answer.text
        assert ours.client.post(address, data=upload("ours.pdf", PDF)).status_code == 404
        assert ours.client.post(f"{files[0]}/withdrawal", data={"why": "mine"}).status_code == 404
        may = Actor(theirs.shop.company_id, Role.CASHIER).may(one.reads)
        assert cashier.get(files[0]).status_code == (200 if may else 404), one.name
        page = theirs.client.get(document_address(app, one, theirs.rows[ROWS[one.name]]))
        assert address in page.text, f"the page of {one.name} includes its files"
    with read_books(ours.shop.actor) as books:
        assert list(books.session.scalars(select(Attachment.name))) == ["SHARMAROW.txt"]  # as it was furnished
    held_to_another_store(app, ours)
    cashier_looks_and_changes_nothing(app, ours)


@dataclass
class Desk:
    """The owner of a shop with one customer and one item."""

    shop: Shop
    client: FlaskClient
    rows: dict[str, str]


@pytest.fixture
def desk(browse: Browse, sharma: Shop) -> Desk:
    with open_books(sharma.actor) as books:
        party = parties.create_party(books, parties.PartyDraft(name="Meera", phone="9822012345"))
        item = catalogue.quick_item(books, "Rice", 1_000_000, catalogue.tax_class_ids(books)["gst-5"])
    return Desk(sharma, browse(sharma), {"party_id": str(party.id), "item_id": str(item.id)})


def test_a_file_is_sent_as_data_and_never_as_a_page(desk: Desk) -> None:
    address = f"/attachments/party/{desk.rows['party_id']}"
    content = b'sum,"=1+1"\n<b>x</b>'
    answer = desk.client.post(address, data=upload(("बिल.csv", content), ("photo.png", photo())))
    assert answer.status_code == 303
    sent = {row.name: desk.client.get(f"/attachments/files/{row.id}") for row in rows_of(desk, "party", "party_id")}
    for name, disposition in (("बिल.csv", "attachment"), ("photo.png", "inline")):
        headers = sent[name].headers
        assert headers["Content-Disposition"].startswith(disposition)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
    assert sent["बिल.csv"].data == content
    assert sent["बिल.csv"].mimetype == "text/csv"


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "nothing.pdf"])
def test_a_refused_file_is_named_beside_its_field_and_takes_the_others_with_it(desk: Desk, name: str) -> None:
    bad = {"page.html": b"<html>", "drawing.svg": b"<svg/>", "nothing.pdf": b""}[name]
    answer = desk.client.post(f"/attachments/party/{desk.rows['party_id']}", data=upload(("good.pdf", PDF), (name, bad)))
    assert answer.status_code == 422
    assert name.split(".", maxsplit=1)[0] in answer.text
    assert rows_of(desk, "party", "party_id") == []
    assert desk.client.post(f"/attachments/party/{desk.rows['party_id']}", data={}).status_code == 422


def test_the_same_content_is_kept_once_and_stands_once_beside_a_document(sharma: Shop, iyer: Shop, desk: Desk) -> None:
    for _twice in range(2):
        desk.client.post(f"/attachments/item/{desk.rows['item_id']}", data=upload("a.pdf", PDF))
        desk.client.post(f"/attachments/party/{desk.rows['party_id']}", data=upload("b.pdf", PDF))
    with open_books(iyer.actor) as books:  # the other company keeps its own
        party = parties.create_party(books, parties.PartyDraft(name="Uma"))
        assert attachments.attach(books, "party", party.id, [attachments.prepare(iyer.company_id, "c.pdf", [PDF])]) == 1
    with read_books(sharma.actor) as books:
        assert books.session.scalar(select(func.count()).select_from(AttachmentBlob)) == 1
        assert books.session.scalar(select(func.count()).select_from(Attachment)) == 2


def test_at_most_so_many_stand_beside_a_document(sharma: Shop, desk: Desk) -> None:
    files = [attachments.prepare(sharma.company_id, f"{n}.pdf", [PDF + bytes([48 + n])]) for n in range(attachments.MOST_FILES + 1)]
    party = UUID(desk.rows["party_id"])
    with open_books(sharma.actor) as books:
        assert attachments.attach(books, "party", party, files[:-1]) == attachments.MOST_FILES
    with pytest.raises(NotKept, match="21 files"), open_books(sharma.actor) as books:
        attachments.attach(books, "party", party, files[-1:])
    assert len(rows_of(desk, "party", "party_id")) == attachments.MOST_FILES


def test_a_file_is_withdrawn_with_a_reason_and_its_row_stays(sharma: Shop, desk: Desk) -> None:
    address = f"/attachments/party/{desk.rows['party_id']}"
    desk.client.post(address, data=upload("wrong.pdf", PDF))
    (row,) = rows_of(desk, "party", "party_id")
    withdrawal = f"/attachments/files/{row.id}/withdrawal"
    refused = desk.client.post(withdrawal, data={"why": "  "})
    assert refused.status_code == 422
    assert "Say why it is withdrawn" in refused.text
    assert desk.client.post(withdrawal, data={"why": "Another bill's"}).status_code == 303
    assert desk.client.post(withdrawal, data={"why": "again"}).status_code == 404
    assert desk.client.get(f"/attachments/files/{row.id}").status_code == 404
    shown = desk.client.get(address).text
    assert "wrong.pdf" in shown
    assert "Another bill&#39;s" in shown
    desk.client.post(address, data=upload("right.pdf", PDF))  # the same content may come again
    assert [one.withdrawn_at is None for one in rows_of(desk, "party", "party_id")] == [True, False]
    with read_books(sharma.actor) as books:
        acts = books.session.scalars(select(EditLogEntry.action).where(EditLogEntry.entity == "attachment").order_by(EditLogEntry.seq))
        assert list(acts) == ["attach", "withdraw", "attach"]


def test_a_sweep_frees_what_nobody_lists_and_nothing_else(sharma: Shop, var_dir: Path, desk: Desk) -> None:
    desk.client.post(f"/attachments/party/{desk.rows['party_id']}", data=upload("kept.png", photo(7)))
    orphan = attachments.prepare(sharma.company_id, "orphan.png", [photo(8)])  # its request was killed before the row
    young = attachments.prepare(sharma.company_id, "young.png", [photo(9)])
    two_days_ago = (clock.now() - timedelta(days=2)).timestamp()
    for path in kept_files(var_dir):
        os.utime(path, (two_days_ago,) * 2 if young.sha256 not in path.name else (clock.now().timestamp(),) * 2)
    with open_books(sharma.actor) as books:
        assert attachments.sweep(books) >= 2
        assert attachments.sweep(books) == 0
    left = {path.name.split(".")[0] for path in kept_files(var_dir) if path.parent.parent.name == str(sharma.company_id)}
    (row,) = rows_of(desk, "party", "party_id")
    assert {row.sha256, young.sha256} <= left
    assert orphan.sha256 not in left
    # A slow sender whose content was swept meanwhile: it is put there again with the row.
    with open_books(sharma.actor) as books:
        attachments.attach(books, "party", UUID(desk.rows["party_id"]), [orphan])
    with storage.open_file(sharma.company_id, orphan.sha256 + ".attached") as file:
        assert file.read() == orphan.content


def test_a_document_that_is_not_there_keeps_nothing(sharma: Shop, desk: Desk) -> None:
    file = attachments.prepare(sharma.company_id, "x.pdf", [PDF])
    for subject in [*ROWS, "nonsense"]:
        with pytest.raises(NotFound), open_books(sharma.actor) as books:
            attachments.attach(books, subject, uuid4(), [file])
    with read_books(sharma.actor) as books, pytest.raises(BooksError):
        attachments.withdraw(books, uuid4(), "why")


def held_to_another_store(app: Flask, ours: Furnished) -> None:
    """A member who works elsewhere reads none of its files."""
    accountant = colleague(app, ours, Role.ACCOUNTANT)
    with open_books(ours.shop.actor) as books:
        other = company.create_store(books, company.StoreDraft(name="Far", code="FAR"))
        company.limit_member(books, UUID(ours.rows["accountant_id"]), [other])
    for subject, status in (("transfer", 404), ("count", 404), ("purchase-bill", 404)):  # as another company's (webapp.company.held)
        address = f"/attachments/{subject}/{ours.rows[ROWS[subject]]}"
        assert accountant.get(address).status_code == status
        assert accountant.post(address, data=upload("x.pdf", PDF)).status_code == status


def cashier_looks_and_changes_nothing(app: Flask, ours: Furnished) -> None:
    """The photo of an item is the picture on its card and in the list; a cashier may look."""
    cashier, address = colleague(app, ours, Role.CASHIER), f"/attachments/item/{ours.rows['item_id']}"
    ours.client.post(address, data=upload("rice.png", photo()))
    shown = cashier.get(address)
    assert "rice.png" in shown.text
    assert 'type="file"' not in shown.text
    assert cashier.post(address, data=upload("x.pdf", PDF)).status_code == 403
    # The photo is the item's picture, on its card and in the list.
    small = shown.text.split('src="')[1].split('"')[0]
    assert small in ours.client.get(f"/items/{ours.rows['item_id']}").text
    assert small in ours.client.get("/items").text


def upload(*files: Any) -> dict[str, Any]:
    """A form with files: a name and a content, or several pairs."""
    pairs = [files] if isinstance(files[0], str) else files
    return {"file": [(io.BytesIO(content), name) for name, content in pairs]}


def rows_of(made: Desk, subject: str, row: str) -> list[attachments.AttachedRow]:
    with read_books(made.shop.actor) as books:
        return attachments.attached(books, subject, UUID(made.rows[row]))


def kept_files(var_dir: Path) -> list[Path]:
    return sorted([*var_dir.glob("files/*/*/*.attached"), *var_dir.glob("files/*/*/*.small")])


def document_address(app: Flask, subject: attachments.Subject, id_: str) -> str:
    with app.test_request_context():
        return app.url_map.bind("localhost").build(subject.endpoint, {subject.parameter: UUID(id_)})


def test_a_bomb_is_refused_before_it_is_drawn_and_a_hostile_exif_turns_nothing() -> None:
    many = photo(kind="JPEG", progressive=True)
    scan = many[many.rfind(b"\xff\xda") : -2]
    with pytest.raises(NotKept):  # 75 bytes each, and each draws all pixels again
        pictures.thumbnail(many[:-2] + scan * (pictures.MOST_SCANS + 1) + b"\xff\xd9", "x.jpg")
    sideways = Image.Exif()
    sideways[0x0112] = 6
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20)).save(drawn, "JPEG", exif=sideways)
    good = drawn.getvalue()
    assert Image.open(io.BytesIO(pictures.thumbnail(good, "x.jpg"))).size == (20, 40)
    kind = good.index(b"\x12\x01" if b"II*" in good else b"\x01\x12") + 2
    for hostile in range(256):  # the tag says that it is a text, a fraction, nothing known
        pictures.thumbnail(good[:kind] + bytes([hostile, hostile]) + good[kind + 2 :], "x.jpg")


def test_macros_do_not_hide_behind_many_parts() -> None:
    with pytest.raises(NotKept):
        type_of(packed(*WORKBOOK, *(f"x{n}" for n in range(rules.MOST_PARTS)), "xl/vbaProject.bin"), "stock.xlsx")


def test_the_same_file_from_two_at_once_is_kept_by_both(sharma: Shop) -> None:
    """The second comes while the first is still writing; what a killed one left is taken away all the same."""
    company_id, other = sharma.actor.company_id, uuid4().hex

    def first() -> Iterator[bytes]:
        yield b"one "
        storage.put(company_id, [b"one ", b"two"], name=other)
        yield b"two"

    assert storage.put(company_id, first(), name=other).size_bytes == 7
    killed = storage.path_of(company_id, other).with_name(f"{other}.dead.part")
    killed.write_bytes(b"on")
    storage.put(company_id, [b"one ", b"two"], name=other)
    assert storage.path_of(company_id, other).read_bytes() == b"one two"
    assert not killed.exists()
