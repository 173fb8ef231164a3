"""The last step of every way in: a person has proved who he is, and this browser is signed in as him."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import devices, invitations, rules, sessions, typed
from webapp.identity.blueprint import browser, limits
from webapp.identity.events import SignedInAnew
from webapp.identity.sessions import SignedIn
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.templating import day_and_clock
from webapp.platform.tenancy import open_books, open_directory
from webapp.platform.web import page, remember, safe_next, see_other


def enter(
    user_id: UUID,
    *,
    next_url: str | None,
    kept: str,
    by: str = "password",
    by_issuer: str = "",
    proof_age: timedelta | None = timedelta(0),
) -> BaseResponse:
    """Sign this browser in, and go where its person wanted to: to what he had typed (`kept`), or to a page of ours. `by` is what he proved
    himself with, for the edit log; `by_issuer` and `proof_age` are of who vouches for him (sessions.open_sign_in)."""
    with open_directory() as directory:
        invitations.accept_where_asked(directory, user_id, next_url)
        token = sessions.open_sign_in(directory, user_id, **browser(), limits=limits(), by_issuer=by_issuer, proof_age=proof_age)
        person = sessions.signed_in(directory, token, limits())
        if person is None:
            raise InvalidInput({"email": _("This account belongs to no business any more. Ask the owner to invite you again.")})
        known_by, is_news = devices.note(directory, user_id)
    log_entry_of(person, is_news=is_news, by=by)
    remember(person)
    answer = given_back(person, kept) if kept else see_other(safe_next(next_url) or url_for("onboarding.show_front"))
    devices.remember_browser(answer, known_by)
    return answer


def log_entry_of(person: SignedIn, *, is_news: bool = False, by: str = "password") -> None:
    """Who came into a company's books stands in its edit log; who came from a browser that is new is told of it himself."""
    with open_books(person.actor) as books:
        how = {**({} if by == "password" else {"by": by}), **({"new_device": True} if is_news else {})}
        audit.record(books, "login", "user", person.user_id, new={"address": request.remote_addr or "", **how})
        if is_news:
            device = rules.device_words(browser()["user_agent"]) or _("Unknown device")
            announce(books, SignedInAnew(person.user_id, day_and_clock(books.now), str(device), request.remote_addr or ""))


def given_back(person: SignedIn, sealed: str) -> BaseResponse:
    """What this person had typed, to be looked at and sent; in the business in which he had typed it."""
    found = typed.given_back(person.user_id, sealed)
    if found is not None and found.company_id != person.company_id:
        try:
            with open_directory() as directory:
                sessions.switch_company(directory, person.token, found.company_id, person.user_id)
        except NotFound:
            found = None
    if found is None:
        flash(_("What was typed before was somebody else's, and was not sent."), "warn")
        return see_other(url_for("onboarding.show_front"))
    return page("identity/again.html", found=found)
