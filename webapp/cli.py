"""The console: `python -m webapp <verb>`. Each verb is safe to run twice."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from webapp import backups, plans
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.platform import audit, db, kept_secrets, machine, master_keys, outside, reach, sealing, storage
from webapp.platform.permissions import Role
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books
from webapp.tax import identifiers
from webapp.winding_up import company_verbs


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def verbs() -> None:
    """Munim: billing, GST, stock and double-entry books for the Indian shop."""


@verbs.command()
def serve() -> None:
    """Start web, worker and scheduler under one parent, and print the address."""
    from webapp.serving import serve as run

    settings = Settings.from_environment()
    settings.require_strong_keys()
    if settings.plans_file:
        plans.check_at_start(settings.plans_file)
    backups.finish_restore(settings.var_dir)
    db.require_known_schema(settings.database_url)
    run()


@verbs.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    settings = Settings.from_environment()
    settings.require_strong_keys()
    backups.finish_restore(settings.var_dir)
    if name := backups.before_migration(settings.var_dir, settings.database_url):
        click.echo(f"Backed up as {name} before the schema changes.")
    db.migrate(settings.database_url)
    click.echo("The database is up to date.")


@verbs.command()
@click.option("--demo", is_flag=True, required=True, help="Fill one shop, Sharma Stores in Pune, with a year of trade.")
@click.option("--bills", default=2400, show_default=True, help="How many bills the year has.")
@click.option("--password", default="", help="The owner's password; made and printed when not given.")
def seed(*, demo: bool, bills: int, password: str) -> None:
    """Fill a shop with plausible trade to look around in. Does nothing when the shop is there already."""
    from webapp import demonstration

    _connect()
    with _progress("A year of trade") as step:
        made = demonstration.fill(bills=bills, password=password, progress=step)
    click.echo(made.words)


@verbs.command("verify-books")
@click.option("--company", "company_id", type=int, help="Only this company.")
def verify_books(company_id: int | None) -> None:
    """Check every promise of the books, for every company; exit 1 on any breach."""
    from webapp import books_check

    _connect()
    breaches = 0
    for actor in _companies(company_id):
        with open_books(actor) as books:
            report = books_check.verify_books(books)
        for line in report.lines():
            click.echo(f"company {actor.company_id}: {line}")
        breaches += len(report.breaches)
    click.echo("All promises kept." if not breaches else f"{breaches} breaches.")
    sys.exit(1 if breaches else 0)


@verbs.command()
@click.option("--company", "company_id", type=int, help="Only this company.")
@click.option("--repair", is_flag=True, help="Write the replayed totals in place of the kept ones.")
def replay(company_id: int | None, *, repair: bool) -> None:
    """Work out every kept total from the registers again and show where it differs; exit 1 on a difference."""
    from webapp import books_check

    _connect()
    differences = 0
    for actor in _companies(company_id):
        with open_books(actor) as books:
            found = books_check.replay(books, repair=repair)
        for line in found:
            click.echo(f"company {actor.company_id}: {line}")
        differences += len(found)
    click.echo("Every kept total equals its replay." if not differences else f"{differences} differences{' repaired' if repair else ''}.")
    sys.exit(1 if differences and not repair else 0)


@verbs.command("edit-log")
@click.argument("company_id", type=int)
def edit_log(company_id: int) -> None:
    """Write a company's whole edit log, one JSON object a line: docs/edit-log.md says how to check it elsewhere."""
    _connect()
    [actor] = _companies(company_id)
    with open_books(actor) as books:
        audit.record(books, "export", "edit_log", "list")
    with read_books(actor) as books:
        for line in audit.exported(books):
            click.echo(line)


@verbs.command("export-ledger")
@click.option("--company", "company_id", type=int, required=True, help="Whose books.")
@click.option(
    "--format", "written_for", type=click.Choice(["beancount", "ledger"]), required=True, help="For Beancount 3, or hledger and Ledger."
)
@click.option("--from", "first_day", default="", help="First day, 2026-04-01. Before it one entry of balances; all when not given.")
@click.option("--to", "last_day", default="", help="Last day.")
@click.option("--output", type=click.Path(dir_okay=False, writable=True), help="The file to write; standard output when not given.")
def export_ledger(company_id: int, written_for: str, first_day: str, last_day: str, output: str | None) -> None:
    """Write a company's whole ledger as plain text for another program: docs/exchange.md describes it."""
    from webapp import exchange

    asked = exchange.read_asked({"format": written_for, "from": first_day, "to": last_day})
    _connect()
    [actor] = _companies(company_id)
    # Written beside it and moved there when whole: a file cut short would look like books that end early.
    draft = f"{output}.part" if output else "-"
    with click.open_file(draft, "w", encoding="utf-8") as file:
        exchange.write_file(actor, *asked, file.write)
    if output:
        Path(draft).replace(output)
        click.echo(f"Written to {output}.", err=True)


