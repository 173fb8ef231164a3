"""Founding a company."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from webapp import catalogue, company, identity, ledger
from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, books_within
from webapp.tax.rules import STATES, Scheme, check_gstin

MOST_NAME = 120

# What a new business is given besides: rooms above say it (webapp.app.connect_rooms).
_when_founded: list[Callable[[Books], None]] = []


def when_founded(act: Callable[[Books], None]) -> None:
    """Have `act` take part in founding a business, in the same transaction. Safe to repeat."""
    if act not in _when_founded:
        _when_founded.append(act)


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a shopkeeper is asked, and no more: six fields, of which the GSTIN may stay empty; and where an SMS can leave this machine his
    number, which may."""

    business_name: str
    state_code: str
    shop_kind: str
    email: str
    password: str
    gstin: str = ""
    person_name: str = ""
    phone: str = ""
    language: str = "en"


def sign_up(directory: Session, asked: SignUp) -> Actor:
    """Register a person and a company that can bill at once; returns the owner as actor.

    InvalidInput, field by field, when something typed cannot be used; nothing is kept then.
    """
    gstin, errors = _check(asked)
    person = identity.NewUser(asked.email, asked.password, asked.person_name, asked.language, asked.phone)
    try:
        user = identity.create_user(directory, person)
    except InvalidInput as refusal:
        errors |= refusal.errors
    if errors:  # of the business and of the account at once: the password is typed anew each time
        raise InvalidInput(errors)
    name = clean_text(asked.business_name)
    founded = identity.found_company(directory, name, user)
    actor = Actor(company_id=founded.id, role=Role.OWNER, user_id=user.id, name=user.name)
    with books_within(directory, actor) as books:
        company.open_profile(
            books,
            {
                "name": name,
                "legal_name": name,
                "shop_kind": asked.shop_kind,
                # Composition is a choice a registered dealer makes by form CMP-02; it is set in Settings.
                "scheme": Scheme.REGULAR.value if gstin else Scheme.UNREGISTERED.value,
                "gstin": gstin or None,
                "state_code": asked.state_code,
                "email": user.email,
                "bill_language": "en+hi" if asked.language == "hi" else "en",
            },
        )
        ledger.open_chart(books)
        catalogue.open_tax_classes(books)
        audit.record(books, "register", "user", user.id, new={"email": user.email, "role": Role.OWNER.value})
        for act in _when_founded:
            act(books)
    return actor


def _check(asked: SignUp) -> tuple[str, dict[str, str]]:
    """The GSTIN as it is kept, and what is wrong with the business, by field."""
    errors: dict[str, str] = {}
    name = clean_text(asked.business_name)
    if not 2 <= len(name) <= MOST_NAME:
        errors["business_name"] = f"Type the name of the business, at most {MOST_NAME} characters."
    if asked.state_code not in STATES:
        errors["state_code"] = "Choose the state the business is in."
    if asked.shop_kind not in catalogue.SHOP_KINDS:
        errors["shop_kind"] = "Choose the kind of shop that fits best."
    gstin = ""
    if asked.gstin.strip():
        try:
            gstin = check_gstin(asked.gstin)
        except ValueError as error:
            errors["gstin"] = str(error)
        else:
            if asked.state_code in STATES and gstin[:2] != asked.state_code:
                errors["state_code"] = f"This GSTIN is of {STATES[gstin[:2]]}. Choose that state, or correct the GSTIN."
    return gstin, errors
