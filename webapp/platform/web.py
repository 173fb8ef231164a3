"""The manners of every page: who is it, may they, how answers and refusals look. Routes have no `try` of their own."""

from __future__ import annotations

import errno
import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user, login_user
from htmx_flask import Htmx
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.errors import BooksError, BrokenPromise, Forbidden, InvalidInput, NotFound
from webapp.kernel.text import clean_text
from webapp.platform import api, rate_limits, templating, tracker, web_limits
from webapp.platform.assets import CSS_BUNDLE, Assets
from webapp.platform.logging import log
from webapp.platform.permissions import Permission, needs, permission_of
from webapp.platform.refusals import told
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor
from webapp.platform.web_headers import add_headers

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
MOST_WHY = 300  # signs of a reason for passing a limit
# Pages a device may keep a copy of and show without the network, with the time it was made.
READ_OFFLINE = {"reports.today", "sales.list_bills", "sales.show_bill", "catalogue.list_items", "parties.list_parties", "reports.day_book"}
_COUNTED = {403, 429}  # what a member may not do, and what he does too often
FOREVER = "public, max-age=31536000, immutable"


# What views call ------------------------------------------------------------------------------------------------------


def settings() -> Settings:
    """The settings this app was made with."""
    made_with: Settings = current_app.extensions["munim.settings"]
    return made_with


def assets() -> Assets:
    """The static files of this build."""
    of_this_build: Assets = current_app.extensions["munim.assets"]
    return of_this_build


def current_actor() -> Actor:
    """Who is signed in, and in which company. Only views with a permission are reached with one."""
    actor: Actor | None = getattr(g, "actor", None)
    if actor is None:
        raise BrokenPromise("a view without a permission asked who is there")
    why = clean_text(request.form.get("limit_reason", "")) if request.method == "POST" else ""
    return replace(actor, why=why[:MOST_WHY]) if why else actor


def by_htmx() -> bool:
    """Whether htmx asks, so that a piece of a page is enough."""
    return bool(getattr(request, "htmx", False))


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A whole page, or for htmx the same page without its frame. `Vary` keeps the two apart in caches."""
    is_fragment = by_htmx() and "HX-History-Restore-Request" not in request.headers
    layout = "_bare.html" if is_fragment else "base.html"
    response = make_response(render_template(template, layout=layout, **values), status)
    response.vary.update(["HX-Request", "HX-History-Restore-Request"])
    if request.endpoint in READ_OFFLINE and status == 200 and not is_fragment:
        response.headers["X-Offline"] = _whose_copy()
    return response


def _whose_copy() -> str:
    """A name for the copies that one person may read of one company: it tells a device whose they are, and nobody else anything."""
    actor = current_actor()
    return hmac.new(settings().secret_key.encode(), f"copies {actor.company_id} {actor.user_id}".encode(), "sha256").hexdigest()[:24]


def partial(template: str, *, status: int = 200, **values: Any) -> Response:
    """One piece of a page, for htmx to swap in."""
    response = make_response(render_template(template, **values), status)
    response.vary.update(["HX-Request"])
    return response


def see_other(url: str) -> BaseResponse:
    """Answer a write by sending the browser to a page (303), so that a reload repeats nothing."""
    if by_htmx():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url, 303)


def form_again(render: Callable[..., Response]) -> Callable[[View], View]:
    """When the view refuses its input, show the form again: 422, what was typed kept, each error beside its field.

    `render(typed=…, errors=…, **view arguments)` draws the form.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            try:
                return view(**arguments)
            except InvalidInput as refusal:
                response = render(typed=request.form, errors=_told(refusal.errors), **arguments)
                response.status_code = 422
                return response

        return cast("View", guarded)

    return wrap


def remember(person: Any) -> None:
    """Put a signed-in person's token into a fresh, lasting cookie. `person` is what Flask-Login calls a user, with a language."""
    session.clear()
    session.permanent = True
    session["language"] = person.language
    login_user(person)


def by_header(view: View) -> View:
    """For JSON posts of our own scripts from pages that carry no token: they prove themselves by a header of ours,
    which a foreign page cannot send without our leave (OWASP: custom request header)."""
    view.csrf_by_header = True  # type: ignore[attr-defined]  # a mark on the function, read by _refuse_foreign_writes
    return view


def by_link(view: View) -> View:
    """For forms of pages that a signed link opens: nobody is signed in, so no cookie can be abused. What the form proves is that we
    drew it for this link; the view asks for that proof itself (webapp.links.require_proof)."""
    view.csrf_by_link = True  # type: ignore[attr-defined]  # a mark on the function, read by _refuse_foreign_writes
    return view


def by_signature(view: View) -> View:
    """For posts of other machines, which have no session with us. The view itself asks for the proof that they bring: a signature over
    what they sent, or a key that we gave them."""
    view.csrf_by_link = True  # type: ignore[attr-defined]  # a mark on the function, read by _refuse_foreign_writes
    return view