@verbs.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure: bench post|reports|http|counter|pdf|import [--json]. Makes its own data; leaves yours alone."""
    from webapp.bench import run

    sys.exit(run(list(arguments)))


@verbs.group()
def user() -> None:
    """People who can sign in."""


@user.command("password")
@click.argument("email")
def user_password(email: str) -> None:
    """Give a person a new password (asked for, or read from a pipe) and end their sign-ins."""
    from webapp import identity

    _connect()
    password = getpass.getpass("New password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with open_directory() as directory:
        try:
            identity.set_password(directory, email, password, by="console")
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    click.echo("The password is changed; all sign-ins of this person have ended.")


@user.command("second-step-off")
@click.argument("email")
def user_second_step_off(email: str) -> None:
    """Turn a person's second step off, who has lost the phone and the codes on paper."""
    from webapp import identity

    _connect()
    with open_directory() as directory:
        identity.turn_second_step_off(directory, email, by="console")
    click.echo("The second step is turned off; all sign-ins of this person have ended.")


@user.command("list")
def user_list() -> None:
    """Everyone who can sign in, with their businesses and roles."""
    from webapp import identity

    _connect()
    with open_directory() as directory:
        for person in identity.everyone(directory):
            places = ", ".join(f"{place.company_name} ({place.role})" for place in person.places) or "no business"
            click.echo(f"{person.email}  {person.name}  {places}")


@verbs.group()
def keys() -> None:
    """The master keys that passwords of portals, keys of gateways and the like are kept by: docs/secrets.md."""


@keys.command("list")
def keys_list() -> None:
    """Which master keys there are, the one in use first, and how much each keeps."""
    settings = _connect()
    places, kept = sealing.keys().places(), kept_secrets.by_key(_kept_company_ids())
    for key_id, place in places.items():
        click.echo(f"{key_id}  {place}  keeps {kept[key_id]}{'  in use' if key_id == sealing.keys().current() else ''}")
    for key_id in sorted(set(kept) - set(places)):
        where = "the program's secret, from before there were master keys" if not key_id else f"{key_id}, WHICH IS NOT ON THIS MACHINE"
        click.echo(f"{kept[key_id]} under {where}")
    click.echo(f"Keys of VAR_DIR lie in {settings.var_dir / master_keys.FILE}.")


@keys.command("new")
@click.option("--print", "is_printed", is_flag=True, help="Write it here, to be put first in MASTER_KEYS; nothing else is changed.")
def keys_new(*, is_printed: bool) -> None:
    """A new master key in VAR_DIR, in use from now on. `keys rotate` then brings what is kept under it."""
    if is_printed:
        click.echo(":".join(master_keys.new_key()))
        return
    settings = Settings.from_environment()
    if settings.master_keys or settings.kms_keys:
        raise click.ClickException("MASTER_KEYS or KMS_KEYS names the key in use: put a new one first there. keys new --print makes one.")
    click.echo(f"{master_keys.add_to_file(settings.var_dir)} is in use. Now: python -m webapp keys rotate")


@keys.command("rotate")
def keys_rotate() -> None:
    """Bring whatever is sealed under the master key in use, while the program runs; exit 1 when something does not open."""
    _connect()
    done = kept_secrets.renew_all(_kept_company_ids())
    click.echo(f"{done.renewed} sealed anew under {sealing.keys().current()}, {done.current} were so already.")
    for one in done.unopened:
        whose = "people" if one.company_id is None else f"company {one.company_id}"
        click.echo(f"{whose}: {one.table}.{one.column} does not open ({one.key_id or 'another program secret'}). It has to be typed again.")
    sys.exit(1 if done.unopened else 0)


@keys.command("drop")
@click.argument("key_id")
def keys_drop(key_id: str) -> None:
    """Take a master key out of VAR_DIR, once nothing is kept by it any more."""
    settings = _connect()
    if kept := kept_secrets.by_key(_kept_company_ids())[key_id]:
        raise click.ClickException(f"{kept} secrets are kept by {key_id}. First: python -m webapp keys rotate")
    if key_id == sealing.keys().current():
        raise click.ClickException(f"{key_id} is in use. First: python -m webapp keys new")
    master_keys.drop_from_file(settings.var_dir, key_id)
    click.echo(f"{key_id} is gone. Backups from before today still hold it.")


