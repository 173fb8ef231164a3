"""Files of the GST portal into the books."""

from __future__ import annotations

from uuid import UUID

from jobs.once import actor_of
from webapp.platform.outbox import Job


def take_in_portal_files(job: Job) -> None:
    """Read and compare what was uploaded. Its own states make it safe to repeat."""
    from webapp.gst_inward import run_upload

    run_upload(actor_of(job, "take_in_portal_files"), UUID(job.payload["upload_id"]))