def safe_next(url: str | None) -> str | None:
    """A path on this site to go to after signing in, or None: never another site."""
    if not url or not url.startswith("/") or url.startswith("//") or "\\" in url or any(ord(c) < 32 for c in url):
        return None
    return url if not urlsplit(url).netloc else None


def wants_json() -> bool:
    """Whether the caller is one of our scripts and not a page."""
    return request.path.startswith(("/sync/", api.ROOT)) or request.is_json or request.accept_mimetypes.best == "application/json"


# What the app is made of ----------------------------------------------------------------------------------------------


def set_up(app: Flask) -> None:
    """Everything above, on one app: extensions, doors, headers, refusals, what templates may call."""
    from flask_wtf.csrf import CSRFError, CSRFProtect  # with WTForms two megabytes, which no worker needs

    Htmx(app)
    CSRFProtect(app)
    templating.register(app)
    web_limits.set_up(app)
    app.extensions["munim.rates"] = rate_limits.Counts(app.extensions["munim.settings"].redis_url)
    app.before_request(_let_in)
    app.after_request(add_headers)
    app.register_error_handler(BooksError, _show_refusal)
    app.register_error_handler(CSRFError, _show_stale_form)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(DBAPIError, _show_database_trouble)
    app.register_error_handler(OSError, _show_disk_trouble)
    app.register_error_handler(Exception, _show_our_mistake)
    app.add_url_rule("/s/<build>/<path:name>", "asset", _serve_asset)
    app.context_processor(_template_globals)
    app.template_global("asset")(lambda name: assets().url(name))


def check_every_view(app: Flask) -> None:
    """Refuse to start when a view names no permission."""
    for endpoint, view in app.view_functions.items():
        if endpoint != "static":
            permission_of(view)


def _let_in() -> Any:
    if request.endpoint is None:
        return None  # 404 and 405 are answered by Flask
    view = current_app.view_functions[request.endpoint]
    permission = permission_of(view)
    if api.is_asked():
        api.let_in(permission, settings().rate_limits)
        return _refuse_nul()
    if limits := settings().rate_limits:  # first of all: a body is read only where there is room for it
        actor = current_user.actor if permission and current_user and current_user.is_authenticated else None
        rate_limits.require_room(limits, actor, is_public=permission is None)
    if request.method not in SAFE_METHODS:
        _refuse_foreign_writes(view)
    if current_user and current_user.is_authenticated:
        g.actor = current_user.actor
    _refuse_nul()
    if permission is None:
        return None
    if getattr(g, "actor", None) is None:
        return _ask_to_sign_in()
    if g.actor.may(permission):  # what a member is held to is asked of those alone who may come in at all
        g.actor = current_app.extensions["munim.held"](g.actor)
    if not g.actor.may(permission):
        raise Forbidden(problem=_("Your role does not allow this."), fix=_("Ask the owner to do it, or to change your role in Settings."))
    return None


def _refuse_nul() -> None:
    """NUL is in no text a person types, and PostgreSQL keeps none: refused once, before any view."""
    if any("\x00" in str(value) for value in (request.view_args or {}).values()):
        raise NotFound(_("address"))
    for name, text in (*request.args.items(multi=True), *request.form.items(multi=True)):
        if "\x00" in name + text:
            raise InvalidInput({name.replace("\x00", ""): _("This has a sign that cannot be printed. Type it again.")})


def _refuse_foreign_writes(view: Any) -> None:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_foreign = site not in (None, "same-origin", "none") if site else bool(origin) and urlsplit(origin or "").netloc != request.host
    if is_foreign:
        raise Forbidden(problem=_("This request came from another site."), fix=_("Open Munim itself and try again."))
    if getattr(view, "csrf_by_header", False):
        if not hmac.compare_digest(request.headers.get("X-Munim-Sync", ""), "1"):
            raise Forbidden(problem="The X-Munim-Sync header is missing.", fix="Send X-Munim-Sync: 1.")
    elif not getattr(view, "csrf_by_link", False) and current_app.config["WTF_CSRF_ENABLED"]:
        current_app.extensions["csrf"].protect()


def _ask_to_sign_in() -> BaseResponse:
    if wants_json():
        return make_response(jsonify(problem="You are signed out.", fix="Sign in again; nothing was lost."), 401)
    if request.method not in SAFE_METHODS and (again := current_app.extensions["munim.signed_out"]()) is not None:
        return cast("Response", again)
    target = url_for("identity.show_sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if by_htmx():
        response = make_response("", 401)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target, 303)


