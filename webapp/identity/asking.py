"""Who asked for a job, as he stands when it runs: a role that was taken away meanwhile asks for nothing any more."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from webapp.identity.queries import actor_of
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Actor, open_directory


def asker_now(job: Actor, user_id: UUID | None, name: str, *needs: Permission) -> Actor | None:
    """The person in whose name a job acts, in the role of this moment; None when it does not allow all of `needs`, or who asked has
    left. What no person asked for (a console, a till) acts as the job itself."""
    if user_id is None:
        return job
    with open_directory(writes=False) as directory:
        standing = actor_of(directory, job.company_id, user_id)
    found = replace(standing, name=name, via=job.via) if standing is not None else None
    return found if found is not None and all(found.may(one) for one in needs) else None
