"""Backups made, damaged, restored; on both databases."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.backups.conftest import Machine, figures_now, is_sqlite
from tests.conftest import Clock
from tests.support import refused
from webapp import backups
from webapp.backups import restoring, state
from webapp.backups.drill import drill
from webapp.backups.refusals import DamagedBackup, NewerBackup, NoRoom, StillServing, UnderWay, WrongKey
from webapp.backups.restoring import SWAP, Target, bring_back, differences, finish_swap, prove, restore_here
from webapp.backups.rules import Kind, newest_before, read_name
from webapp.backups.service import make_backup, parts_of, read_manifest, verify
from webapp.kernel.errors import BooksError
from webapp.platform import copies, db
from webapp.platform.schema import newest_revision
from webapp.serving import only_one

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("this_machine")]


def test_the_manifest_says_what_the_books_hold(machine: Machine, made: str) -> None:
    manifest = verify(machine.choice.folder, machine.key, made)
    now = figures_now(machine)
    assert manifest["companies"] == now["companies"]
    assert manifest["rows"] == now["rows"]
    assert manifest["companies"][str(machine.iyer.company_id)]["vouchers"] >= 2
    assert manifest["companies"][str(machine.sharma.company_id)]["edit_log_head"]
    paths = {one["path"] for one in manifest["files"]}
    assert "secret_key" in paths
    assert "backup.key" not in paths
    assert len([path for path in paths if path.startswith("files/")]) == 2
    assert oct((machine.choice.var_dir / "backup.key").stat().st_mode & 0o777) == "0o600"


def test_a_second_night_does_not_write_files_again(machine: Machine, made: str) -> None:
    files = {name: (machine.choice.folder.root / name).stat().st_mtime_ns for name in machine.choice.folder.below("files")}
    make_backup(machine.choice, Kind.NIGHTLY)
    assert {name: (machine.choice.folder.root / name).stat().st_mtime_ns for name in machine.choice.folder.below("files")} == files


def test_damage_anywhere_is_refused_before_anything_is_touched(machine: Machine, made: str, tmp_path: Path) -> None:
    folder, dice = machine.choice.folder, random.Random(14)
    before = figures_now(machine)
    parts = parts_of(read_manifest(folder, machine.key, made))
    nowhere = Target(tmp_path / "x", "sqlite://")  # opening it would fail: nothing is written before all is read
    for part in parts:
        path = folder.root / part
        whole = path.read_bytes()
        places = [*dice.sample(range(len(whole)), 50 // len(parts)), 0, len(whole) - 1]
        for wrong in [flipped(whole, at, dice.randrange(8)) for at in places] + [whole[:-7], whole + b"\0", b""]:
            path.write_bytes(wrong)
            refused(lambda: verify(folder, machine.key, made), BooksError)
        refused(lambda: bring_back(folder, machine.key, made, nowhere), DamagedBackup)
        assert not nowhere.folder.exists()
        path.unlink()
        refused(lambda: verify(folder, machine.key, made), BooksError)
        path.write_bytes(whole)
    refused(lambda: verify(folder, bytes(32), made), WrongKey)
    verify(folder, machine.key, made)
    assert figures_now(machine) == before


def flipped(whole: bytes, at: int, bit: int = 3) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]


def test_a_backup_of_a_newer_program_is_refused(machine: Machine, made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.backups.restoring.is_known", lambda revision: revision == "0001")
    words = refused(lambda: bring_back(machine.choice.folder, machine.key, made, Target(tmp_path, "")), NewerBackup)
    assert "newer Munim" in words


def test_a_backup_comes_back_into_a_newer_program_with_every_figure_and_true_books(
    machine: Machine, beside: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_PROJECT", program_of_tomorrow(tmp_path))
    made = make_backup(machine.choice, Kind.ASKED).name.id
    then = figures_now(machine)
    machine.trade(machine.sharma)  # after the backup: not in it
    manifest = bring_back(machine.choice.folder, machine.key, made, beside)
    assert prove(manifest, beside) == []
    engine = db.make_engine(beside.database_url)
    with copies.steady_view(engine) as connection:
        found = copies.figures(connection)
    engine.dispose()
    assert found["companies"] == then["companies"]
    assert (found["revision"], found["rows"]["tomorrow"]) == ("9999", 1)
    kept = beside.folder / "files" / str(machine.iyer.company_id)
    assert [path.read_bytes() for path in kept.glob("*/*")] == [b"picture of a bill " * 5000]
    assert figures_now(machine)["companies"] != then["companies"]


def program_of_tomorrow(folder: Path) -> Path:
    """The program with one more migration."""
    newer, here = folder / "newer", Path(__file__).parents[2]
    shutil.copytree(here / "migrations", newer / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("webapp", "jobs", "templates", "static", "wsgi.py", "pyproject.toml"):
        (newer / name).symlink_to(here / name)
    lines = (f'revision = "9999"\ndown_revision = "{newest_revision()}"', "branch_labels = depends_on = None", "from alembic import op")
    change = 'def upgrade():\n    op.execute("create table tomorrow (id integer)")\n    op.execute("insert into tomorrow values (1)")\n'
    (newer / "migrations" / "versions" / "9999_tomorrow.py").write_text("\n".join([*lines, change]))
    return newer


def test_what_differs_from_the_manifest_is_not_proved(machine: Machine, made: str) -> None:
    manifest = read_manifest(machine.choice.folder, machine.key, made)
    same = {"revision": manifest["revision"], "rows": manifest["rows"], "companies": manifest["companies"]}
    assert differences(manifest, {"before": same, "after": same}) == []
    own = str(machine.sharma.company_id)
    other = {**same, "companies": {**same["companies"], own: {**same["companies"][own], "trial_balance": "0"}}}
    assert differences(manifest, {"before": other, "after": same})
    assert differences(manifest, {"before": same, "after": other})
    assert differences(manifest, {"before": {**same, "rows": {**same["rows"], "voucher": 1}}, "after": same})


def killed_at(machine: Machine, where: str, what: str) -> None:
    """A process of its own that kills itself, without a chance to tidy up, where `where` is done."""
    script = (
        "import os, signal\nfrom pathlib import Path\nfrom webapp.backups import restoring, service\n"
        "from webapp.backups.places import chosen\nfrom webapp.backups.rules import Kind\n"
        "def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "choice = chosen(Path(os.environ['VAR_DIR']), os.environ['DATABASE_URL'], {})\n"
        f"{where}\n{what}\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], env={**os.environ, **machine.env}, cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == -signal.SIGKILL


def test_restored_in_place_the_old_is_kept_aside_and_a_kill_anywhere_is_made_good(machine: Machine) -> None:
    if not is_sqlite(machine):
        pytest.skip("in place: SQLite")
    made, then, var_dir = make_backup(machine.choice, Kind.ASKED).name.id, figures_now(machine), machine.choice.var_dir
    machine.trade(machine.sharma)
    after = figures_now(machine)
    db.engine().dispose()
    with only_one(var_dir / "serve.lock"):  # as `serve` holds it
        refused(lambda: restore_here(machine.choice, machine.choice.folder, machine.key, made), StillServing)
    restore = f"restoring.restore_here(choice, choice.folder, bytes.fromhex('{machine.key.hex()}'), '{made}')"
    killed_at(machine, "restoring._bring_database = die", restore)
    assert (list(var_dir.glob("restoring-*")), backups.finish_restore(var_dir)) == ([var_dir / f"restoring-{made}"], False)
    assert figures_now(machine) == after
    db.engine().dispose()
    third = (
        "real, told = Path.rename, []\ndef rename(*way): told.append(1) or (die() if len(told) == 3 else real(*way))\nPath.rename = rename"
    )
    killed_at(machine, f"restoring.prove = lambda *_, **__: []\n{third}", restore)
    assert (var_dir / SWAP).exists()
    assert backups.finish_restore(var_dir)
    assert not finish_swap(var_dir)
    assert figures_now(machine)["companies"] == then["companies"]
    [aside] = var_dir.glob("before-restore-*/munim.sqlite3")
    kept = db.make_engine(f"sqlite:///{aside}")
    with copies.steady_view(kept) as connection:
        assert copies.figures(connection)["companies"] == after["companies"]
    kept.dispose()


def test_a_full_disk_leaves_no_half_backup_and_says_so(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = machine.choice.folder.ids()
    written = 0

    def full(_descriptor: int) -> None:
        nonlocal written
        written += 1
        if written > 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("webapp.backups.places.os.fsync", full)
        words = refused(lambda: make_backup(machine.choice, Kind.NIGHTLY), NoRoom)
    assert "No space left on device" in words
    assert machine.choice.folder.ids() == before
    assert not (machine.choice.folder.root / ".making").exists()
    assert "No space" in state.read_state(machine.choice.var_dir)["failed"]["words"]
    make_backup(machine.choice, Kind.NIGHTLY)
    assert "failed" not in state.read_state(machine.choice.var_dir)


def test_a_disk_that_takes_no_more_leaves_what_was_good(machine: Machine, made: str) -> None:
    """A real refusal of the system, in a process of its own whose files may not grow: of each thing that is written."""
    before = machine.choice.folder.ids()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))"
    tried = "\ntry: service.make_backup(choice, Kind.NIGHTLY)\nexcept restoring.BooksError as no: assert no.status == 507, no\nelse: raise SystemExit(3)"
    killed_at(machine, limit + tried, "die()")
    assert machine.choice.folder.ids() == before
    assert not (machine.choice.folder.root / ".making").exists()
    assert state.read_state(machine.choice.var_dir)["failed"]["words"]
    verify(machine.choice.folder, machine.key, made)


def test_a_clock_set_back_makes_no_backup_older_nor_late(machine: Machine, clock: Clock) -> None:
    clock.now = datetime.now(UTC)
    first = make_backup(machine.choice, Kind.ASKED).name
    clock.advance(days=-400)
    second = make_backup(machine.choice, Kind.NIGHTLY).name
    assert second.serial > first.serial
    assert second.made_at < first.made_at
    assert newest_before(name for one in machine.choice.folder.ids() if (name := read_name(one))) == second
    assert {first.id, second.id} <= set(machine.choice.folder.ids())
    if is_sqlite(machine):
        clock.advance(days=-30)
        assert backups.snapshot_if_due(), "the last one lies in the future"
        assert not backups.snapshot_if_due()
    assert backups.drill_is_due(clock.now)


def test_two_at_once_make_one(machine: Machine) -> None:
    with state.one_at_a_time(machine.choice.var_dir):
        caught: list[BooksError] = []

        def other() -> None:
            try:
                make_backup(machine.choice, Kind.NIGHTLY)
            except UnderWay as refusal:
                caught.append(refusal)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(caught) == 1


def test_killed_in_the_middle_the_next_is_whole_and_the_rest_is_swept(machine: Machine) -> None:
    before = machine.choice.folder.ids()
    killed_at(machine, "service._read_back = die", "service.make_backup(choice, Kind.NIGHTLY)")
    assert machine.choice.folder.ids() == before
    assert (machine.choice.folder.root / ".making").exists()
    made = make_backup(machine.choice, Kind.NIGHTLY)
    verify(machine.choice.folder, machine.key, made.name.id)
    strays = [path.name for path in machine.choice.folder.root.iterdir() if path.name not in {*machine.choice.folder.ids(), "files"}]
    assert strays == []


def test_the_drill_tells_a_good_backup_from_a_bad_one(machine: Machine) -> None:
    made = make_backup(machine.choice, Kind.NIGHTLY).name.id
    found = drill(machine.choice)
    assert (found.backup_id, found.words) == (made, "")
    assert found.vouchers >= 4
    assert found.is_bytes_only is not is_sqlite(machine)
    path = machine.choice.folder.root / made / "database"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert "damaged" in drill(machine.choice).words
    assert made in state.read_state(machine.choice.var_dir)["bad"]
    assert not list(machine.choice.var_dir.glob("drill-*"))
    assert "munim_backup_drill_ok 0" in backups.age_lines(machine.choice.var_dir)
    path.write_bytes(whole)
    state.note(machine.choice.var_dir, bad=None)
