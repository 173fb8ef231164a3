"""What the modules with this room's pages hang them on, and what they share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from webapp import identity
from webapp.platform.permissions import BUILT_IN, OWNERS_ALONE, ROLE_PERMISSIONS, Role
from webapp.platform.tenancy import Actor, open_directory
from webapp.platform.web import current_actor

bp = Blueprint("people", __name__)


def givable_roles(actor: Actor) -> list[tuple[str, str]]:
    """The roles that somebody may give, for a select: those that do no more than his own."""
    with open_directory(writes=False) as directory:
        own = identity.own_roles(directory, actor.company_id)
    words = identity.built_in_words()
    built_in = [(role.value, words[role]) for role in BUILT_IN if may_give(actor, ROLE_PERMISSIONS[role])]
    return built_in + [(one.key, one.name) for one in own if may_give(actor, one.allowed)]


def may_give(actor: Actor, allowed: frozenset[Any]) -> bool:
    """Whether a role that holds this may be given by `actor`."""
    return allowed <= actor.allowed and not allowed & OWNERS_ALONE


def is_over(actor: Actor, member: identity.Member) -> bool:
    """Whether `actor` may change this member's place."""
    return member.user_id != actor.user_id and member.allowed <= actor.allowed


def member(directory: Session, user_id: Any) -> identity.Member:
    """A member of the business one works in. NotFound for everybody else."""
    return identity.member_of(directory, current_actor().company_id, user_id)


def is_owner(member_: identity.Member) -> bool:
    """Whether this is an owner."""
    return member_.role is Role.OWNER
