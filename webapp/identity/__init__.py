"""People: accounts, passwords, sign-ins, places in companies. Belongs to no company; knows none of their rows.

Promises: a token opens one sign-in and ends with it, everywhere at once; of passwords and tokens only what cannot be turned back is kept;
whoever fails often waits, and makes nobody wait but himself. `docs/identity.md` says how.
"""

from webapp.identity.asking import asker_now
from webapp.identity.factors import turn_second_step_off
from webapp.identity.fresh import require_fresh
from webapp.identity.letters import letter_for
from webapp.identity.queries import Member, Person, Place, company_ids, everyone, members, places_of, role_in
from webapp.identity.service import (
    NewUser,
    add_member,
    create_user,
    end_membership,
    found_company,
    require_password,
    set_password,
)
from webapp.identity.sessions import SignedIn, open_sign_in, signed_in
from webapp.identity.strength import require_strong
from webapp.identity.trying import TooManyTries

__all__ = [
    "Member",
    "NewUser",
    "Person",
    "Place",
    "SignedIn",
    "TooManyTries",
    "add_member",
    "asker_now",
    "company_ids",
    "create_user",
    "end_membership",
    "everyone",
    "found_company",
    "letter_for",
    "members",
    "open_sign_in",
    "places_of",
    "require_fresh",
    "require_password",
    "require_strong",
    "role_in",
    "set_password",
    "signed_in",
    "turn_second_step_off",
]
