"""How far a role may go: the largest discount, and how many days back it may date. Who may pass a limit says why.

The limits stand in Settings; who may pass them in webapp.platform.permissions. Owners have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from webapp.company.service import Profile, change_profile, profile
from webapp.kernel.dates import written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.permissions import Permission, Role
from webapp.platform.tenancy import Books

# The built-in roles that write documents and are not the owner's. A role of the business's own is limited like them.
LIMITED = (Role.CASHIER.value, Role.ACCOUNTANT.value, Role.ADMIN.value)
LEAST_WHY = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """What a role is held to. None: to nothing."""

    most_discount_bp: int | None = None
    backdate_days: int | None = None


def limits_of(kept: Profile, role: str) -> Limits:
    """The limits of a role in a company, by what it is kept by (`Actor.role_key`)."""
    return Limits(**kept.role_limits.get(role, {})) if role != Role.OWNER else Limits()


def change_limits(books: Books, changes: Mapping[str, Limits]) -> None:
    """What these roles are held to from now on; logged role by role, and the tills are told. The others stay as they are."""
    before = profile(books).role_limits
    after = {
        **before,
        **{role: {name: value for name, value in asdict(limits).items() if value is not None} for role, limits in changes.items()},
    }
    after = {role: kept for role, kept in after.items() if kept}
    if after != before:
        change_profile(books, {"role_limits": after})


def forget_limits(books: Books, role: str) -> None:
    """A role is taken away."""
    change_limits(books, {role: Limits()})


def require_backdate(books: Books, day: date, entity: str, entity_id: UUID) -> None:
    """Whoever writes a document dated by a person asks first: InvalidInput beside `limit_reason` for a day further back than the
    actor's role may date, unless it may pass that limit and says why."""
    if day >= books.today or books.actor.role is Role.OWNER:
        return
    most = limits_of(profile(books), books.actor.role_key).backdate_days
    back = (books.today - day).days
    if most is None or back <= most:
        return
    problem = f"{written(day)} is {back} days back; your role may date back {most}."
    pass_limit(books, Permission.BACKDATE_OVERRIDE, problem, entity, entity_id, {"day": day, "days_back": back, "most_days": most})


def pass_limit(books: Books, permission: Permission, problem: str, entity: str, entity_id: UUID, tried: Mapping[str, Any]) -> None:
    """Pass a limit for a reason, which stands in the edit log once a transaction. InvalidInput beside `limit_reason`, with `problem`,
    for who may not pass it and where no reason was typed."""
    actor = books.actor
    if not actor.may(permission):
        raise InvalidInput({"limit_reason": f"{problem} Ask the owner to do it."})
    if len(actor.why) < LEAST_WHY:
        raise InvalidInput({"limit_reason": f"{problem} Say in a few words why it is done all the same."})
    mark = f"{permission.value} {entity_id}"
    if mark not in books.pending.passed:
        books.pending.passed.add(mark)
        audit.record(books, "override", entity, entity_id, new={"reason": actor.why, **tried})