@needs(None)
def _serve_asset(build: str, name: str) -> BaseResponse:
    kept = assets()
    if name not in kept.files:
        return make_response("", 404)
    if name == CSS_BUNDLE:
        response: BaseResponse = make_response(kept.css)
        response.mimetype = "text/css"
    elif (script := kept.script(name)) is not None:
        response = make_response(script)
        response.mimetype = "text/javascript"
    else:
        from flask import send_from_directory

        response = send_from_directory(kept.root, name)
        if name.endswith(".wasm"):
            response.mimetype = "application/wasm"
        elif name.endswith(".webmanifest"):
            response.mimetype = "application/manifest+json"
    # An old page asking for an older build gets today's file, but must not keep it under yesterday's name.
    response.headers["Cache-Control"] = FOREVER if build == kept.build else "no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _template_globals() -> dict[str, Any]:
    actor: Actor | None = getattr(g, "actor", None)
    return {
        "can": lambda permission: actor is not None and actor.may(Permission(permission)),
        "actor": actor,
        "language": str(get_locale() or "en"),
        "nav": current_app.extensions["munim.nav"]() if actor else [],
        "shell": current_app.extensions["munim.shell"]() if actor else None,
        "sign_in_url": url_for("identity.show_sign_in"),
        "request_id": getattr(g, "request_id", ""),
    }


# Refusals and trouble -------------------------------------------------------------------------------------------------


def _trouble(status: int, problem: str, fix: str, errors: Mapping[str, str] | None = None, code: str = "") -> Response:
    if api.is_asked():
        return api.problem(status, problem, fix, code=code, errors=errors)
    if wants_json():
        body: dict[str, Any] = {"problem": problem, "fix": fix}
        if errors:
            body["errors"] = dict(errors)
        return make_response(jsonify(body), status)
    is_fragment = by_htmx()
    template = "_problem.html" if is_fragment else "error.html"
    drawn = render_template(template, layout="base.html", status=status, problem=problem, fix=fix, errors=errors or {})
    response = make_response(drawn, status)
    if is_fragment:
        # The refusal goes where every page keeps room for one, not into the row that asked.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#problem", "innerHTML show:top"
    return response


def _show_refusal(refusal: BooksError) -> Response:
    if refusal.status in _COUNTED:
        actor = getattr(g, "actor", None) or getattr(current_user, "actor", None)
        if actor is not None:
            current_app.extensions["munim.refused"](actor, refusal.status)
    errors = refusal.errors if isinstance(refusal, InvalidInput) else None
    if wants_json():  # the till has a table of its own, by the English
        response = _trouble(refusal.status, refusal.problem, refusal.fix, errors, getattr(refusal, "code", ""))
        response.headers.update(getattr(refusal, "headers", {}))
    else:
        response = _trouble(refusal.status, told(refusal.problem), told(refusal.fix), errors and _told(errors))
    if refusal.status == 429:
        response.headers["Retry-After"] = str(getattr(refusal, "retry_after", 60))
    return response


def _told(errors: Mapping[str, str]) -> dict[str, str]:
    return {field: told(words) for field, words in errors.items()}


def _show_stale_form(_error: Exception) -> Response:
    return _trouble(
        403,
        _("This form is from another session."),
        _("Reload the page and send it again; if you copied your text first, nothing is lost."),
    )


def _show_http_error(error: HTTPException) -> BaseResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, RequestEntityTooLarge):
        return _trouble(413, _("This is larger than Munim accepts."), _("Send a smaller file: at most 25 MB."))
    words = {
        404: (_("There is nothing at this address."), _("Go back, or choose from the menu.")),
        405: (_("This address does not accept that."), _("Go back and try from the page itself.")),
        429: (_("Too many tries."), _("Wait a minute, then try again.")),
    }
    problem, fix = words.get(error.code, (error.name, error.description or ""))
    response = _trouble(error.code, problem, fix)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # RFC 9110 section 15.5.6
    return response


def _show_database_trouble(error: DBAPIError) -> Response:
    log.error("database trouble", error=str(error.orig), exc_info=error)
    said = str(error.orig).lower()
    if "disk is full" in said or "no space" in said:
        return _show_full_disk()
    if isinstance(error, OperationalError):
        response = _trouble(503, _("The books are busy. Nothing was saved."), _("Try again in a moment."))
        response.headers["Retry-After"] = "2"
        return response
    return _show_our_mistake(error)


def _show_disk_trouble(error: OSError) -> Response:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        log.error("disk full", error=str(error))
        return _show_full_disk()
    return _show_our_mistake(error)


def _show_full_disk() -> Response:
    return _trouble(507, _("The disk is full. Nothing was saved."), _("Free some space on the machine, then send it again."))


def _show_our_mistake(error: Exception) -> Response:
    log.error("our mistake", error=repr(error), exc_info=error)
    tracker.tell(error, endpoint=request.endpoint or "", company_id=g.actor.company_id if "actor" in g else "")
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return _trouble(
        500,
        _("Something went wrong on our side. Nothing was half-written."),
        _("Try again. If it stays, tell us this number: %(number)s", number=getattr(g, "request_id", "")),
    )
