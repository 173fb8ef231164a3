"""A restore asked for on the page. It is brought back aside and proved by a job while the shop works on; then the supervisor, who alone
knows that nothing of ours runs, stops web, worker and scheduler, has it put in its place by `put_in_place`, and starts them again.

How far it is stands in the notes of this machine (webapp.backups.state) under `restore`: a database that is about to be replaced
could not keep it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from webapp.backups import state
from webapp.backups.keys import existing_key
from webapp.backups.places import Chosen, read_wanted, wanted_file
from webapp.backups.refusals import NoSwapHere, NotPrepared, RestoreUnderWay, UnderWay
from webapp.backups.restoring import bring_back_aside, finish_swap, put_back, swap
from webapp.backups.service import Step, _silent, place_with
from webapp.kernel.errors import BooksError
from webapp.platform import clock, copies
from webapp.platform.logging import log

STALE = timedelta(minutes=15)  # a preparation nobody has written of for so long was killed; a wish so old is nobody's any more
READY_FOR = timedelta(hours=24)  # what was prepared longer ago is prepared anew: nobody remembers what it was


class Stage(StrEnum):
    """How far a restore is."""

    ASKED = "asked"
    PREPARING = "preparing"
    READY = "ready"
    WANTED = "wanted"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = frozenset({Stage.ASKED, Stage.PREPARING, Stage.WANTED})


def can_swap(choice: Chosen, env: Mapping[str, str] = os.environ) -> bool:
    """Whether a restore can be put in its place from the page: SQLite, and under the supervisor of `serve`, who says so."""
    return choice.database_file is not None and env.get("MUNIM_SUPERVISED") == "1"


def standing(choice: Chosen, now: datetime) -> dict[str, Any]:
    """The restore that was asked for last: `stage`, `id`, `by`, `words`, `done` of `of`. Empty when there is none. One that was killed
    while it was prepared or put in its place is told as failed."""
    kept = state.read_state(choice.var_dir)
    found: dict[str, Any] = kept.get("restore", {})
    at = state.instant(kept, "restore", "at")
    if not found or at is None:
        return {}
    age = abs(now - at)
    if found["stage"] in UNDER_WAY and age > STALE:
        return {**found, "at": at, "stage": Stage.FAILED, "words": "It was stopped in the middle. Nothing was changed."}
    if found["stage"] == Stage.READY and age > READY_FOR:
        return {}
    return {**found, "at": at}


def ask(choice: Chosen, backup_id: str, *, by: str) -> None:
    """Note that a backup is to be prepared. NoSwapHere where a page cannot do it, RestoreUnderWay while another is on its way."""
    if not can_swap(choice):
        raise NoSwapHere
    if standing(choice, clock.now()).get("stage") in UNDER_WAY:
        raise RestoreUnderWay
    _note(choice, Stage.ASKED, id=backup_id, by=by)


def prepare(choice: Chosen, backup_id: str, step: Step = _silent) -> None:
    """Bring the backup back aside and prove it: every byte, the trial balance of each business, the promises of its books. What is not
    whole is noted as failed, and nothing live was touched. One that is ready, or was never asked for, is left alone."""
    found = standing(choice, clock.now())
    if found.get("id") != backup_id or found["stage"] not in (Stage.ASKED, Stage.PREPARING, Stage.FAILED):
        return
    by = str(found["by"])

    def told(words: str, done: int, of: int) -> None:
        _note(choice, Stage.PREPARING, id=backup_id, by=by, done=done, of=of)
        step(words, done, of)

    told("files", 0, 0)
    try:
        manifest = bring_back_aside(choice, place_with(choice, backup_id), existing_key(choice.var_dir), backup_id, told)
    except UnderWay:
        raise  # a backup is being made: the job is tried again
    except BooksError as trouble:
        _note(choice, Stage.FAILED, id=backup_id, by=by, words=trouble.problem)
        return
    vouchers = sum(one["vouchers"] for one in manifest["companies"].values())
    _note(choice, Stage.READY, id=backup_id, by=by, vouchers=vouchers, companies=len(manifest["companies"]))


def want(choice: Chosen, backup_id: str) -> None:
    """Have the supervisor put in its place what was prepared. NotPrepared when that is not this backup, or is no longer there."""
    found = standing(choice, clock.now())
    if not can_swap(choice):
        raise NoSwapHere
    if found.get("stage") != Stage.READY or found["id"] != backup_id or not _aside(choice, backup_id).is_dir():
        raise NotPrepared
    _note(choice, Stage.WANTED, id=backup_id, by=found["by"])
    wanted = wanted_file(choice.var_dir)
    draft = wanted.with_name(f"{wanted.name}.part")
    draft.write_text(backup_id, encoding="ascii")
    draft.replace(wanted)


def forget(choice: Chosen) -> None:
    """Throw away what was prepared. RestoreUnderWay while it is being prepared or put in its place."""
    found = standing(choice, clock.now())
    if found.get("stage") in UNDER_WAY:
        raise RestoreUnderWay
    if found.get("stage") == Stage.READY:
        shutil.rmtree(_aside(choice, found["id"]), ignore_errors=True)
    state.note(choice.var_dir, restore=None)


def put_in_place(choice: Chosen) -> bool:
    """Put what was wanted in the place of what is live, and look whether it opens; whether it is there now. Called by the supervisor when
    nothing of ours runs. When anything is wrong what was live before is live again. Killed in between, calling it again (or the next
    start) goes on with it."""
    backup_id = read_wanted(choice.var_dir)
    found, live = standing(choice, clock.now()), choice.database_file
    by = str(found.get("by", ""))
    try:
        if finish_swap(choice.var_dir):  # of one that was killed while it put things in their places
            ended(choice.var_dir)
            return True
        if live is None or found.get("stage") != Stage.WANTED or found.get("id") != backup_id:
            log.warning("a restore that nobody asked for just now is left alone", backup=backup_id)
            return False
        with state.one_at_a_time(choice.var_dir):
            aside, moves = swap(choice, live, _aside(choice, backup_id))
        try:
            copies.check_sqlite(live)
        except copies.Unsound:
            put_back(moves)
            raise
    except (BooksError, OSError, copies.Unsound) as trouble:
        log.error("the restore was not put in its place", backup=backup_id, why=str(trouble))
        _note(choice, Stage.FAILED, id=backup_id, by=by, words=f"{trouble} What was there before is there again.")
        return False
    else:
        _note(choice, Stage.DONE, id=backup_id, by=by, kept=str(aside))
        return True
    finally:
        wanted_file(choice.var_dir).unlink(missing_ok=True)


def ended(var_dir: Path) -> None:
    """A swap that was killed was brought to its end by the next start: say so, and wish it no more."""
    found = state.read_state(var_dir).get("restore", {})
    if found.get("stage") == Stage.WANTED:
        state.note(var_dir, restore={**found, "stage": Stage.DONE.value, "at": clock.now().isoformat()})
    wanted_file(var_dir).unlink(missing_ok=True)


def _aside(choice: Chosen, backup_id: str) -> Path:
    return choice.var_dir / f"restoring-{backup_id}"


def _note(choice: Chosen, stage: Stage, **more: Any) -> None:
    state.note(choice.var_dir, restore={"stage": stage.value, "at": clock.now().isoformat(), **more})
