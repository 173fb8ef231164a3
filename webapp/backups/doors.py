"""What the console, the nightly jobs and the pages call. Each reads the machine's settings by itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from webapp.backups import state
from webapp.backups.company_names import SUFFIX
from webapp.backups.events import CompanyFileAsked
from webapp.backups.places import Chosen, chosen
from webapp.backups.refusals import UnderWay
from webapp.backups.rules import Kind, newest_before, read_name, snapshot_is_due
from webapp.kernel.errors import NotFound
from webapp.platform import audit, clock, storage
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor, Books, open_books, read_books

if TYPE_CHECKING:
    from click import Command


def here() -> Chosen:
    """What this machine says about its backups."""
    settings = Settings.from_environment()
    return chosen(settings.var_dir, settings.database_url)


def verbs() -> tuple[Command, ...]:
    """The console's verbs, for the console alone: the web process does without what they load."""
    from webapp.backups.verbs import VERBS

    return VERBS


def before_migration(var_dir: Path, database_url: str) -> str:
    """Back up a database that holds companies and whose schema is about to change; returns the backup's name, or nothing when there
    is nothing to do. A refusal stops the migration."""
    from webapp.backups.service import make_backup
    from webapp.platform import copies, schema

    if schema.is_newest(database_url) or (
        database_url.startswith("sqlite:///") and not Path(database_url.removeprefix("sqlite:///")).exists()
    ):
        return ""
    if not copies.will_migrate(database_url):
        return ""
    return make_backup(chosen(var_dir, database_url), Kind.MIGRATION).name.id


def finish_restore(var_dir: Path) -> bool:
    """Go on with a restore that was killed while it put things in their places; False, at the cost of one look, when there is none."""
    from webapp.backups.restoring import SWAP, finish_swap

    if not ((var_dir / SWAP).exists() and finish_swap(var_dir)):
        return False
    from webapp.backups import prepared

    prepared.ended(var_dir)
    return True


def back_up(kind: Kind = Kind.NIGHTLY) -> str:
    """Make a backup, noting how far it is; returns trouble with its copy, or nothing."""
    from webapp.backups.service import make_backup

    choice = here()

    def step(words: str, done: int, of: int) -> None:
        state.note(choice.var_dir, working={"words": words, "done": done, "of": of, "at": clock.now().isoformat()})

    return make_backup(choice, kind, step).trouble


def snapshot_if_due() -> bool:
    """Make a snapshot of a SQLite database when something was written since the last backup and it is time; whether one was made.

    With PostgreSQL its own archive of the log does this better (docs/backups.md)."""
    choice = here()
    if choice.database_file is None or not choice.database_file.is_file():
        return False
    kept = state.read_state(choice.var_dir)
    last = state.instant(kept, "newest", "at")
    took = kept.get("newest", {}).get("took", 0)
    due = snapshot_is_due(
        clock.now(), last, took_seconds=int(took), every_minutes=choice.every_minutes, changed_at=_changed_at(choice.database_file)
    )
    if not due:
        return False
    try:
        back_up(Kind.SNAPSHOT)
    except UnderWay:
        return False
    return True


