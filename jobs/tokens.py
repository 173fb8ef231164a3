"""Tokens of programs: whose they are is told, by the bell and by mail."""

from __future__ import annotations

from uuid import UUID

from jobs.once import Listener, once
from webapp.platform.outbox import Job


def tell_of_new_token(job: Job) -> None:
    """A token was made: in a member's name, or in the business's."""
    _tell(job, tell_of_new_token, "token_made")


def tell_of_misused_token(job: Job) -> None:
    """What a token gave was used by two."""
    _tell(job, tell_of_misused_token, "token_misused")


def _tell(job: Job, listener: Listener, event: str) -> None:
    from webapp import identity, notifications
    from webapp.platform.permissions import Permission
    from webapp.platform.tenancy import open_directory

    told, user_ids, link = job.payload, [], "/account/tokens"
    if told["user_id"]:
        user_ids = [UUID(told["user_id"])]
    else:  # the business's own: whoever may revoke it
        link = "/settings/tokens"
        with open_directory(writes=False) as directory:
            user_ids = [one.user_id for one in identity.members(directory, job.company_id) if Permission.MEMBER_WRITE in one.allowed]
    with once(job, listener) as books:
        words = {"title": told["name"], "day": told["at"], "place": told["address"]}
        notifications.notify(books, event, key=str(job.event_id), words=words, link=link, user_ids=user_ids)
