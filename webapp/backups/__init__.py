"""Backups that are proved: sealed copies of everything, kept by policy in two places, and tried every week.

Promises: what is not whole never counts as a backup; nothing live is touched before a backup is proved; no copy is readable without the
key, which is in none of them; the newest good one is never taken away.
"""

from webapp.backups.doors import (
    age_lines,
    ask_company_file,
    back_up,
    before_migration,
    check_one,
    drill_is_due,
    drill_now,
    finish_restore,
    make_company_file,
    prepare_restore,
    put_in_place,
    restore_company,
    snapshot_if_due,
    sweep_company_files,
    verbs,
    write_company,
)
from webapp.backups.events import BackupFailed, DrillFailed
from webapp.backups.proof import write_proof
from webapp.backups.refusals import UnderWay
from webapp.backups.rules import Kind

__all__ = [
    "BackupFailed",
    "DrillFailed",
    "Kind",
    "UnderWay",
    "age_lines",
    "ask_company_file",
    "back_up",
    "before_migration",
    "check_one",
    "drill_is_due",
    "drill_now",
    "finish_restore",
    "make_company_file",
    "prepare_restore",
    "put_in_place",
    "restore_company",
    "snapshot_if_due",
    "sweep_company_files",
    "verbs",
    "write_company",
    "write_proof",
]
