"""The verbs of the console: backup, backup list, backup verify, backup drill, backup key, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from webapp.backups import state
from webapp.backups.drill import drill
from webapp.backups.keys import backup_key, existing_key, recovery_key
from webapp.backups.places import Chosen, Place, chosen
from webapp.backups.refusals import NoBackup
from webapp.backups.restoring import bring_back, prove, restore_here, target_of
from webapp.backups.rules import Kind, newest_before, read_moment, read_name
from webapp.backups.service import make_backup, place_with, places, read_manifest, verify
from webapp.kernel.dates import IST
from webapp.kernel.errors import InvalidInput
from webapp.platform.settings import Settings


def _chosen() -> Chosen:
    settings = Settings.from_environment()
    return chosen(settings.var_dir, settings.database_url)


def _say(words: str, done: int, of: int) -> None:
    if of and not done % max(1, of // 10):
        click.echo(f"{words}: {done} of {of}", err=True)


@click.group("backup", invoke_without_command=True)
@click.pass_context
def backup(context: click.Context) -> None:
    """Make a backup of everything now; also list, verify, drill and key."""
    if context.invoked_subcommand is None:
        made = make_backup(_chosen(), Kind.ASKED, _say)
        click.echo(f"{made.name.id} is whole: {_size(made.size_bytes)}.")
        if made.copy:
            click.echo(f"Its copy lies in {made.copy}.")
        if made.trouble:
            click.echo(f"It has no copy outside: {made.trouble}", err=True)


@backup.command("list")
def list_backups() -> None:
    """All backups, the newest last, and where they lie."""
    choice = _chosen()
    where: dict[str, list[str]] = {}
    for place in places(choice):
        for one in place.ids():
            where.setdefault(one, []).append(place.words)
    bad = state.read_state(choice.var_dir).get("bad", {})
    for one in sorted(where):
        name = read_name(one)
        made_at = name.made_at.astimezone(IST).strftime("%Y-%m-%d %H:%M") if name else ""
        click.echo(f"{one}  {made_at}  {', '.join(where[one])}{'  DAMAGED: ' + bad[one] if one in bad else ''}")
    if not where:
        click.echo("There is no backup yet. Make one with: python -m webapp backup")


@backup.command("verify")
@click.argument("backup_id", required=False)
@click.option("--outside", is_flag=True, help="Read the copy in the storage outside.")
def verify_backup(backup_id: str | None, *, outside: bool) -> None:
    """Read every byte of a backup (the newest when none is named) and compare it with its manifest."""
    choice = _chosen()
    place, found = _asked(choice, backup_id, None, outside=outside)
    manifest = verify(place, existing_key(choice.var_dir), found, _say)
    click.echo(f"{found} is whole: {_size(manifest['size'])} of database, {len(manifest['files'])} files, schema {manifest['revision']}.")


@backup.command("drill")
def drill_backup() -> None:
    """Bring the newest backup back aside, check its books, and throw it away again; exit 1 when it is not whole."""
    found = drill(_chosen())
    if found.words:
        raise click.ClickException(f"{found.backup_id} in {found.place}: {found.words}")
    how = (
        "every byte is right; its books were not checked, for the role may make no database"
        if found.is_bytes_only
        else "its books are true"
    )
    click.echo(f"{found.backup_id} in {found.place}: {how} ({found.vouchers} vouchers).")


@backup.command("key")
def show_key() -> None:
    """Print the recovery key, for paper: without it no backup opens on another machine."""
    click.echo(recovery_key(backup_key(_chosen().var_dir)))


@click.command("restore")
@click.argument("backup_id", required=False)
@click.option("--at", "moment", default="", help='The newest before a moment in India: --at "2026-11-20 14:30".')
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help="Into a new folder, to be a VAR_DIR; nothing live is touched."
)
@click.option("--url", default="", help="For PostgreSQL: an empty database to restore into, with --into.")
@click.option("--outside", is_flag=True, help="Take the copy in the storage outside.")
@click.option("--with-breaches", is_flag=True, help="Also books that broke a promise before they were backed up.")
def restore(backup_id: str | None, moment: str, into: Path | None, url: str, *, outside: bool, with_breaches: bool) -> None:
    """Bring a backup back (the newest when none is named): aside first, proved there, then in the place of what is live."""
    choice = _chosen()
    place, found = _asked(choice, backup_id, moment, outside=outside)
    key = existing_key(choice.var_dir)
    name = read_name(found)
    click.echo(f"{found}, of {name.made_at.astimezone(IST).strftime('%Y-%m-%d %H:%M') if name else ''} in India, from {place.words}.")
    if into is None and not url:
        aside = restore_here(choice, place, key, found, _say, with_breaches=with_breaches)
        click.echo(f"Restored and proved. What was there before is kept in {aside}. Start the program.")
        return
    if into is None:
        raise InvalidInput({"--into": "Name a new folder for the files: it becomes the VAR_DIR."})
    target = target_of(read_manifest(place, key, found), into.absolute(), url)
    manifest = bring_back(place, key, found, target, _say)
    let_pass = prove(manifest, target, with_breaches=with_breaches)
    for line in let_pass:
        click.echo(line, err=True)
    click.echo(f"Restored and proved. Start it with: {'DATABASE_URL=… ' if url else ''}VAR_DIR={target.folder} bin/run")


def _asked(choice: Chosen, backup_id: str | None, moment: str | None, *, outside: bool) -> tuple[Place, str]:
    """The backup that was asked for and a place that has it."""
    if backup_id:
        return place_with(choice, backup_id, from_outside=outside), backup_id
    try:
        before = read_moment(moment) if moment else None
    except ValueError:
        raise InvalidInput({"--at": 'Type a day and a time of India: "2026-11-20 14:30".'}) from None
    bad: dict[str, Any] = state.read_state(choice.var_dir).get("bad", {})
    for place in places(choice)[1:] if outside else places(choice):
        names = [name for one in place.ids() if one not in bad and (name := read_name(one))]
        if newest := newest_before(names, before):
            return place, newest.id
    raise NoBackup(f"made before {moment}" if moment else "")


def _size(size: int) -> str:
    return f"{size // 1_000_000}.{size // 100_000 % 10} MB" if size >= 1_000_000 else f"{size // 1000} kB"


VERBS = (backup, restore)
