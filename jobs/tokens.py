"""Tokens of programs: whose they are is told, by the bell and by mail."""

from __future__ import annotations

from uuid import UUID

from jobs.once import Listener, once
from webapp.platform.outbox import Job


def tell_of_new_token(job: Job) -> None:
    """A token was made: in a member's name, or in the business's."""
    _tell(job, tell_of_new_token, "token_made")


def tell_of_misused_token(job: Job) -> None:
    """What a token gave was used by two: whose it is is told, and whoever may revoke it for him."""
    _tell(job, tell_of_misused_token, "token_misused", is_for_owners=True)


def _tell(job: Job, listener: Listener, event: str, *, is_for_owners: bool = False) -> None:
    from webapp import identity, notifications
    from webapp.platform.permissions import Permission
    from webapp.platform.tenancy import open_directory

    told = job.payload
    holder = [UUID(told["user_id"])] if told["user_id"] else []
    owners: list[UUID] = []
    if is_for_owners or not holder:  # of the business's own whoever may revoke it
        with open_directory(writes=False) as directory:
            members = identity.members(directory, job.company_id)
        owners = [one.user_id for one in members if Permission.MEMBER_WRITE in one.allowed and one.user_id not in holder]
    with once(job, listener) as books:
        words = {"title": told["name"], "day": told["at"], "place": told["address"]}
        for user_ids, link in ((holder, "/account/tokens"), (owners, "/settings/tokens")):
            notifications.notify(books, event, key=str(job.event_id), words=words, link=link, user_ids=user_ids)
