"""Files taken in behind the pages: killed at any boundary, twice at once, cancelled, hostile; and what a ZIP may be."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from jobs.relay import relay
from jobs.scheduler import perform_here
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.gst_inward.made import OURS, Desk, by, invoice, note, told_2b
from webapp.gst_inward import archives, opening, staging, upload_reads, uploads
from webapp.gst_inward.archives import parts_of
from webapp.gst_inward.importing import read_file
from webapp.gst_inward.models import InwardDocument, InwardFile, InwardStaged, InwardUpload
from webapp.gst_inward.upload_reads import UploadRow
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.platform import storage
from webapp.platform.tenancy import open_books, read_books


def packed(*members: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in members:
            # A day of its own: with the clock's, the same parts packed twice differ when two seconds have gone by.
            archive.writestr(zipfile.ZipInfo(name), content, kind)
    return out.getvalue()


PARTS = (
    ("27AABCS1234D1ZV_102026_1.json", told_2b(b2b=by([invoice("A-1"), invoice("A-2")]))),
    ("parts/27AABCS1234D1ZV_102026_2.json", told_2b(cdnr=by([note("C-1")], inner="nt"))),
    ("27AABCS1234D1ZV_112026.json", told_2b(month="112026", gendt="20-11-2026", b2b=by([invoice("N-1")]))),
)


@pytest.fixture(autouse=True)
def nothing_kept(request: pytest.FixtureRequest) -> None:
    """What other tests left in the shop's folder is not counted."""
    if "desk" in request.fixturenames:
        company_id = request.getfixturevalue("desk").shop.actor.company_id
        shutil.rmtree(storage.folder() / "files" / str(company_id), ignore_errors=True)


def send(desk: Desk, *files: tuple[str, bytes], month: int = 0) -> UUID:
    return uploads.receive(desk.shop.actor, OURS, month, [uploads.Sent(name, io.BytesIO(content)) for name, content in files])


def look(desk: Desk, upload_id: UUID) -> UploadRow:
    with read_books(desk.shop.actor) as books:
        return upload_reads.upload(books, OURS, upload_id)


def kept_files(desk: Desk) -> list[Path]:
    return [one for one in (storage.folder() / "files" / str(desk.shop.actor.company_id)).rglob("*") if one.is_file()]


