"""What is done once a day in India, whoever works. A shop's machine sleeps at night: a chore is due as soon as the machine is
awake and the day has begun, so a clock alone (RQ's cron) would miss it for weeks."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from redis import Redis

from jobs.backups import back_up_by_night, drill_backup, snapshot
from jobs.people_mails import send_people_mails
from webapp.kernel.dates import ist_day
from webapp.platform import chore_runs, clock, machine, storage, tracker
from webapp.platform.logging import log

if TYPE_CHECKING:
    from webapp.platform.tenancy import Actor

CLAIM_KEPT = timedelta(days=3)


def verify_books() -> None:
    """Ask every company's books whether they keep their promises. A breach is an error in the log, and a failed job."""
    from webapp.cli import verbs

    words = io.StringIO()
    code: object = 0
    with redirect_stdout(words):
        try:
            verbs.main(["verify-books"], standalone_mode=False)
        except SystemExit as end:
            code = end.code
    if code:
        log.error("books break a promise", report=words.getvalue())
        raise RuntimeError(words.getvalue())


def enter_vouchers() -> None:
    """Make the recurring vouchers whose day has come, and post the post-dated ones. Each company by itself: one's trouble is
    not another's. Safe to repeat, as are both verbs."""
    from webapp import identity, orders, vouchers
    from webapp.platform.permissions import Role
    from webapp.platform.tenancy import Actor, open_books, open_directory

    with open_directory(writes=False) as directory:
        companies = identity.company_ids(directory)
    failed: list[int] = []
    for company_id in companies:
        try:
            with open_books(Actor(company_id=company_id, role=Role.OWNER, name="enter_vouchers", via="job")) as books:
                made = vouchers.make_due(books)
                posted, hindered = vouchers.post_due(books)
                made += orders.make_due(books)
        except Exception as error:
            log.exception("vouchers were not entered", company_id=company_id)
            tracker.tell(error, company_id=company_id, chore="enter_vouchers")
            failed.append(company_id)
        else:
            if made or posted or hindered:
                log.info("vouchers entered", company_id=company_id, made=made, posted=posted, hindered=hindered)
    if failed:
        raise RuntimeError(f"vouchers of companies {failed} were not entered")


def prepare_reports() -> None:
    """Leave the facts of scheduled reports whose time has come. Each company by itself; safe to repeat and to run twice at once."""
    from webapp import custom_reports, identity
    from webapp.platform.permissions import Role
    from webapp.platform.tenancy import Actor, open_books, open_directory

    with open_directory(writes=False) as directory:
        companies = identity.company_ids(directory)
    for company_id in companies:
        try:
            with open_books(Actor(company_id=company_id, role=Role.OWNER, name="prepare_reports", via="job")) as books:
                made = custom_reports.prepare_due(books)
        except Exception as error:
            log.exception("scheduled reports were not prepared", company_id=company_id)
            tracker.tell(error, company_id=company_id, chore="prepare_reports")
        else:
            if made:
                log.info("scheduled reports are due", company_id=company_id, made=made)


def enlist_einvoices() -> None:
    """Enlist the documents for the e-invoice portal that a job has missed."""
    from webapp import einvoice

    _of_each_company("enlist_einvoices", einvoice.enlist_all)


def send_einvoices() -> None:
    """Ask the e-invoice portal what became of documents whose fate is not known, and send what waits."""
    from webapp import einvoice

    _of_each_company("send_einvoices", einvoice.send_due)


def enlist_ewaybills() -> None:
    """Find documents whose goods travel and need an e-way bill."""
    from webapp import ewaybills

    _of_each_company("enlist_ewaybills", ewaybills.enlist_all)


def send_ewaybills() -> None:
    """Ask the e-way bill portal what became of what is not known, and tell it what is still to be told."""
    from webapp import ewaybills

    _of_each_company("send_ewaybills", ewaybills.send_due)


def ask_gateways() -> None:
    """Ask payment gateways for what they have not told, and send what waits."""
    from webapp import gateway

    _of_each_company("ask_gateways", gateway.ask_gateway)


def fetch_settlements() -> None:
    """Take in what payment gateways have settled of late."""
    from webapp import gateway

    _of_each_company("fetch_settlements", gateway.fetch_settlements)


def _of_each_company(name: str, act: Callable[[Actor], int]) -> None:
    """Do it for each company by itself: one's trouble is not another's."""
    from webapp import identity
    from webapp.platform.permissions import Role
    from webapp.platform.tenancy import Actor, open_directory

    with open_directory(writes=False) as directory:
        companies = identity.company_ids(directory)
    for company_id in companies:
        try:
            done = act(Actor(company_id=company_id, role=Role.OWNER, name=name, via="job"))
        except Exception as error:
            log.exception("a chore failed for a company", chore=name, company_id=company_id)
            tracker.tell(error, company_id=company_id, chore=name)
        else:
            if done:
                log.info("chore done for a company", chore=name, company_id=company_id, count=done)


def announce_due_dates() -> None:
    """Leave the facts of returns that are due soon, or were due yesterday and are not filed."""
    from webapp import due_dates
    from webapp.platform.tenancy import open_books

    def act(actor: Actor) -> int:
        with open_books(actor) as books:
            return due_dates.announce_due(books)

    _of_each_company("announce_due_dates", act)


def sweep_drafts() -> None:
    """Free the disk of files that were never finished."""
    log.info("unfinished files swept", files=storage.sweep_drafts(clock.now()))


