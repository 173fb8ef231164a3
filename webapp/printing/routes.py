"""The page that prints and shares a bill, the state of its papers, and the doors that signed links open."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import counter, links, sales
from webapp.company import profile
from webapp.kernel.errors import NotFound
from webapp.platform import clock, storage, web_cookies
from webapp.platform import links as signed
from webapp.platform.permissions import Permission, Role, needs
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.platform.web import by_header, by_htmx, current_actor, page, partial, see_other, settings
from webapp.printing import (
    order_papers,
    queries,
    routes_batches,
    routes_journals,
    routes_orders,
    routes_purchases,
    routes_shared,
    routes_signing,
    routes_transfers,
    routes_vouchers,
    rules,
    service,
    signing,
)
from webapp.printing.blueprint import bp, layout_name, paper_address
from webapp.printing.dues import payer_of_bill
from webapp.printing.queries import PaperRow
from webapp.printing.rules import Layout

__all__ = [
    "bp",
    "routes_batches",
    "routes_journals",
    "routes_orders",
    "routes_purchases",
    "routes_shared",
    "routes_signing",
    "routes_transfers",
    "routes_vouchers",
]
_RETRY_SECONDS = "2"
_paid = links.Payable(payer_of_bill, routes_shared.bill_page, ("sales.show_bill", "invoice_id"), "payments.new_receipt")
links.use_kind(links.Kind(service.BILL, "printing.open_bill", lambda: _("Bill"), _paid))


@bp.get("/bills/<uuid:invoice_id>/print")
@needs(Permission.BILL_READ)
def bill(invoice_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        view = sales.invoice(books, invoice_id)
        since = service.stands_since(books, view)
        papers = {layout: paper for layout, paper in queries.newest_papers(books, invoice_id).items() if paper.asked_at >= since}
        made = [(link, links.address(books.company_id, link)) for link in links.links_of(books, service.BILL, invoice_id)]
        name = profile(books).name
        trouble = signing.trouble(books)
    choices = [(layout, layout_name(layout), papers.get(layout)) for layout in Layout]
    phone = (view.header.party or {}).get("phone") or ""
    words = _("Your bill %(number)s from %(shop)s:", number=view.header.number, shop=name)
    shared = [(link, address, rules.whatsapp_link(phone, f"{words} {address}")) for link, address in made]
    return page("printing/bill.html", bill=view.header, choices=choices, shared=shared, paper_address=paper_address, trouble=trouble)


@bp.post("/bills/<uuid:invoice_id>/papers")
@needs(Permission.BILL_READ)
def create_paper(invoice_id: UUID) -> BaseResponse:
    layout = rules.read_layout(request.form.get("layout", ""))
    with open_books(current_actor()) as books:
        paper_id = service.ask_paper(books, invoice_id, layout)
        asked = queries.paper(books, paper_id)
    if by_htmx():
        return _paper_partial(asked)
    return see_other(url_for("printing.bill", invoice_id=invoice_id))


@bp.get("/papers/<uuid:paper_id>")
@needs(Permission.BILL_READ)
def show_paper_state(paper_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        return _paper_partial(queries.paper(books, paper_id))


@bp.post("/bills/<uuid:invoice_id>/links")
@needs(Permission.BILL_READ)
def create_link(invoice_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.share(books, invoice_id)
    return see_other(url_for("printing.bill", invoice_id=invoice_id))


@bp.post("/sync/links")
@needs(None)
@by_header
def create_link_at_till() -> Response:
    """A till's share sheet asks for the bill's public address: none where customers cannot reach this server."""
    device = counter.device_of(web_cookies.value_of(counter.COOKIE, also_plain=True))
    if not settings().is_https:
        return jsonify(url=None)
    with open_books(device.actor()) as books:
        link = service.shared(books, _bill_asked_for())
    return jsonify(url=links.address(device.company_id, link), until=link.expires_at.isoformat())


# What a signed link opens: no sign-in, one document, for a while -------------------------------------------------------


@bp.get("/p/<token>")
@needs(None)
def open_paper(token: str) -> BaseResponse:
    """The PDF of one paper, for whoever was just shown its state."""
    links.knock()
    link = signed.read(settings().secret_key, "paper", token, clock.now())
    with read_books(_bearer(link.company_id)) as books:
        return _pdf(books.company_id, queries.paper(books, link.id))


@bp.get("/b/<token>")
@needs(None)
def open_bill(token: str) -> BaseResponse:
    """A bill that was shared, until the link ends or is revoked: its page, or its PDF."""
    opened = links.resolve(service.BILL, token)
    return _shown(opened, routes_shared.bill_page(token, opened) if links.asks_for_page() else _shared_pdf(opened))


@bp.get("/o/<token>")
@needs(None)
def open_order(token: str) -> BaseResponse:
    """A quotation, order, challan or proforma that was shared, until the link ends or is revoked: its page, or its PDF."""
    opened = links.resolve(order_papers.LINK, token)
    return _shown(opened, routes_shared.order_page(token, opened) if links.asks_for_page() else _shared_pdf(opened))


def _shared_pdf(opened: links.Opened) -> BaseResponse:
    with read_books(opened.actor) as books:
        paper = queries.newest_papers(books, opened.document_id).get(Layout.A4)
    return _pdf(opened.actor.company_id, paper)


def _shown(opened: links.Opened, answer: BaseResponse) -> BaseResponse:
    """The answer, counted where the document was shown. A PDF taken from its page is the same view."""
    answer.vary.add("Accept")
    if answer.status_code == 200 and "format" not in request.args:
        links.count_view(opened)
    return answer


def _bill_asked_for() -> UUID:
    """The bill that a till's JSON names. NotFound when it names none."""
    try:
        asked = request.get_json(silent=True)
        return UUID(str(asked["bill"])) if isinstance(asked, dict) else UUID("")
    except (KeyError, ValueError, RecursionError):
        raise NotFound("bill") from None


def _pdf(company_id: int, paper: PaperRow | None) -> BaseResponse:
    if paper is None or paper.state != "ready" or paper.storage_key is None:
        waiting = page("printing/waiting.html", status=503, failed=paper is not None and paper.state == "failed")
        waiting.headers["Retry-After"] = waiting.headers["Refresh"] = _RETRY_SECONDS
        return waiting
    return send_file(
        storage.open_file(company_id, paper.storage_key), mimetype="application/pdf", download_name=f"{paper.layout}-{paper.id.hex[:8]}.pdf"
    )


def _bearer(company_id: int) -> Actor:
    """Whoever holds a signed link reads one document of one company, and nothing else is asked of these books."""
    return Actor(company_id=company_id, role=Role.CASHIER, name="link", via="link")


def _paper_partial(paper: PaperRow) -> Response:
    return partial("printing/_paper.html", paper=paper, label=layout_name(Layout(paper.layout)), paper_address=paper_address)