def _changed_at(database: Path) -> datetime:
    from datetime import UTC

    beside = (database, database.with_name(database.name + "-wal"))
    newest = max(path.stat().st_mtime_ns for path in beside if path.exists())
    return datetime.fromtimestamp(newest // 1_000_000_000 + 1, tz=UTC)


def drill_now() -> Any:
    """Try the newest backup (webapp.backups.drill)."""
    from webapp.backups.drill import drill

    return drill(here())


def drill_is_due(now: datetime) -> bool:
    """Whether a week has gone by since the last drill and there is a backup to try."""
    choice = here()
    if newest_before(name for one in choice.folder.ids() if (name := read_name(one))) is None:
        return False
    last = state.instant(state.read_state(choice.var_dir), "drill", "at")
    return last is None or last > now or (now - last).days >= DRILL_DAYS


DRILL_DAYS = 7


def age_lines(var_dir: Path) -> list[str]:
    """For /metrics: how old the newest good backup is, in seconds, and whether the last drill went well."""
    kept = state.read_state(var_dir)
    lines = []
    if made_at := state.instant(kept, "good", "at"):
        age = int((clock.now() - made_at).total_seconds())
        lines += ["# HELP munim_backup_age_seconds Age of the newest good backup.", "# TYPE munim_backup_age_seconds gauge"]
        lines.append(f"munim_backup_age_seconds {age}")
    if drilled := kept.get("drill"):
        lines += ["# HELP munim_backup_drill_ok Whether the last drill of a restore went well.", "# TYPE munim_backup_drill_ok gauge"]
        lines.append(f"munim_backup_drill_ok {0 if drilled.get('words') else 1}")
    return lines


def write_company(company_id: int, path: Path) -> None:
    """Write everything of one business into a file (webapp.backups.company_file)."""
    from webapp.backups import company_file

    company_file.write_company(company_id, path)


def restore_company(path: Path, *, is_new: bool = False) -> tuple[int, int]:
    """Bring a business back from its file: (its number there, its number here)."""
    from webapp.backups import company_file

    return company_file.restore_company(path, is_new=is_new)


def check_one(backup_id: str) -> None:
    """Read a backup whole and note what was found, for the page."""
    from webapp.backups.keys import existing_key
    from webapp.backups.refusals import DamagedBackup
    from webapp.backups.service import place_with, verify

    choice = here()
    try:
        verify(place_with(choice, backup_id), existing_key(choice.var_dir), backup_id)
    except DamagedBackup as trouble:
        state.note(choice.var_dir, bad={**state.read_state(choice.var_dir).get("bad", {}), backup_id: trouble.problem})
    else:
        state.note(choice.var_dir, checked={**state.read_state(choice.var_dir).get("checked", {}), backup_id: "whole"})


def prepare_restore(backup_id: str) -> None:
    """Bring a backup back aside and prove it, for the page (webapp.backups.prepared)."""
    from webapp.backups import prepared
    from webapp.platform import progress

    prepared.prepare(here(), backup_id, lambda _words, done, of: progress.tell(done, of))


def put_in_place() -> bool:
    """Put in its place what was prepared; whether it is there now (webapp.backups.prepared)."""
    from webapp.backups import prepared

    return prepared.put_in_place(here())


def ask_company_file(books: Books) -> UUID:
    """Ask a job for everything of the business as one file; returns its id."""
    file_id = announce(books, CompanyFileAsked(asked_by=books.actor.name))
    audit.record(books, "export", "company_file", file_id)
    return file_id


def make_company_file(actor: Actor, file_id: UUID) -> None:
    """Make the file of a whole business that was asked for, then drop all but the newest three; or note that who asked is no owner any
    more. Safe to repeat; NotFound for no such file. It is written aside and kept only when it is whole."""
    from webapp import company
    from webapp.backups import company_file, queries

    with read_books(actor) as books:
        asked, known = queries.asked_file(books, file_id), queries.newest_files(books, most=50)
        if asked is None:
            raise NotFound("file")
        user_id, name = queries.asker_of(books, file_id)
    if asked.state in ("refused", "gone"):
        return
    if asked.state != "ready":
        if company.asker_still(actor, user_id, name, (), Permission.BUSINESS_LEAVE) is None:
            with open_books(actor) as books:
                audit.record(books, queries.REFUSED, queries.FILE, file_id, new={"asked_by": name})
            return
        draft = here().folder.root / f".{file_id.hex}.part"
        try:
            company_file.write_company(actor.company_id, draft)
            with draft.open("rb") as file:
                storage.put(actor.company_id, iter(lambda: file.read(1 << 18), b""), name=file_id.hex, suffix=SUFFIX)
        finally:
            draft.unlink(missing_ok=True)
    for one in [one for one in known if one.state == "ready" and one.id != file_id][MOST_FILES - 1 :]:
        storage.delete(actor.company_id, one.id.hex + SUFFIX)


def sweep_company_files(actor: Actor) -> int:
    """Remove the files of a whole business that are older than seven days; how many."""
    from webapp.backups import queries

    old = storage.keys_before(actor.company_id, SUFFIX, clock.now() - queries.FILES_KEPT)
    for key in old:
        storage.delete(actor.company_id, key)
    return len(old)


MOST_FILES = 3
