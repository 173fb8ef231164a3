"""The owner's page: who may take the whole business away, and what it says about a restore."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from webapp import backups, identity
from webapp.backups import queries, state
from webapp.backups.company_names import SUFFIX
from webapp.identity.models import Membership
from webapp.platform import copies, storage
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

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


def test_the_whole_business_is_made_and_handed_out_under_a_fresh_proof(
    sharma: Shop, iyer: Shop, file_id: UUID, browse: Browse, clock: Clock
) -> None:
    owner, other = browse(sharma), browse(iyer)
    download = f"/backups/company-files/{file_id}/downloads"
    assert other.post(download).status_code == 404
    clock.advance(minutes=11)
    for url in ("/backups/company-files", download):
        for wrong in ({}, {"proof_password": "not mine at all"}):
            answer = owner.post(url, data=wrong)
            assert answer.status_code == (422 if wrong else 401)
            assert "PK" not in answer.text[:2]
    assert files_of(sharma) == [file_id]
    with owner.post(download, data={"proof_password": PASSWORD}) as answer:
        assert answer.status_code == 200
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            assert "schema.json" in packed.namelist()
    with read_books(sharma.actor) as books:
        last = select(EditLogEntry.action, EditLogEntry.entity_id).order_by(EditLogEntry.seq.desc()).limit(1)
        assert tuple(books.session.execute(last).one()) == ("download", str(file_id))
    assert owner.post("/backups/company-files").status_code == 303
    assert len(files_of(sharma)) == 2


def test_a_password_is_not_guessed_at_through_an_open_screen(sharma: Shop, browse: Browse, clock: Clock) -> None:
    owner = browse(sharma)
    clock.advance(minutes=11)
    answers = [owner.post("/backups/company-files", data={"proof_password": f"guess {at}"}).status_code for at in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert owner.post("/backups/company-files", data={"proof_password": PASSWORD}).status_code == 429
    clock.advance(hours=1)
    assert owner.post("/backups/company-files", data={"proof_password": PASSWORD}).status_code == 303


def test_it_is_an_owners_when_it_is_asked_for_drawn_and_fetched(sharma: Shop, file_id: UUID, browse: Browse) -> None:
    owner, download = browse(sharma), f"/backups/company-files/{file_id}/downloads"
    user_id = sharma.actor.user_id
    assert user_id is not None

    def now_is(role: str) -> None:
        with open_directory() as directory:
            directory.get_one(Membership, (sharma.company_id, user_id)).role = role

    now_is("admin")
    for answer in (owner.get("/business-data"), owner.post("/backups/company-files"), owner.post(download)):
        assert answer.status_code == 403
    now_is("owner")
    with open_books(sharma.actor) as books:
        asked = backups.ask_company_file(books)
    now_is("admin")
    backups.make_company_file(job_of(sharma), asked)
    now_is("owner")
    with read_books(sharma.actor) as books:
        stands = [one.state for one in queries.newest_files(books)]
    assert stands == ["refused", "ready"]
    assert "may not have it any more" in owner.get("/business-data").text
    assert owner.post(f"/backups/company-files/{asked}/downloads").status_code == 409
    assert fetched(owner, download) == 200


def test_a_file_whose_asker_is_no_owner_any_more_is_not_handed_out(sharma: Shop, file_id: UUID, browse: Browse) -> None:
    with open_directory() as directory:
        asker = identity.create_user(directory, identity.NewUser("meera@sharma.example", "banyan peepal tulsi 772", "Meera"))
        identity.add_member(directory, sharma.company_id, asker.id, Role.OWNER)
    meera = Actor(company_id=sharma.company_id, role=Role.OWNER, user_id=asker.id, name="Meera")
    with open_books(meera) as books:
        asked = backups.ask_company_file(books)
    backups.make_company_file(job_of(sharma), asked)
    owner, download = browse(sharma), f"/backups/company-files/{asked}/downloads"
    assert fetched(owner, download) == 200
    with open_directory() as directory:
        directory.get_one(Membership, (sharma.company_id, asker.id)).role = "cashier"
    assert owner.post(download).status_code == 403


def test_a_file_stays_seven_days(sharma: Shop, file_id: UUID, browse: Browse, clock: Clock) -> None:
    owner = browse(sharma)
    with read_books(sharma.actor) as books:
        path = storage.path_of(books.company_id, file_id.hex + SUFFIX)
    made = clock.now - timedelta(days=7)
    os.utime(path, (made.timestamp(), made.timestamp() + 60))
    assert backups.sweep_company_files(sharma.actor) == 0
    assert fetched(owner, f"/backups/company-files/{file_id}/downloads") == 200
    clock.advance(minutes=2)
    assert owner.post(f"/backups/company-files/{file_id}/downloads").status_code == 409, "swept or not"
    assert backups.sweep_company_files(sharma.actor) == 1
    assert not path.exists()


def fetched(browser: FlaskClient, url: str) -> int:
    with browser.post(url) as answer:
        return answer.status_code


def job_of(shop: Shop) -> Actor:
    return Actor(company_id=shop.company_id, role=Role.OWNER, name="make_company_file", via="job")


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
