"""People: accounts, passwords, sign-ins, places in companies. Belongs to no company; knows none of their rows.

Promises: a token opens one sign-in and ends with it, everywhere at once; of passwords and tokens only what cannot be turned back is kept;
whoever fails often waits, and makes nobody wait but himself. `docs/identity.md` says how.
"""

from webapp.identity.asking import asker_now
from webapp.identity.closing import (
    Closing,
    all_closings,
    closing_of,
    end_places,
    forget,
    keep_until,
    kept_company_ids,
    lock,
    oldest_company_id,
    set_closing,
    shut,
)
from webapp.identity.entering import enter
from webapp.identity.factors import turn_second_step_off
from webapp.identity.fresh import require_fresh
from webapp.identity.invitations import (
    Invited,
    accept_anew,
    accept_invitation,
    invitation_of_link,
    invite,
    invite_again,
    link_to_copy,
    pending_invitations,
    use_joining,
    withdraw_invitation,
)
from webapp.identity.letters import letter_for
from webapp.identity.own_roles import OwnRole, change_role, make_role, own_role, own_roles, remove_role, when_role_is_removed
from webapp.identity.places import (
    AFTERWARDS,
    Offer,
    accept_ownership,
    deactivate,
    end_membership,
    give_role,
    leave,
    offer_ownership,
    open_offers,
    reactivate,
    withdraw_offer,
)
from webapp.identity.queries import (
    Member,
    Person,
    Place,
    actor_of,
    actor_of_role,
    company_ids,
    everyone,
    is_open,
    member_ids,
    members,
    places_of,
)
from webapp.identity.rights import Given, member_of, require_givable, require_over, role_of_key
from webapp.identity.role_words import built_in_words, role_word
from webapp.identity.service import (
    NewUser,
    add_member,
    create_user,
    found_company,
    require_password,
    set_password,
)
from webapp.identity.sessions import SignedIn, also_ends, end_of_company, open_sign_in, signed_in, switch_company
from webapp.identity.signing_up import held_identity, link_held_identity
from webapp.identity.strength import require_strong
from webapp.identity.tried import FailedTries, failed_tries, forget_old_failures, people_tried
from webapp.identity.trying import TooManyTries

__all__ = [
    "AFTERWARDS",
    "Closing",
    "FailedTries",
    "Given",
    "Invited",
    "Member",
    "NewUser",
    "Offer",
    "OwnRole",
    "Person",
    "Place",
    "SignedIn",
    "TooManyTries",
    "accept_anew",
    "accept_invitation",
    "accept_ownership",
    "actor_of",
    "actor_of_role",
    "add_member",
    "all_closings",
    "also_ends",
    "asker_now",
    "built_in_words",
    "change_role",
    "closing_of",
    "company_ids",
    "create_user",
    "deactivate",
    "end_membership",
    "end_of_company",
    "end_places",
    "enter",
    "everyone",
    "failed_tries",
    "forget",
    "forget_old_failures",
    "found_company",
    "give_role",
    "held_identity",
    "invitation_of_link",
    "invite",
    "invite_again",
    "is_open",
    "keep_until",
    "kept_company_ids",
    "leave",
    "letter_for",
    "link_held_identity",
    "link_to_copy",
    "lock",
    "make_role",
    "member_ids",
    "member_of",
    "members",
    "offer_ownership",
    "oldest_company_id",
    "open_offers",
    "open_sign_in",
    "own_role",
    "own_roles",
    "pending_invitations",
    "people_tried",
    "places_of",
    "reactivate",
    "remove_role",
    "require_fresh",
    "require_givable",
    "require_over",
    "require_password",
    "require_strong",
    "role_of_key",
    "role_word",
    "set_closing",
    "set_password",
    "shut",
    "signed_in",
    "switch_company",
    "turn_second_step_off",
    "use_joining",
    "when_role_is_removed",
    "withdraw_invitation",
    "withdraw_offer",
]
