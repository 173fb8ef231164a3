"""The drill: the newest backup brought back aside, checked as if it were the last one left, and thrown away again. Its result is kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from webapp.backups import state
from webapp.backups.keys import existing_key
from webapp.backups.places import Chosen, Place
from webapp.backups.refusals import DamagedBackup, NoBackup, NotProved, PlaceAway
from webapp.backups.restoring import bring_back, prove, target_of
from webapp.backups.rules import Kind, newest_before, read_name
from webapp.backups.service import outer_place, read_manifest, verify
from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.platform import clock, copies
from webapp.platform.logging import log


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill found. `words` say what is wrong; none when the backup is whole. `is_bytes_only`: no database could be made to
    bring it back into, so its bytes were compared and its books were not."""

    backup_id: str
    place: str
    words: str
    vouchers: int
    is_bytes_only: bool = False


def drill(choice: Chosen) -> Drilled:
    """Try the newest backup: from the storage outside when there is one, for that is the one left after a fire. NoBackup when there is
    none. A backup that is not whole is marked, so that the policy keeps an older one in its stead."""
    key = existing_key(choice.var_dir)
    place = _place(choice)
    newest = newest_before(name for one in place.ids() if (name := read_name(one)) and name.kind is not Kind.SNAPSHOT)
    if newest is None:
        raise NoBackup("")
    try:
        found = _try_it(choice, place, key, newest.id)
    except PlaceAway:
        raise
    except BooksError as trouble:
        found = Drilled(newest.id, place.words, trouble.problem, 0)
        # Marked, the policy takes it away in each place: not where the one here may be whole, nor for books that are as they were.
        is_all_of_it = place is choice.folder or newest.id not in choice.folder.ids()
        is_another = isinstance(trouble, DamagedBackup) or (isinstance(trouble, NotProved) and trouble.is_another)
        if is_another and is_all_of_it:
            state.note(choice.var_dir, bad={**state.read_state(choice.var_dir).get("bad", {}), newest.id: trouble.problem})
        log.error("the drill failed", backup=newest.id, why=trouble.problem)
    state.note(choice.var_dir, drill=_noted(found))
    return found


def _noted(found: Drilled) -> dict[str, Any]:
    return {
        "at": clock.now().isoformat(),
        "id": found.backup_id,
        "place": found.place,
        "words": found.words,
        "vouchers": found.vouchers,
        "bytes_only": found.is_bytes_only,
    }


def _place(choice: Chosen) -> Place:
    try:
        outer = outer_place(choice)
        return outer if outer and outer.ids() else choice.folder
    except PlaceAway as trouble:
        log.warning("the storage outside is away: the drill takes the near backup", why=trouble.problem)
        return choice.folder


def _try_it(choice: Chosen, place: Place, key: bytes, backup_id: str) -> Drilled:
    manifest = read_manifest(place, key, backup_id)
    vouchers = sum(one["vouchers"] for one in manifest["companies"].values())
    folder = choice.var_dir / f"drill-{backup_id}"
    shutil.rmtree(folder, ignore_errors=True)  # of a drill that was killed
    try:
        if manifest["database"] == "sqlite":
            _prove_there(place, key, manifest, folder, "")
            return Drilled(backup_id, place.words, "", vouchers)
        with copies.passing_database(choice.database_url, "munim_restore_drill") as url:
            if url is None:
                verify(place, key, backup_id)
                return Drilled(backup_id, place.words, "", vouchers, is_bytes_only=True)
            _prove_there(place, key, manifest, folder, url)
            return Drilled(backup_id, place.words, "", vouchers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prove_there(place: Place, key: bytes, manifest: dict[str, Any], folder: Path, url: str) -> None:
    target = target_of(manifest, folder, url)
    bring_back(place, key, str(manifest["id"]), target)
    prove(manifest, target)
