"""Dangerous acts ask again who is there, when the last proof is older than ten minutes: one who found a screen open does not do them.

The page that asks holds what was typed, and sends it on to where it was going together with the proof. A till's key is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from webapp.identity import asserting, factors, service, sessions, trying
from webapp.identity.blueprint import limits, me
from webapp.identity.passkeys import CounterWentBack, Purpose
from webapp.identity.sessions import SignedIn
from webapp.kernel.errors import InvalidInput
from webapp.platform import clock
from webapp.platform.refusals import told
from webapp.platform.tenancy import open_directory
from webapp.platform.web import by_htmx, page, remember

FRESH = timedelta(minutes=10)
_PASSWORD, _CODE, _PASSKEY = "proof_password", "proof_code", "proof_passkey"

View = TypeVar("View", bound=Callable[..., Any])


def require_fresh(view: View) -> View:
    """Of a view that takes a POST: it is reached only by one who proved who he is within ten minutes, or proves it now. Write it below
    `@needs(...)`, so that the permission is asked first."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        if is_fresh(me()):
            return view(**arguments)
        if _PASSWORD not in request.form and _PASSKEY not in request.form:
            return ask()
        try:
            _prove()
        except InvalidInput as refusal:
            return ask(refusal.errors)
        return view(**arguments)

    return cast("View", guarded)


def is_fresh(person: SignedIn) -> bool:
    """Whether this person proved lately who he is."""
    return person.proved_at is not None and clock.now() - person.proved_at < FRESH


def ask(errors: Any = None) -> BaseResponse:
    """The page that asks, with the form that was sent kept in it. A file has to be chosen again: then it goes back to its own page."""
    has_files = any(file.filename for file in request.files.values())
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in {_PASSWORD, _CODE, _PASSKEY, "csrf_token"}]
    told_of = {field: told(words) for field, words in (errors or {}).items()}
    shown = {"errors": told_of, "fields": [] if has_files else fields, "path": request.full_path.rstrip("?"), "has_files": has_files}
    answer = page("identity/proof.html", status=422 if errors else 401, has_factor=me().second_factor_since is not None, **shown)
    if by_htmx():
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#main", "innerHTML show:top"
        answer.headers["X-Munim-Proof"] = "asked"  # a sign-out is a 401 too: static/app/network.js tells them apart
    return answer


def _prove() -> None:
    """A passkey; or the password, and a code where a second step is set up. The sign-in goes on under a new token (ASVS 5.0, 7.2.4)."""
    person = me()
    if request.form.get(_PASSKEY) or person.owes_passkey:
        _prove_by_passkey(person)
    else:
        _prove_by_password(person)
    with open_directory() as directory:
        token = sessions.renewed(directory, person.token)
        renewed = sessions.signed_in(directory, token, limits())
    if renewed is not None:
        remember(renewed)


def _prove_by_passkey(person: SignedIn) -> None:
    keys = (f"second again:{person.user_id}",)
    with open_directory() as directory:
        trying.refuse_hurry(directory, keys)
    try:
        asserting.proved(Purpose.PROOF, request.form.get(_PASSKEY, ""), person.user_id)
    except (InvalidInput, CounterWentBack) as refusal:
        with open_directory() as directory:
            trying.count_failure(directory, keys)
        said = refusal.errors[asserting.FIELD] if isinstance(refusal, InvalidInput) else f"{refusal.problem} {refusal.fix}"
        raise InvalidInput({_PASSKEY: said}) from None
    with open_directory() as directory:
        trying.forget_failures(directory, keys)


def _prove_by_password(person: SignedIn) -> None:
    try:
        service.require_password(person.user_id, request.form.get(_PASSWORD, ""))
    except InvalidInput as refusal:
        raise InvalidInput({_PASSWORD: refusal.errors["password"]}) from None
    if person.second_factor_since is not None:
        keys = (f"second again:{person.user_id}",)
        with open_directory() as directory:
            trying.refuse_hurry(directory, keys)
            is_right = factors.is_right(directory, person.user_id, request.form.get(_CODE, ""))
            (trying.forget_failures if is_right else trying.count_failure)(directory, keys)
        if not is_right:
            raise InvalidInput({_CODE: "This code is wrong, too old, or was used. Type the newest."})
