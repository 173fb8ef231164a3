"""Pages of tokens: a member's own, and all of the business for who holds member rights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, identity
from webapp.api_access import forms, queries, routes_api, rules, service, words
from webapp.api_access.blueprint import bp
from webapp.api_access.queries import Wanted
from webapp.api_access.scopes import ALWAYS, READING, SCOPES, roles_for_service
from webapp.kernel.dates import ist_day
from webapp.kernel.ids import read_id
from webapp.platform import sheets
from webapp.platform.permissions import ROLE_PERMISSIONS, Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_directory, read_books
from webapp.platform.web import current_actor, form_again, page, see_other, settings

__all__ = ["bp", "routes_api"]


# A member's own --------------------------------------------------------------------------------------------------------


@bp.get("/account/tokens")
@needs(Permission.COMPANY_READ)
def list_own_tokens() -> Response:
    return _list(is_own=True)


def own_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The form of a member's token, with what was typed."""
    return _form(is_own=True, typed=typed, errors=errors)


@bp.get("/account/tokens/new")
@needs(Permission.COMPANY_READ)
def new_own_token() -> Response:
    return own_form()


@bp.post("/account/tokens")
@needs(Permission.COMPANY_READ)
@identity.require_fresh
@form_again(own_form)
def create_own_token() -> Response:
    made = service.make_personal(current_actor(), forms.parse_draft(request.form), request.remote_addr or "")
    return _made(made, "api_access.list_own_tokens")


@bp.post("/account/tokens/<uuid:api_token_id>/revocation")
@needs(Permission.COMPANY_READ)
def create_own_revocation(api_token_id: UUID) -> BaseResponse:
    service.revoke(current_actor(), api_token_id, user_id=current_actor().user_id)
    flash(_("The token opens nothing any more."), "success")
    return see_other(url_for("api_access.list_own_tokens"))


@bp.post("/account/tokens/revocation")
@needs(Permission.COMPANY_READ)
def create_own_revocations() -> BaseResponse:
    _say_how_many(service.revoke_all(current_actor(), user_id=current_actor().user_id))
    return see_other(url_for("api_access.list_own_tokens"))


# The business's ---------------------------------------------------------------------------------------------------------


@bp.get("/settings/tokens")
@needs(Permission.MEMBER_WRITE)
def list_tokens() -> Response:
    return _list(is_own=False)


def service_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The form of a token of the business, with what was typed."""
    return _form(is_own=False, typed=typed, errors=errors)


@bp.get("/settings/tokens/new")
@needs(Permission.MEMBER_WRITE)
def new_service_token() -> Response:
    return service_form()


@bp.post("/settings/tokens")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
@form_again(service_form)
def create_service_token() -> Response:
    made = service.make_service(current_actor(), forms.parse_service_draft(request.form), request.remote_addr or "")
    return _made(made, "api_access.list_tokens")


@bp.post("/settings/tokens/<uuid:api_token_id>/revocation")
@needs(Permission.MEMBER_WRITE)
def create_revocation(api_token_id: UUID) -> BaseResponse:
    service.revoke(current_actor(), api_token_id)
    flash(_("The token opens nothing any more."), "success")
    return see_other(url_for("api_access.list_tokens"))


@bp.post("/settings/tokens/revocation")
@needs(Permission.MEMBER_WRITE)
def create_revocations() -> BaseResponse:
    _say_how_many(service.revoke_all(current_actor()))
    return see_other(url_for("api_access.list_tokens"))


# Both -------------------------------------------------------------------------------------------------------------------


def _made(made: service.Made, back: str) -> Response:
    """The token, shown this once."""
    return page("api_access/made.html", made=made, back_url=url_for(back), server=settings().public_url)


def _say_how_many(count: int) -> None:
    flash(ngettext("One token was revoked.", "%(num)s tokens were revoked.", count), "success")


def _list(*, is_own: bool) -> Response:
    actor = current_actor()
    wanted = forms.parse_wanted(request.args, actor.user_id if is_own else None)
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    older_than = read_id(request.args.get("older", ""))
    with open_directory(writes=False) as directory:
        found = queries.tokens(directory, actor.company_id, wanted, older_than=older_than, most=queries.PAGE + 1)
    rows = found[: queries.PAGE]
    here = "api_access.list_own_tokens" if is_own else "api_access.list_tokens"
    return page(
        "api_access/tokens.html",
        is_own=is_own,
        rows=rows,
        older=rows[-1].id.hex if len(found) > queries.PAGE else None,
        wanted=wanted,
        address=forms.address_of(wanted),
        here=here,
        scopes=words.scope_words(),
        always=ALWAYS,
        states=words.state_words(),
        kinds=words.kind_words(),
        roles={role.value: said for role, said in identity.built_in_words().items()},
        ending_days=rules.ENDS_SOON.days,
    )


def _form(*, is_own: bool, typed: Any, errors: Any) -> Response:
    actor = current_actor()
    stores = []
    if not is_own:
        with read_books(actor) as books:
            stores = company.stores(books)
    roles = identity.built_in_words()
    offered = {name: said for name, said in words.scope_words().items() if SCOPES[name] & actor.allowed}
    return page(
        "api_access/token_form.html",
        is_own=is_own,
        typed=typed,
        errors=errors or {},
        scopes=offered,
        always=ALWAYS,
        chosen=typed.getlist("scope") if typed else [name for name in READING if name in offered],
        days=rules.DAYS,
        usual_days=rules.USUAL_DAYS,
        roles=[(role.value, roles[role]) for role in roles_for_service(actor.allowed, ROLE_PERMISSIONS)],
        stores=stores,
        chosen_stores=typed.getlist("store") if typed else [],
        address=request.remote_addr or "",
    )


def _sheet(wanted: Wanted) -> Sheet:
    columns = (
        Column(_("Name"), "text", 24),
        Column(_("Begins with"), "text", 16),
        Column(_("Whose"), "text", 18),
        Column(_("May do"), "text", 40),
        Column(_("Made on"), "day", 11),
        Column(_("Ends on"), "day", 11),
        Column(_("Last used"), "day", 11),
        Column(_("Address"), "text", 18),
        Column(_("Status"), "text", 12),
    )
    states = words.state_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        with open_directory(writes=False) as directory:
            for one in queries.every_token(directory, books.company_id, wanted):
                used = ist_day(one.last_used_at) if one.last_used_at else None
                whose = one.made_by if one.user_id else one.role
                days = ist_day(one.created_at), ist_day(one.expires_at), used
                yield one.name, one.beginning, whose, " ".join(one.scopes), *days, one.last_address, states[one.state][0]

    return Sheet("tokens", _("Tokens of programs"), (), columns, rows, is_wide=True)
