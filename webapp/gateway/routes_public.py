"""What anybody reaches: the gateway's messages, and the page by which a customer goes to pay online."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import links
from webapp.gateway import asking, inbox, queries
from webapp.gateway.blueprint import bp
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import by_link, see_other


@bp.post("/gateway/<int:hook_company>/<uuid:hook_id>")
@needs(None)
@by_link
def receive_message(hook_company: int, hook_id: UUID) -> Response:
    """A message of the gateway: its bytes are kept and it is told so; what it says is done by a job. Signed by the gateway, not by a
    session: HMAC over the raw body."""
    if (request.content_length or 0) > inbox.MOST_BYTES or hook_company >= 2**31:
        raise NotFound("address")
    headers = request.headers
    inbox.keep(hook_company, hook_id, request.get_data(), headers.get("X-Razorpay-Signature", ""), headers.get("X-Razorpay-Event-Id", ""))
    return make_response("", 200)


@bp.post("/pay/<shared>/<token>")
@needs(None)
@by_link
def create_online(shared: str, token: str) -> BaseResponse:
    """Who holds a link wants to pay online: a payment link of the gateway is made, once."""
    opened = links.resolve(shared, token, writes=True)
    links.require_proof(links.PAID, opened, request.form.get("proof", ""))
    with open_books(opened.actor) as books:
        asking.ask(books, shared, opened.document_id, advance_paise=opened.advance_paise)
    return see_other(url_for("gateway.open_online", shared=shared, token=token, lang=request.args.get("lang")))


@bp.get("/pay/<shared>/<token>")
@needs(None)
def open_online(shared: str, token: str) -> Response:
    """The way to the gateway's own page, as soon as it has told its address: a link, for no script of theirs runs on our pages."""
    opened = links.resolve(shared, token)
    with read_books(opened.actor) as books:
        payer = links.payable_of(shared).payer(books, opened.document_id, opened.advance_paise)
        found = [one for one in queries.requests_of(books, opened.document_id) if one.kind == "link"]
    asked = next((one for one in found if one.is_live), found[0] if found else None)
    back = links.kind_address(shared, token, lang=request.args.get("lang"))
    values: dict[str, Any] = {"asked": asked, "payer": payer, "shared": shared, "token": token, "back": back}
    return links.public_page("gateway/public.html", **values)
