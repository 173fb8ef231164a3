"""A restore from the page: whose word it takes, what is proved before, and that nothing is half done whatever ends in the middle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.backups.conftest import Machine, figures_now, is_sqlite
from tests.backups.test_backups import killed_at
from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from tests.support import refused
from webapp import backups
from webapp.backups import prepared, state
from webapp.backups.places import wanted_file
from webapp.backups.prepared import Stage
from webapp.backups.refusals import NotPrepared, RestoreUnderWay
from webapp.backups.rules import Kind
from webapp.backups.service import make_backup
from webapp.platform import clock as program_clock
from webapp.platform import copies, db

Browse = Callable[[Shop], FlaskClient]
BACKUP = "000001-20261118T193000Z-nightly"


@pytest.fixture
def listed(var_dir: Path, app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One backup in the list, and a supervisor that would put it in its place."""
    if not app.extensions["munim.settings"].database_url.startswith("sqlite"):
        pytest.skip("in place: SQLite")
    monkeypatch.setenv("MUNIM_SUPERVISED", "1")
    folder = var_dir / "backups" / BACKUP
    folder.mkdir(parents=True)
    (folder / "manifest").touch()
    yield var_dir
    state.note(var_dir, restore=None, bad=None)
    shutil.rmtree(folder)


def stage(var_dir: Path) -> str:
    return str(state.read_state(var_dir).get("restore", {}).get("stage", ""))


def test_it_takes_the_machines_owner_and_the_password(listed: Path, sharma: Shop, iyer: Shop, browse: Browse, clock: Clock) -> None:
    owner, other = browse(sharma), browse(iyer)
    assert f"/backups/restore?backup_id={BACKUP}" in owner.get("/backups").text
    assert "/backups/restore?" not in other.get("/backups").text
    for method, url in (("get", ""), ("get", "/standing"), ("post", ""), ("post", "/swap"), ("post", "/end")):
        assert getattr(other, method)(f"/backups/restore{url}", data={"backup_id": BACKUP, "password": PASSWORD}).status_code == 404
    shown = owner.get(f"/backups/restore?backup_id={BACKUP}").text
    assert "is not in this backup" in shown
    assert "1 other business on this machine goes back as well" in shown
    wrong = owner.post("/backups/restore", data={"backup_id": BACKUP, "password": "not mine"})
    assert (wrong.status_code, stage(listed)) == (422, "")
    assert "This is not your password" in wrong.text
    assert BACKUP in wrong.text
    assert owner.post("/backups/restore", data={"backup_id": "../../etc", "password": PASSWORD}).status_code == 404
    first = owner.post("/backups/restore", data={"backup_id": BACKUP, "password": PASSWORD})
    second = owner.post("/backups/restore", data={"backup_id": BACKUP, "password": PASSWORD})
    assert (first.status_code, second.status_code, stage(listed)) == (303, 409, "asked")
    assert "Being prepared" in owner.get("/backups/restore/standing").text
    assert owner.post("/backups/restore/swap", data={"prepared_id": BACKUP, "password": PASSWORD}).status_code == 409, "not prepared"
    assert owner.post("/backups/restore/end").status_code == 409
    assert not wanted_file(listed).exists()
    clock.advance(minutes=20)
    assert "It was stopped in the middle" in owner.get("/backups/restore").text
    assert owner.post("/backups/restore/end").status_code == 303
    assert stage(listed) == ""


