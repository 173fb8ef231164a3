"""Backups: asked for by a person, by night, every few minutes, and tried every week."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jobs.once import actor_of, once
from webapp.kernel.dates import written
from webapp.platform import clock
from webapp.platform.logging import log
from webapp.platform.outbox import Fact, Job, announce


def back_up_now(_job: Job) -> None:
    """Make the backup that was asked for. Two that are asked for at once are one: the second finds the first at work."""
    from webapp import backups

    try:
        backups.back_up(backups.Kind.ASKED)
    except backups.UnderWay:
        log.info("a backup was being made already")


def check_backup(job: Job) -> None:
    """Read a backup whole, and keep what was found for the page."""
    from webapp import backups

    backups.check_one(str(job.payload["backup_id"]))


def prepare_restore(job: Job) -> None:
    """Bring a backup back aside and prove it, for who wants to put it in its place. One that is ready is left alone."""
    from webapp import backups

    backups.prepare_restore(str(job.payload["backup_id"]))


def make_company_file(job: Job) -> None:
    """Make the file of a whole business. One that is there whole is left alone, so a repeat does nothing."""
    from webapp import backups

    backups.make_company_file(actor_of(job, "make_company_file"), UUID(str(job.event_id)))


def back_up_by_night() -> None:
    """The chore of the night. When it fails each business is told so."""
    from webapp import backups

    try:
        trouble = backups.back_up(backups.Kind.NIGHTLY)
    except backups.UnderWay:
        log.info("a backup was being made already")
    except Exception as failure:
        words = getattr(failure, "problem", "") or type(failure).__name__
        _tell_all(backups.BackupFailed(clock.today().isoformat(), words))
        raise
    else:
        if trouble:
            _tell_all(backups.BackupFailed(clock.today().isoformat(), trouble))


def drill_backup() -> None:
    """Once a week: bring the newest backup back aside and check its books. When it is not whole each business is told so."""
    from webapp import backups

    if not backups.drill_is_due(clock.now()):
        return
    found = backups.drill_now()
    if found.words:
        _tell_all(backups.DrillFailed(found.backup_id, found.words))
        raise RuntimeError(found.words)


def tell_of_failed_backup(job: Job) -> None:
    """No backup was made, or its copy was not sent. Members hear of it once a day."""
    from webapp import notifications

    day = date.fromisoformat(job.payload["day"])
    with once(job, tell_of_failed_backup) as books:
        words = {"day": written(day), "reason": job.payload["words"]}
        notifications.notify(books, "backup_failed", key=day.isoformat(), words=words, link="/backups")


def tell_of_failed_drill(job: Job) -> None:
    """A backup was tried and is not whole. Members hear of each once."""
    from webapp import notifications

    with once(job, tell_of_failed_drill) as books:
        words = {"day": written(books.today), "reason": job.payload["words"]}
        notifications.notify(books, "drill_failed", key=str(job.payload["backup_id"]), words=words, link="/backups")


def snapshot() -> None:
    """Every few minutes: a snapshot, when something was written since the last one."""
    from webapp import backups

    if backups.snapshot_if_due():
        log.info("snapshot made")


def _tell_all(fact: Fact) -> None:
    """Leave the fact with each business: the machine is theirs together. A full disk that hinders this too is in the log."""
    from webapp import identity
    from webapp.platform.permissions import Role
    from webapp.platform.tenancy import Actor, open_books, open_directory

    try:
        with open_directory(writes=False) as directory:
            companies = identity.company_ids(directory)
        for company_id in companies:
            with open_books(Actor(company_id=company_id, role=Role.OWNER, name="backups", via="job")) as books:
                announce(books, fact)
    except Exception:
        log.exception("nobody could be told", fact=type(fact).__name__)
