"""What a job of this room calls."""

from __future__ import annotations

from uuid import UUID

from webapp.platform.tenancy import Actor


def run_upload(actor: Actor, upload_id: UUID) -> None:
    """Read and compare files that were uploaded (uploads.run). Safe to repeat."""
    from webapp.gst_inward import uploads  # what reads files is loaded by who reads one

    uploads.run(actor, upload_id)
