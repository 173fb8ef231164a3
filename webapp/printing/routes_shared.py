"""What a signed link opens: a page for the customer's browser, the paper for whatever else asks, and a quotation's answer.

A page tells no more than its paper, what is owed at this moment and how a quotation stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as BaseResponse

from webapp import links, orders, sales
from webapp.kernel.errors import InvalidInput
from webapp.platform.permissions import needs
from webapp.platform.refusals import told
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import by_link
from webapp.printing import order_papers, rules
from webapp.printing.blueprint import bp
from webapp.printing.dues import due_of_bill
from webapp.printing.rules import Layout

BILL_PAGE, ORDER_PAGE = "printing.open_bill", "printing.open_order"
ANSWER = "answer"  # the purpose of its form's proof


def bill_page(token: str, opened: links.Opened, *, status: int = 200, **form: Any) -> Response:
    """A bill as its customer sees it, with what of it is to be paid now."""
    with read_books(opened.actor) as books:
        view = sales.invoice(books, opened.document_id)
        due = links.due(books, opened, due_of_bill(books, view), number=view.header.number)
        collected = sales.collected_on(books, opened.document_id)
    paper = rules.bill_paper(view, Layout.A4, _tongue())
    asks = not view.header.is_return and not paper.is_cancelled
    shown: dict[str, Any] = {"paper": paper, "token": token, "here": BILL_PAGE, "shared": opened.kind, "due": due if asks else None}
    return links.public_page("printing/public_paper.html", status=status, collected=collected, **shown, **form)


def order_page(token: str, opened: links.Opened, *, status: int = 200, **form: Any) -> Response:
    """A quotation, order, challan or proforma as its customer sees it; a quotation that waits for an answer with the form for it."""
    with read_books(opened.actor) as books:
        view = orders.document(books, opened.document_id)
        paper = order_papers.document_paper(books, opened.document_id, Layout.A4, _tongue())
        answer = orders.answers_of(books, [opened.document_id]).get(opened.document_id)
        waits = orders.waits_for_answer(view, books.today)
        why = None if answer else orders.why_not(view, books.today)
        asked = orders.asked_before_bill(books, view, opened.advance_paise)
        number = view.head.shown_number
        due = links.due(books, opened, asked, number=number, note=f"{paper.title} {number}"[:50]) if asked else None
    return links.public_page(
        "printing/public_paper.html",
        status=status,
        paper=paper,
        token=token,
        here=ORDER_PAGE,
        shared=opened.kind,
        due=due,
        advance=opened.advance_paise if view.head.kind == "quotation" and waits else 0,
        answer=answer,
        closed=why,
        proof=links.form_proof(ANSWER, opened) if waits else "",
        **{"errors": {}, "typed": {}, "refusal": None, **form},
    )


@bp.post("/o/<token>/answer")
@needs(None)
@by_link
def create_answer(token: str) -> BaseResponse:
    """The customer accepts or declines; what speaks against it is said on the same page."""
    opened = links.resolve(order_papers.LINK, token, writes=True)
    form = request.form
    links.require_proof(ANSWER, opened, form.get("proof", ""))
    try:
        said = _answer(opened, form)
        with open_books(opened.actor) as books:
            orders.answer(books, opened.document_id, said)
    except InvalidInput as refusal:
        errors = {field: told(words) for field, words in refusal.errors.items()}
        return order_page(token, opened, status=refusal.status, errors=errors, typed=form)
    except orders.WrongState as refusal:
        return order_page(token, opened, status=refusal.status, refusal=refusal)
    return redirect(url_for(ORDER_PAGE, token=token, lang=request.args.get("lang")), 303)


def _answer(opened: links.Opened, form: Mapping[str, str]) -> orders.Answer:
    """What the form says. InvalidInput where it says neither yes nor no."""
    if form.get("answer") not in ("accept", "decline"):
        raise InvalidInput({"": "Choose whether you accept it."})
    return orders.Answer(
        link_id=opened.link_id,
        accepts=form["answer"] == "accept",
        name=form.get("name", ""),
        note=form.get("note", ""),
        address_hash=links.address_hash(),
    )


def _tongue() -> str:
    """The language of the page's reader; its paper may be printed in another."""
    return "hi" if str(get_locale()) == "hi" else "en"
