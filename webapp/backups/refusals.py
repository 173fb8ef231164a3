"""What a backup, or a place for backups, refuses: in words for the console and the page."""

from __future__ import annotations

from webapp.kernel.errors import BooksError, Conflict


class NoBackup(BooksError):
    """There is no such backup."""

    status = 404

    def __init__(self, asked: str) -> None:
        super().__init__(
            problem=f"There is no backup {asked}." if asked else "There is no backup yet.",
            fix="See what there is with: python -m webapp backup list" if asked else "Make one with: python -m webapp backup",
        )


class DamagedBackup(BooksError):
    """A backup is not what was written. Nothing live was touched."""

    def __init__(self, what: str, how: str) -> None:
        super().__init__(
            problem=f"{what} is damaged: {how}.",
            fix="Nothing was changed. Take another backup, or its copy in the other place: python -m webapp backup list",
        )


class WrongKey(BooksError):
    """A backup was sealed with another key."""

    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(
            problem=f"This backup was sealed with the key {theirs}; the key at hand is {ours}.",
            fix="Give the recovery key that was printed for it as BACKUP_KEY, or put its backup.key into VAR_DIR. Nothing was changed.",
        )


class BadKey(BooksError):
    """What was given as a key is none."""

    def __init__(self, where: str) -> None:
        super().__init__(
            problem=f"{where} is not a backup key: a sign is missing or wrong.",
            fix="Type the recovery key again, group by group; the last group checks the others.",
        )


class NoKey(BooksError):
    """There is no key to open a backup with."""

    def __init__(self, where: str) -> None:
        super().__init__(
            problem=f"There is no key to open backups with: {where} is not there.",
            fix="Give the recovery key that was printed: BACKUP_KEY=… before the command.",
        )


class NewerBackup(BooksError):
    """A backup of a newer program than this one."""

    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(
            problem=f"This backup belongs to a newer Munim: its schema is {theirs}, the newest known here is {ours}.",
            fix="Install that version, or a later one, and restore with it. Nothing was changed.",
        )


class NotProved(BooksError):
    """A backup was brought back aside and is not what its manifest says (`is_another`), or its books broke a promise before they were
    backed up. Nothing live was touched."""

    def __init__(self, found: list[str], *, is_another: bool = True) -> None:
        self.is_another = is_another
        super().__init__(
            problem="The backup was brought back and does not keep its promises: " + " ".join(found[:5]),
            fix="Nothing was changed. Take another backup: python -m webapp backup list",
        )


class NoProof(BooksError):
    """The check of what was brought back did not run to its end: whether the backup is good is not known."""

    def __init__(self, why: str) -> None:
        super().__init__(
            problem=f"What was brought back could not be checked: {why}.",
            fix="Nothing was changed. Try again; if it stays so, install the version of the program that made the backup.",
        )


class StillServing(Conflict):
    """Restoring in place while the program runs."""

    def __init__(self) -> None:
        super().__init__(
            problem="Munim runs with this data just now.",
            fix="Stop it first (Ctrl-C, or systemctl stop munim), or restore beside it with --into DIR.",
        )


class RestoreUnderWay(Conflict):
    """A restore is on its way already."""

    def __init__(self) -> None:
        super().__init__(problem="A restore is on its way already.", fix="Wait until it has ended, and look at it again.")


class NotPrepared(Conflict):
    """A restore that was not prepared, or is prepared no more."""

    def __init__(self) -> None:
        super().__init__(problem="This backup is not prepared.", fix="Prepare it first; nothing was changed.")


class NoSwapHere(Conflict):
    """A restore asked for on the page where only the console can do it."""

    def __init__(self) -> None:
        super().__init__(
            problem="On this machine a restore is done at the console.",
            fix="Follow the steps on the page of backups. Nothing was changed.",
        )


class UnderWay(Conflict):
    """Another process makes a backup just now."""

    def __init__(self) -> None:
        super().__init__(problem="Another backup is being made just now.", fix="Wait until it is done, and look at the list again.")


class NoRoom(BooksError):
    """A backup could not be written."""

    status = 507

    def __init__(self, why: str) -> None:
        super().__init__(
            problem=f"The backup could not be written: {why}.",
            fix="Make room on that disk or choose another with BACKUP_DIR. What was half written is taken away; older backups stand.",
        )


class PlaceAway(BooksError):
    """The storage outside does not do what it was asked."""

    status = 502

    def __init__(self, why: str) -> None:
        super().__init__(
            problem=f"The storage for copies of backups does not answer as it should: {why}.",
            fix="Check BACKUP_S3_ENDPOINT, BACKUP_S3_BUCKET and the keys, and the clock of this machine. The local backup stands.",
        )
