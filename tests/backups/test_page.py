"""The owner's page: who may take the whole business away, and what it says about a restore."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from webapp import backups
from webapp.backups import queries, state
from webapp.platform import copies
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import open_books, read_books

Browse = Callable[[Shop], FlaskClient]


def files_of(shop: Shop) -> list[UUID]:
    with read_books(shop.actor) as books:
        return [one.id for one in queries.newest_files(books)]


@pytest.fixture
def file_id(sharma: Shop, monkeypatch: pytest.MonkeyPatch, var_dir: Path) -> UUID:
    """A file of Sharma's whole business that is ready."""
    monkeypatch.setenv("VAR_DIR", str(var_dir))
    monkeypatch.setenv("DATABASE_URL", "sqlite:///none")  # only the folder of drafts is asked of the settings
    # The tests' one connection is within a transaction, which cannot be given another isolation; test_company_file.py reads a true snapshot.
    monkeypatch.setattr(copies, "steady_view", lambda engine: engine.connect())
    with open_books(sharma.actor) as books:
        made = backups.ask_company_file(books)
    backups.make_company_file(sharma.actor, made)
    return made


def test_the_whole_business_is_made_and_handed_out_for_a_password_alone(sharma: Shop, iyer: Shop, file_id: UUID, browse: Browse) -> None:
    owner, other = browse(sharma), browse(iyer)
    download = f"/backups/company-files/{file_id}/downloads"
    for url in ("/backups/company-files", download):
        for wrong in ({}, {"password": "not mine at all"}):
            answer = owner.post(url, data=wrong)
            assert answer.status_code == 422
            assert "This is not your password" in answer.text
            assert answer.text.count('aria-invalid="true"') == 1
    assert files_of(sharma) == [file_id]
    assert other.post(download, data={"password": PASSWORD}).status_code == 404
    with owner.post(download, data={"password": PASSWORD}) as answer:
        assert answer.status_code == 200
        assert answer.data[:2] == b"PK"
    with read_books(sharma.actor) as books:
        last = select(EditLogEntry.action, EditLogEntry.entity_id).order_by(EditLogEntry.seq.desc()).limit(1)
        assert tuple(books.session.execute(last).one()) == ("download", str(file_id))
    assert owner.post("/backups/company-files", data={"password": PASSWORD}).status_code == 303
    assert len(files_of(sharma)) == 2


def test_a_password_is_not_guessed_at_through_an_open_screen(sharma: Shop, browse: Browse, clock: Clock) -> None:
    owner = browse(sharma)
    answers = [owner.post("/backups/company-files", data={"password": f"guess {at}"}).status_code for at in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert owner.post("/backups/company-files", data={"password": PASSWORD}).status_code == 429
    clock.advance(hours=1)
    assert owner.post("/backups/company-files", data={"password": PASSWORD}).status_code == 303


def test_it_names_the_newest_good_backup_to_restore(sharma: Shop, browse: Browse, var_dir: Path) -> None:
    owner = browse(sharma)
    assert "There is no good backup yet" in owner.get("/backups").text
    ids = ["000001-20261118T193000Z-nightly", "000002-20261119T193000Z-nightly"]
    for one in ids:
        (var_dir / "backups" / one).mkdir(parents=True)
        (var_dir / "backups" / one / "manifest").touch()
    state.note(var_dir, bad={ids[1]: "It is damaged."})
    try:
        text = owner.get("/backups?kind=asked").text
        assert re.findall(r"webapp restore (\d{6}-\w+-\w+)", text) == [ids[0]], "whatever the list is narrowed to"
    finally:
        state.note(var_dir, bad=None)
        for one in ids:
            shutil.rmtree(var_dir / "backups" / one)