def test_a_damaged_one_and_a_machine_without_a_supervisor_are_not_asked_for(
    listed: Path, sharma: Shop, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, asked = browse(sharma), {"backup_id": BACKUP, "password": PASSWORD}
    state.note(listed, bad={BACKUP: "It is damaged."})
    assert owner.post("/backups/restore", data=asked).status_code == 404
    state.note(listed, bad=None)
    monkeypatch.delenv("MUNIM_SUPERVISED")
    assert "/backups/restore?" not in owner.get("/backups").text
    answer = owner.post("/backups/restore", data=asked)
    assert (answer.status_code, stage(listed)) == (409, "")
    assert "at the console" in answer.text


@pytest.fixture
def supervised(this_machine: None, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    if not is_sqlite(machine):
        pytest.skip("in place: SQLite")
    monkeypatch.setenv("MUNIM_SUPERVISED", "1")
    state.note(machine.choice.var_dir, restore=None)
    return machine


def asked_and_prepared(machine: Machine, backup_id: str) -> dict[str, Any]:
    prepared.ask(machine.choice, backup_id, by="owner")
    backups.prepare_restore(backup_id)
    return prepared.standing(machine.choice, program_clock.now())


@pytest.mark.database
def test_what_was_proved_takes_the_place_and_the_old_is_kept(supervised: Machine) -> None:
    choice, var_dir = supervised.choice, supervised.choice.var_dir
    made, then = make_backup(choice, Kind.ASKED).name.id, figures_now(supervised)
    supervised.trade(supervised.sharma)
    after = figures_now(supervised)
    refused(lambda: prepared.want(choice, made), NotPrepared)
    found = asked_and_prepared(supervised, made)
    assert (found["stage"], found["companies"]) == (Stage.READY, 2)
    assert figures_now(supervised) == after, "nothing live was touched"
    backups.prepare_restore(made)  # a repeat of the job
    assert stage(var_dir) == Stage.READY
    prepared.want(choice, made)
    refused(lambda: prepared.ask(choice, made, by="owner"), RestoreUnderWay)
    db.engine().dispose()
    assert backups.put_in_place()
    assert (stage(var_dir), wanted_file(var_dir).exists()) == (Stage.DONE, False)
    assert figures_now(supervised)["companies"] == then["companies"]
    kept = Path(state.read_state(var_dir)["restore"]["kept"])
    assert (kept / "munim.sqlite3").is_file()
    assert not backups.put_in_place(), "asked once, done once"


@pytest.mark.database
def test_a_damaged_backup_or_an_old_wish_changes_nothing(supervised: Machine, clock: Clock) -> None:
    choice, var_dir = supervised.choice, supervised.choice.var_dir
    made = make_backup(choice, Kind.ASKED).name.id
    live = figures_now(supervised)
    part = choice.folder.root / made / "database"
    whole = part.read_bytes()
    part.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    found = asked_and_prepared(supervised, made)
    assert (found["stage"], list(var_dir.glob("restoring-*"))) == (Stage.FAILED, [])
    assert "damaged" in found["words"]
    part.write_bytes(whole)
    assert asked_and_prepared(supervised, made)["stage"] == Stage.READY
    prepared.want(choice, made)
    clock.now += timedelta(minutes=20)
    assert not backups.put_in_place()
    assert figures_now(supervised) == live
    assert prepared.standing(choice, clock.now)["stage"] == Stage.FAILED


@pytest.mark.database
def test_a_kill_or_a_disk_in_the_middle_leaves_one_whole_set_of_books(supervised: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    choice, var_dir = supervised.choice, supervised.choice.var_dir
    made, then = make_backup(choice, Kind.ASKED).name.id, figures_now(supervised)
    supervised.trade(supervised.iyer)
    after = figures_now(supervised)
    assert asked_and_prepared(supervised, made)["stage"] == Stage.READY
    prepared.want(choice, made)
    db.engine().dispose()

    real, told = Path.rename, []

    def full(self: Path, to: Path) -> Path:
        told.append(to)
        if len(told) == 3:
            raise OSError(28, "No space left on device")
        return real(self, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", full)
        assert not backups.put_in_place()
    assert (stage(var_dir), figures_now(supervised)) == (Stage.FAILED, after)
    assert (var_dir / "secret_key").is_file()

    with monkeypatch.context() as patch:
        patch.setattr(copies, "check_sqlite", lambda path: refuse(path, live=choice.database_file))
        assert asked_and_prepared(supervised, made)["stage"] == Stage.READY
        prepared.want(choice, made)
        db.engine().dispose()
        assert not backups.put_in_place(), "what was put there does not open"
    assert (stage(var_dir), figures_now(supervised)) == (Stage.FAILED, after)

    assert asked_and_prepared(supervised, made)["stage"] == Stage.READY
    prepared.want(choice, made)
    db.engine().dispose()
    third = (
        "real, told = Path.rename, []\ndef rename(*way): told.append(1) or (die() if len(told) == 3 else real(*way))\nPath.rename = rename"
    )
    killed_at(supervised, third, "from webapp.backups import prepared\nprepared.put_in_place(choice)")
    again = subprocess.run(
        [sys.executable, "-m", "webapp", "put-restored"], env={**os.environ, **supervised.env}, cwd=Path(__file__).parents[2], check=False
    )
    assert (again.returncode, stage(var_dir)) == (0, Stage.DONE)
    assert figures_now(supervised)["companies"] == then["companies"]


def refuse(path: Path, *, live: Path | None) -> None:
    if path == live:
        raise copies.Unsound("it does not open")