def counted(desk: Desk) -> dict[str, int]:
    with read_books(desk.shop.actor) as books:
        tables = (InwardFile, InwardDocument, InwardStaged)
        return {one.__tablename__: books.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def test_a_zip_of_parts_is_taken_in_behind_the_page(desk: Desk, clock: Clock) -> None:
    upload_id = send(desk, ("2b.zip", packed(*PARTS)))
    assert send(desk, ("2b.zip", packed(*PARTS))) == upload_id  # the form sent twice
    assert (look(desk, upload_id).state, len(kept_files(desk))) == ("waiting", 1)
    assert relay(perform_here, clock.now) >= 1
    row = look(desk, upload_id)
    assert (row.state, row.months, row.new, row.documents, row.seconds_left) == ("done", (202610, 202611), 4, 4, None)
    assert set(desk.rows()) == {"A-1", "A-2", "C-1", "N-1"}
    assert counted(desk) == {"gst_inward_file": 3, "gst_inward_document": 4, "gst_inward_staged": 0}
    assert kept_files(desk) == []


class Killed(BaseException):
    """As if the process were gone: nothing of ours catches it."""


def dies(monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool, at: int) -> None:
    """The worker dies at the `at`th call of a step of uploads, before or after it."""
    real: Callable[..., Any] = getattr(uploads, name)
    calls = [0]

    def step(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] == at and not after:
            raise Killed
        found = real(*given, **named)
        if calls[0] == at:
            raise Killed
        return found

    monkeypatch.setattr(uploads, name, step)


@pytest.mark.parametrize(
    ("name", "after", "at"),
    [
        ("_read_next", False, 1),
        ("_stage", True, 1),
        ("_stage", False, 3),
        ("_read_next", True, 2),
        ("_staged", True, 2),
        ("reconcile", True, 2),
        ("_end", True, 1),
        ("_forget", False, 1),
    ],
)
def test_killed_anywhere_it_is_taken_in_once(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, after: bool, at: int) -> None:
    upload_id = send(desk, ("2b.zip", packed(*PARTS)))
    with monkeypatch.context() as patch:
        dies(patch, name, after=after, at=at)
        with pytest.raises(Killed):
            uploads.run(desk.shop.actor, upload_id)
    for _twice in range(2):
        uploads.run(desk.shop.actor, upload_id)
    assert look(desk, upload_id).state == "done"
    assert counted(desk) == {"gst_inward_file": 3, "gst_inward_document": 4, "gst_inward_staged": 0}
    assert kept_files(desk) == []


def test_two_workers_stage_a_part_once(desk: Desk) -> None:
    upload_id = send(desk, ("2b.zip", packed(*PARTS)))
    asked = read_file(OURS, 0, "1", PARTS[0][1])
    with open_books(desk.shop.actor) as books:
        books.session.get_one(InwardUpload, (books.company_id, upload_id)).state = "reading"
    for _twice in range(2):
        with open_books(desk.shop.actor) as books:
            uploads._stage(books, upload_id, 0, asked)
    assert look(desk, upload_id).parts_read == 1
    uploads.run(desk.shop.actor, upload_id)
    assert counted(desk)["gst_inward_document"] == 4


def test_cancelled_it_leaves_nothing_and_over_it_cannot_be(desk: Desk, other: Any, iyer: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = send(desk, ("2b.zip", packed(*PARTS)))
    dies(monkeypatch, "_stage", after=True, at=2)
    with pytest.raises(Killed):
        uploads.run(desk.shop.actor, upload_id)
    monkeypatch.undo()
    row = look(desk, upload_id)
    assert (row.state, row.parts_read) == ("reading", 1)  # the second part died with its transaction
    with open_books(iyer.actor) as books:
        for act in (uploads.cancel, upload_reads.upload):
            with pytest.raises(NotFound):
                act(books, OURS, upload_id)
        with pytest.raises(NotFound):
            uploads.cancel(books, "33AABCI1234D1ZC", upload_id)
    uploads.run(iyer.actor, upload_id)  # another business's job finds nothing
    assert look(desk, upload_id).parts_read == 1
    for _twice in range(2):
        with open_books(desk.shop.actor) as books:
            uploads.cancel(books, OURS, upload_id)
    uploads.run(desk.shop.actor, upload_id)
    assert (look(desk, upload_id).state, desk.rows(), kept_files(desk)) == ("cancelled", {}, [])
    assert counted(desk) == {"gst_inward_file": 0, "gst_inward_document": 0, "gst_inward_staged": 0}
    done = send(desk, PARTS[0])
    uploads.run(desk.shop.actor, done)
    with open_books(desk.shop.actor) as books, pytest.raises(Conflict, match="is over"):
        uploads.cancel(books, OURS, done)


def test_what_a_part_says_wrong_refuses_the_whole(desk: Desk) -> None:
    wrong = told_2b(b2b=by([invoice("B-1", day="31-02-2026")]))
    upload_id = send(desk, ("2b.zip", packed(PARTS[0], ("z.json", wrong))))
    uploads.run(desk.shop.actor, upload_id)
    row = look(desk, upload_id)
    assert (row.state, desk.rows(), kept_files(desk)) == ("failed", {}, [])
    assert "z.json" in row.error
    assert "field dt" in row.error
    # Refused only when it is compared: another registration's part, and one that is older than what stands.
    desk.take_in(told_2b(gendt="20-11-2026", b2b=by([invoice("A-9")])))
    for member, words in (
        ((PARTS[0]), "a newer one of"),
        (("x.json", told_2b(gstin="33AABCI1234D1ZC", b2b=by([invoice("A")]))), "is of 33"),
    ):
        upload_id = send(desk, ("2b.zip", packed(PARTS[2], member)))
        uploads.run(desk.shop.actor, upload_id)
        assert words in look(desk, upload_id).error
        assert set(desk.rows()) == {"A-9"}


def test_so_many_wait_and_no_more(desk: Desk, clock: Clock) -> None:
    for at in range(uploads.MOST_OPEN):
        send(desk, (f"{at}.json", told_2b(b2b=by([invoice(f"A-{at}")]))))
    with pytest.raises(Conflict, match="imports wait"):
        send(desk, PARTS[0])
    assert len(kept_files(desk)) == uploads.MOST_OPEN
    with read_books(desk.shop.actor) as books:
        assert len(upload_reads.recent(books, OURS)) == uploads.MOST_OPEN
    with pytest.raises(BooksError):
        uploads.receive(desk.shop.actor, "33AABCI1234D1ZC", 0, [uploads.Sent("x.json", io.BytesIO(PARTS[0][1]))])


def test_what_waits_comes_back_as_it_was() -> None:
    row = {"stin": OURS[:2] + "AABCG1234D1Z5", "inum": "I-2", "action": "P", "idt": "06-10-2026", "txval": 5.25, "camt": 1, "val": 7.25}
    files = [
        json.dumps({"b2b": [row | {"rtnprd": "102026"}]}).encode(),
        told_2b(b2b=by([invoice("A-1"), invoice("A-1")]), cdnr=by([note("C-1")], inner="nt")),
        told_2b(b2ba=by([{**invoice("A-3"), "oinum": "A-2", "oidt": "05-10-2026"}])),
    ]
    for content in files:
        for one in read_file(OURS, 202610, "x", content).file.documents:
            assert staging.from_plain(json.loads(json.dumps(staging.to_plain(one)))) == one


def lying() -> bytes:
    """A ZIP whose directory says a small size for what unpacks to much."""
    content = bytearray(packed(("a.json", b"{" + b" " * 900_000 + b"}")))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (50).to_bytes(4, "little")
    return bytes(content)


def locked() -> bytes:
    content = bytearray(packed(PARTS[0]))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed(("a.zip", packed(PARTS[0]))), "Unpack it"),
        (packed(PARTS[0], ("readme.txt", b"x")), "which is no JSON"),
        (packed(*((f"{at}.json", b"{}") for at in range(archives.MOST_PARTS + 1))), "more than 60 files"),
        (packed(("a.json", b" " * 20_000_000)), "packed tighter"),
        (packed(("a.json", b"1" * (opening.MOST_BYTES + 1)), kind=zipfile.ZIP_STORED), "larger than 24 MB unpacked"),
        (packed(PARTS[0], kind=zipfile.ZIP_BZIP2), "packed in a way"),
        (packed(), "is empty"),
        (packed(PARTS[0])[:-30], "is damaged"),
        (b"PK\x03\x04" + b"\x00" * 40, "is damaged"),
        (locked(), "a password"),
        (b"%PDF-1.7 " + b"x" * 1_100_000, "neither a JSON nor a ZIP"),
    ],
)
def test_hostile_archives_are_refused_by_what_they_say(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        archives.total(parts_of("x.zip", len(content), io.BytesIO(content)))
    assert words in refusal.value.errors["file"]


def test_what_lies_about_itself_is_refused_when_it_is_opened() -> None:
    torn = bytearray(packed(("a.json", told_2b(b2b=by([invoice(f"A-{at}") for at in range(50)])))))
    torn[60:90] = b"\xff" * 30
    for content in (lying(), bytes(torn)):
        (part,) = parts_of("x.zip", len(content), io.BytesIO(content))
        with pytest.raises(InvalidInput, match="attention") as refusal:
            archives.open_part(io.BytesIO(content), part)
        assert "ZIP" in refusal.value.errors["file"]
    many = [archives.Part("a", "a.json", 20_000_000)] * 11
    with pytest.raises(InvalidInput):
        archives.total(many)
