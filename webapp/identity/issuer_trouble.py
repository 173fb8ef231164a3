"""Why nobody was signed in by an issuer, in words for who tried; and in the log, without what was sent."""

from __future__ import annotations

import re

from webapp.kernel.errors import BooksError
from webapp.platform.issuers import Issuer
from webapp.platform.logging import log

_OWN_WAY = "Sign in with your password, or try again in a minute."


class IssuerTrouble(BooksError):
    """An issuer could not be asked, or what it said is not believed. `is_guess`: who tried may have made it up."""

    status = 502
    is_guess = False

    def __init__(self, issuer: Issuer, why: str, *, problem: str, fix: str) -> None:
        super().__init__(problem=problem, fix=fix)
        log.warning("no sign-in by an issuer", issuer=issuer.id, kind=type(self).__name__, why=why)


class IssuerSilent(IssuerTrouble):
    """No answer, a late one, or one of trouble over there."""

    status = 503

    def __init__(self, issuer: Issuer, why: str) -> None:
        name = issuer.name
        super().__init__(issuer, why, problem=f"{name} does not answer.", fix=_OWN_WAY)


class IssuerNotBelieved(IssuerTrouble):
    """An answer that does not prove what it has to."""

    is_guess = True

    def __init__(self, issuer: Issuer, why: str) -> None:
        name = issuer.name
        super().__init__(
            issuer,
            why,
            problem=f"What {name} answered proves nothing, so nobody was signed in.",
            fix="Begin again. If it stays, sign in with your password and tell whoever runs this machine.",
        )


class IssuerClock(IssuerTrouble):
    """An answer of another time."""

    def __init__(self, issuer: Issuer, why: str) -> None:
        name = issuer.name
        super().__init__(
            issuer,
            why,
            problem=f"The clock of this machine and that of {name} differ, so nobody was signed in.",
            fix="Sign in with your password, and tell whoever runs this machine to set its clock.",
        )


class IssuerEntry(IssuerTrouble):
    """The issuer does not know this machine, or not by this secret."""

    def __init__(self, issuer: Issuer, why: str) -> None:
        name = issuer.name
        super().__init__(
            issuer,
            why,
            problem=f"{name} does not know this machine by what was set here.",
            fix="Sign in with your password, and tell whoever runs this machine.",
        )


class IssuerRefused(IssuerTrouble):
    """The person did not go on over there, or the issuer did not let him."""

    status = 403

    def __init__(self, issuer: Issuer, error: str) -> None:
        name = issuer.name
        super().__init__(
            issuer,
            error if re.fullmatch(r"[a-z_]{1,40}", error) else "an error without a name",
            problem=f"{name} was not allowed to say who you are.",
            fix="Allow it there, or sign in with your password.",
        )


class TripOver(BooksError):
    """Nobody is waited for with this answer: it came before, too late, or to another browser."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            problem="This sign-in was used already, was begun more than ten minutes ago, or was begun in another browser.",
            fix="Begin again here.",
        )
