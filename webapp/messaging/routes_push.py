"""The browsers of whoever is signed in, and the worker that shows pushes: one of its own, beside the counter's, for each business."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.errors import keep_promise
from webapp.messaging import forms, queries, service
from webapp.messaging.blueprint import bp
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import assets, by_header, current_actor, page, see_other

WORKER = "messaging/push_worker.js"


def _me() -> UUID:
    user_id = current_actor().user_id
    keep_promise(user_id is not None, "a person is signed in")
    assert user_id is not None  # noqa: S101 - for the type checker; the promise above is what guards
    return user_id


@bp.get("/messages/browsers")
@needs(Permission.COMPANY_READ)
def list_browsers() -> Response:
    with read_books(current_actor()) as books:
        shown = queries.subscriptions(books, _me())
    worker = url_for("messaging.show_worker", company_id=current_actor().company_id)
    return page("messaging/browsers.html", shown=shown, worker=worker, scope=worker.removesuffix("worker.js"))


@bp.get("/messages/push/<int:company_id>/worker.js")
@needs(None)
def show_worker(company_id: int) -> Response:
    """The worker is the same for everybody; the company in its address gives each business a registration, and so a subscription, of its
    own in one browser. Public: browsers fetch it anew when nobody is signed in."""
    response = Response((assets().root / WORKER).read_text(encoding="utf-8"), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.post("/messages/push/key")
@needs(Permission.COMPANY_READ)
@by_header
def create_key() -> Response:
    """The public key of the business, made at the first asking."""
    with open_books(current_actor()) as books:
        public, _sealed = service.push_keys(books)
    return jsonify(key=public)


@bp.post("/messages/push/subscriptions")
@needs(Permission.COMPANY_READ)
@by_header
def create_subscription() -> tuple[Response, int]:
    asked = forms.parse_subscription(request.get_json(silent=True), _device(request.headers.get("User-Agent", "")))
    with open_books(current_actor()) as books:
        made = service.subscribe(books, _me(), asked)
    return jsonify(id=str(made)), 201


@bp.post("/messages/push/subscriptions/<uuid:subscription_id>/removal")
@needs(Permission.COMPANY_READ)
def create_removal(subscription_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.unsubscribe(books, _me(), subscription_id)
    flash(_("This browser is told no more."), "success")
    return see_other(url_for("messaging.list_browsers"))


def _device(user_agent: str) -> str:
    """A browser and what it runs on, in words that its owner knows."""
    browser = next((each for each in ("Edg", "Firefox", "Chrome", "Safari") if each in user_agent), "Browser").replace("Edg", "Edge")
    system = next((each for each in ("Android", "iPhone", "Windows", "Mac", "Linux") if each in user_agent), "")
    return f"{browser} · {system}" if system else browser