def sweep_attachments() -> None:
    """Free the disk of files that were sent and never stood beside a document: their sender was refused, or killed."""
    from webapp import attachments, identity
    from webapp.platform.permissions import Role
    from webapp.platform.tenancy import Actor, open_books, open_directory

    with open_directory(writes=False) as directory:
        companies = identity.company_ids(directory)
    swept = 0
    for company_id in companies:
        with open_books(Actor(company_id=company_id, role=Role.OWNER, name="sweep_attachments", via="job")) as books:
            swept += attachments.sweep(books)
    log.info("unlisted files swept", files=swept)


def sweep_company_files() -> None:
    """Remove files of a whole business that were not fetched in their days."""
    from webapp import backups

    _of_each_company("sweep_company_files", backups.sweep_company_files)


def seal_bank_numbers() -> None:
    """Seal the numbers at the bank that were noted before they were sealed."""
    from webapp import ledger
    from webapp.platform.tenancy import open_books

    def act(actor: Actor) -> int:
        with open_books(actor) as books:
            return ledger.seal_numbers(books)

    _of_each_company("seal_bank_numbers", act)


def end_businesses() -> None:
    """Close the businesses whose thirty days are over, and delete the books of those whose time of keeping is."""
    from webapp import winding_up

    closed, deleted = winding_up.close_due(), winding_up.delete_due()
    if closed or deleted:
        log.info("businesses ended", closed=closed, deleted=deleted)


def send_messages() -> None:
    """Send the messages whose time has come: the morning, another try, the next channel. Before it, tell of what nobody announces."""
    from jobs.notifications import tell_customers
    from jobs.perform import MOST_TRIES
    from webapp import notifications
    from webapp.notifications import watching

    _of_each_company("watch_often", partial(watching.watch_often, most_tries=MOST_TRIES))
    _of_each_company("tell_customers", tell_customers)
    _of_each_company("send_messages", notifications.send_due)


def watch_security() -> None:
    """Note what has happened to the safety of each business, and tell owners of what needs them. Counts of failed sign-ins that are over
    go first."""
    from webapp import identity, security_events
    from webapp.platform.tenancy import open_directory

    with open_directory() as directory:
        identity.forget_old_failures(directory)
    _of_each_company("watch_security", security_events.watch)


def send_reminders() -> None:
    """Remind customers of what is due and late, where the business has switched it on."""
    from webapp import dunning

    _of_each_company("send_reminders", dunning.dun)


def watch_stock() -> None:
    """Tell of goods that run out or expire."""
    from webapp.notifications import watching

    _of_each_company("watch_stock", watching.watch_daily)


def watch_plans() -> None:
    """Write down which plans have ended, and tell owners of what is near. Only where businesses are hosted by plans."""
    from webapp import plans

    _of_each_company("watch_plans", plans.watch)


# By name: the hour of the day in India from which it may run, and the function.
CHORES: Mapping[str, tuple[int, Callable[[], None]]] = {
    "enter_vouchers": (0, enter_vouchers),
    "seal_bank_numbers": (0, seal_bank_numbers),
    "back_up_by_night": (1, back_up_by_night),
    "verify_books": (2, verify_books),
    "sweep_drafts": (3, sweep_drafts),
    "sweep_attachments": (3, sweep_attachments),
    "sweep_company_files": (3, sweep_company_files),
    "end_businesses": (3, end_businesses),
    "enlist_einvoices": (4, enlist_einvoices),
    "fetch_settlements": (5, fetch_settlements),
    "drill_backup": (5, drill_backup),
    "announce_due_dates": (6, announce_due_dates),
    "watch_stock": (7, watch_stock),
    "watch_plans": (8, watch_plans),
}

# Asked for every few minutes, by every scheduler: they claim nothing, for what they do is done once however often it is asked.
OFTEN: Mapping[str, Callable[[], None]] = {
    "snapshot": snapshot,
    "ask_gateways": ask_gateways,
    "prepare_reports": prepare_reports,
    "enlist_ewaybills": enlist_ewaybills,
    "send_ewaybills": send_ewaybills,
    "send_einvoices": send_einvoices,
    "send_reminders": send_reminders,
    "send_messages": send_messages,
    "watch_security": watch_security,
    "send_people_mails": send_people_mails,
}


def run_chore(name: str) -> None:
    """What the queue calls."""
    try:
        with chore_runs.noted(name):
            (OFTEN[name] if name in OFTEN else CHORES[name][1])()
    except Exception as error:
        tracker.tell(error, chore=name)
        raise
    finally:
        tracker.flush()  # the process ends with the chore
    log.info("chore done", chore=name)


def due_chores(now: datetime, claim: Callable[[str], bool]) -> list[str]:
    """The chores of today whose hour has come and that nobody has claimed."""
    hour = (now + timedelta(hours=5, minutes=30)).hour
    wanted = [name for name in CHORES if name != "watch_plans" or machine.plans_file()]  # whoever hosts nobody never hears of it
    return [name for name in wanted if hour >= CHORES[name][0] and claim(f"{name}-{ist_day(now).isoformat()}")]


def claim_in_redis(redis: Redis) -> Callable[[str], bool]:
    """One of several schedulers gets the chore."""
    return lambda what: bool(redis.set(f"munim:chore:{what}", "claimed", nx=True, ex=CLAIM_KEPT))


def claim_in_folder(folder: Path) -> Callable[[str], bool]:
    """The same on one machine without Redis: an empty file, made by whoever is first."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def claim(what: str) -> bool:
        try:
            os.close(os.open(folder / what, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        return True

    return claim
