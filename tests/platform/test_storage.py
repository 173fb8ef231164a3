"""Files beside the database: what a killed writer left half-done does not fill the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from jobs import chores
from webapp.platform import clock, storage


@pytest.fixture
def folder(tmp_path: Path, var_dir: Path) -> Iterator[Path]:
    storage.use(tmp_path)
    yield tmp_path / "files"
    storage.use(var_dir)


def left_behind(folder: Path, key: str, at: datetime) -> Path:
    path = folder / "1" / key[:2] / f"{key}.deadbeef.part"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_the_days_chore_sweeps_what_was_never_finished(folder: Path) -> None:
    now = clock.now()
    kept = storage.put(1, [b"whole"], suffix=".csv")
    os.utime(storage.path_of(1, kept.key), (0, 0))
    old, young = left_behind(folder, "aa11", now - timedelta(hours=25)), left_behind(folder, "bb22", now - timedelta(hours=23))
    chores.run_chore("sweep_drafts")
    assert (old.exists(), young.exists(), storage.path_of(1, kept.key).exists()) == (False, True, True)
    assert storage.sweep_drafts(now + timedelta(hours=2)) == 1
    assert not young.exists()


def test_a_shop_without_files_has_nothing_to_sweep(folder: Path) -> None:
    assert not folder.exists()
    assert storage.sweep_drafts(clock.now()) == 0


def test_the_sweep_is_due_each_day(tmp_path: Path) -> None:
    claim = chores.claim_in_folder(tmp_path / "chores")
    at_three = datetime.fromisoformat("2026-11-20T21:30:00+00:00")
    assert "sweep_drafts" in chores.due_chores(at_three, claim)
    assert "sweep_drafts" not in chores.due_chores(at_three, claim)
    assert "sweep_drafts" in chores.due_chores(at_three + timedelta(days=1), claim)
