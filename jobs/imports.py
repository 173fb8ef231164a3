"""Sheets into the catalogue, and out of it again; one change of many items."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job


def import_items(job: Job) -> None:
    """Commit an import that was asked for. Its own cursor makes it safe to repeat."""
    from webapp import catalogue

    catalogue.run_import(actor_of(job, "import_items"), UUID(job.payload["import_id"]))


def undo_item_import(job: Job) -> None:
    """Take back an import. What is undone is noted with it, so a repeat goes on where it stopped."""
    from webapp import catalogue

    catalogue.undo_import(actor_of(job, "undo_item_import"), UUID(job.payload["import_id"]))


def change_items(job: Job) -> None:
    """Make a change of many items that was asked for. Its own cursor makes it safe to repeat."""
    from webapp import catalogue

    catalogue.run_bulk_change(actor_of(job, "change_items"), UUID(job.payload["run_id"]))
