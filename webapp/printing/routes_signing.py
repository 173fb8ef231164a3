"""The setting that signs a business's A4 bills: the kept certificate, another in its place, none."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.kernel.errors import Forbidden
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.printing import signing
from webapp.printing.blueprint import bp
from webapp.printing.certificates import FILE, MOST_BYTES, PASSWORD


def signing_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The kept certificate and the forms that change it."""
    with read_books(current_actor()) as books:
        kept = signing.kept(books)
        trouble = signing.trouble(books)
        ends_soon = kept is not None and trouble is None and kept.valid_until - books.now < signing.SOON
    return page("printing/signing.html", kept=kept, trouble=trouble, ends_soon=ends_soon, typed=typed or {}, errors=errors or {})


@bp.get("/settings/signing")
@needs(Permission.COMPANY_WRITE)
def show_signing() -> Response:
    return signing_page()


@bp.post("/settings/signing")
@needs(Permission.COMPANY_WRITE)
@form_again(signing_page)
def change_signing() -> BaseResponse:
    _require_password()
    content = b""
    if sent := request.files.get(FILE):
        with sent.stream as stream:  # a large one is a file of its own, which nobody else closes
            content = stream.read(MOST_BYTES + 1)
    with open_books(current_actor()) as books:
        signing.keep(books, content, request.form.get(PASSWORD, ""), _version())
    flash(_("A4 bills and credit notes are signed with this certificate from now on."), "success")
    return see_other(url_for("printing.show_signing"))


@bp.post("/settings/signing/removal")
@needs(Permission.COMPANY_WRITE)
@form_again(signing_page)
def create_signing_removal() -> BaseResponse:
    _require_password()
    with open_books(current_actor()) as books:
        signing.remove(books, _version())
    flash(_("The certificate is removed. Papers are drawn without a signature."), "success")
    return see_other(url_for("printing.show_signing"))


def _version() -> int:
    """Which certificate the form was drawn for; -1, which none is, for what is no number."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _require_password() -> None:
    """Whoever finds the owner's screen open signs nothing in his name."""
    user_id = current_actor().user_id
    if user_id is None:
        raise Forbidden(problem="Only a member who is signed in may change this.", fix="Sign in with your password.")
    identity.require_password(user_id, request.form.get("password", ""))
