"""People: accounts, passwords, sign-ins, places in companies. Belongs to no company; knows none of their rows."""

from webapp.identity.service import (
    NewUser,
    Place,
    SignedIn,
    add_member,
    create_user,
    found_company,
    open_sign_in,
    places_of,
    set_password,
    signed_in,
)

__all__ = [
    "NewUser",
    "Place",
    "SignedIn",
    "add_member",
    "create_user",
    "found_company",
    "open_sign_in",
    "places_of",
    "set_password",
    "signed_in",
]
