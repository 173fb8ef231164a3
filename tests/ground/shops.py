"""Two shops, in every database test: whatever one does, the other must not see."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.platform.tenancy import Actor, open_directory

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Shop:
    """A company that can bill, and its owner."""

    actor: Actor
    name: str
    email: str
    state_code: str
    gstin: str
    password: str = PASSWORD

    @property
    def company_id(self) -> int:
        return self.actor.company_id


def found_shop(name: str, *, email: str, state_code: str, gstin: str = "", shop_kind: str = "kirana") -> Shop:
    """Sign a shop up as its owner would."""
    from webapp.onboarding import SignUp, sign_up  # here, so that a room under repair fails its own tests and not all

    asked = SignUp(business_name=name, state_code=state_code, shop_kind=shop_kind, email=email, password=PASSWORD, gstin=gstin)
    with open_directory() as directory:
        actor = sign_up(directory, asked)
    return Shop(actor, name, email, state_code, gstin)


def found_sharma() -> Shop:
    """Sharma Stores, Pune: Maharashtra is 27."""
    return found_shop("Sharma Stores", email="owner@sharma.example", state_code="27", gstin="27AABCS1234D1ZV")


def found_iyer() -> Shop:
    """Iyer Traders, Chennai: Tamil Nadu is 33."""
    return found_shop("Iyer Traders", email="owner@iyer.example", state_code="33", gstin="33AABCI1234D1ZC")