for _verb in backups.verbs():
    verbs.add_command(_verb)


@verbs.command("export-company")
@click.argument("company_id", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_company(company_id: int, file: Path) -> None:
    """Write everything of one business into a file that any program can read: docs/backups.md describes it."""
    _connect()
    if company_id not in _kept_company_ids():
        raise click.ClickException(f"There is no company {company_id}.")
    with open_books(Actor(company_id=company_id, role=Role.OWNER, name="console", via="console")) as books:
        audit.record(books, "export", "company", company_id)
    draft = file.with_name(f"{file.name}.part")
    backups.write_company(company_id, draft)
    draft.replace(file)
    click.echo(f"Written to {file}.")


@verbs.command("restore-company")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--new", "is_new", is_flag=True, help="As another business, also where the number it had is free.")
def restore_company(file: Path, *, is_new: bool) -> None:
    """Bring a business back from its file, into this database, all or nothing."""
    _connect()
    then, now = backups.restore_company(file, is_new=is_new)
    click.echo(
        f"Business {then} of the file is business {now} here; its books are true. Members new here get a password by: user password E-MAIL"
    )


@verbs.command("put-restored", hidden=True)
def put_restored() -> None:
    """Put a prepared backup in the place of what is live; `serve` starts this when nothing else of it runs. Exit 1: nothing was changed."""
    raise SystemExit(0 if backups.put_in_place() else 1)


@verbs.command("prove-copy", hidden=True)
@click.argument("file", type=click.Path(path_type=Path))
def prove_copy(file: Path) -> None:
    """Check a copy that was brought back from a backup; `restore` and the weekly drill start this beside themselves."""
    backups.write_proof(Settings.from_environment(), lambda: _connect(is_copy=True), file)


def _connect(*, is_copy: bool = False) -> Settings:
    settings = Settings.from_environment()
    if not is_copy:
        backups.finish_restore(settings.var_dir)
        backups.before_migration(settings.var_dir, settings.database_url)
    db.migrate(settings.database_url)
    db.use(db.make_engine(settings.database_url))
    storage.use(settings.var_dir)
    sealing.use(settings.secret_key, master_keys.of_machine(settings))
    outside.use(settings.outside_hosts)
    machine.use(settings)
    identifiers.use(takes_sandbox=settings.takes_sandbox_gstins)
    from webapp.app import connect_rooms

    reach.use_loader(partial(import_module, "webapp.models"))
    connect_rooms()
    return settings


def _kept_company_ids() -> list[int]:
    """Also of businesses that are closed: their books are here, and what of them is sealed."""
    from webapp import identity

    with open_directory() as directory:
        return identity.kept_company_ids(directory)


def _company_ids() -> list[int]:
    from webapp import identity

    with open_directory() as directory:
        return identity.company_ids(directory)


def _companies(company_id: int | None) -> list[Actor]:
    found = _company_ids()
    if company_id is not None and company_id not in found:
        raise click.ClickException(f"There is no company {company_id}.")
    chosen = [company_id] if company_id is not None else found
    return [Actor(company_id=one, role=Role.OWNER, name="console", via="console") for one in chosen]


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], Any]]:
    """A line that grows on a terminal, and a sentence now and then elsewhere."""
    shown = -1

    def step(done: int, of: int) -> None:
        nonlocal shown
        percent = done * 100 // max(of, 1)
        if percent == shown or (not sys.stderr.isatty() and percent % 10):
            return
        shown = percent
        click.echo(f"\r{label}: {percent}%" if sys.stderr.isatty() else f"{label}: {percent}%", nl=not sys.stderr.isatty(), err=True)

    yield step
    if sys.stderr.isatty():
        click.echo("", err=True)


verbs.add_command(company_verbs(_connect))
verbs.add_command(plans.plan_verbs(_connect))
verbs.add_command(plans.plans_verbs(_connect))


def main() -> None:
    """Run one verb; a refusal is two sentences and exit code 2, never a traceback."""
    try:
        verbs(prog_name="python -m webapp")
    except BooksError as refusal:
        click.echo(f"{refusal.problem}\n{refusal.fix}", err=True)
        for field, words in (refusal.errors if isinstance(refusal, InvalidInput) else {}).items():
            click.echo(f"  {field}: {words}", err=True)
        sys.exit(2)
