"""Somebody signed in where he never was before."""

from __future__ import annotations

from uuid import UUID

from jobs.once import once
from webapp.platform.outbox import Job


def tell_of_new_sign_in(job: Job) -> None:
    """Tell the person himself, by the bell and by mail."""
    from webapp import notifications

    told = job.payload
    with once(job, tell_of_new_sign_in) as books:
        words = {"day": told["at"], "device": told["device"], "place": told["address"]}
        notifications.notify(
            books, "new_sign_in", key=str(job.event_id), words=words, link="/account/sign-ins", user_ids=[UUID(told["user_id"])]
        )
