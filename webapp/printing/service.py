"""Ask for a paper, draw it in a job, share it by a link. Nothing here can touch the books."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import links, sales
from webapp.company import profile
from webapp.links import LinkRow
from webapp.platform import storage
from webapp.platform.qr import qr_image
from webapp.platform.rows import update_count
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.printing import (
    bill_data,
    drawing,
    journal_papers,
    order_papers,
    purchase_papers,
    queries,
    registered,
    rules,
    signing,
    transfer_papers,
    voucher_papers,
)
from webapp.printing.asking import ask
from webapp.printing.certificates import CertificateEnded
from webapp.printing.models import Paper
from webapp.printing.rules import Layout

BILL = "bill"  # the kind of its links
LINK_DAYS = 30
_THERMAL = {Layout.THERMAL80: (80, 4), Layout.THERMAL58: (58, 5)}
# Longer than any roll of paper; the page is cut where its content ends.
_ROLL_MM = 4000


def ask_paper(books: Books, invoice_id: UUID, layout: Layout) -> UUID:
    """Ask for a bill's PDF in a layout. One that is waiting or still true is used again; NotFound for no such bill."""
    view = sales.invoice(books, invoice_id)
    changed_at = stands_since(books, view)
    said = {"layout": layout.value, "number": view.header.number}
    return ask(books, "invoice", invoice_id, changed_at=changed_at, layout=layout, said=said)


def stands_since(books: Books, view: sales.InvoiceView) -> datetime:
    """Since when a bill's paper is as it is: issued, cancelled, signed by the e-invoice portal, or by the business's own certificate since
    another is kept. Older papers are of another state."""
    changed_at = view.cancellation.cancelled_at if view.cancellation else view.header.received_at
    collected = [one.posted_at for one in sales.collected_on(books, view.header.id) if one.posted_at]
    changed_at = signing.since(books, max([changed_at, *collected]))
    return max(changed_at, registered.settled_at(books, [view.header.id]).get(view.header.id, changed_at))


def draw_paper(actor: Actor, paper_id: UUID) -> None:
    """Draw a paper that waits and keep its file. Safe to repeat: one that is ready is left alone.

    The drawing happens outside any transaction, for on SQLite a transaction is the one writer.
    """
    with read_books(actor) as books:
        paper = queries.paper(books, paper_id)
        if paper.state == "ready":
            return
        try:
            pdf = _drawn(books, paper)
        except CertificateEnded as refusal:
            refused = refusal
            failed: Exception | None = None
        except Exception as error:
            refused, failed = None, error
        else:
            refused = failed = None
    if refused is not None:
        # Another try tells the same, until a person has kept another certificate.
        note_failure(actor, paper_id, f"{refused.problem} {refused.fix}")
        return
    if failed is not None:
        # Whoever waits for it is told; the job fails too, and tries again later.
        note_failure(actor, paper_id, repr(failed))
        raise failed
    # Named for its paper, so that a try that was killed after keeping the file leaves none that nobody knows.
    stored = storage.put(actor.company_id, [pdf], name=paper_id.hex, suffix=".pdf")
    with open_books(actor) as books:
        update_count(
            books,
            update(Paper)
            .where(Paper.id == paper_id, Paper.state != "ready")
            .values(state="ready", storage_key=stored.key, sha256=stored.sha256, size_bytes=stored.size_bytes, made_at=books.now, error=""),
        )


def _drawn(books: Books, paper: queries.PaperRow) -> bytes:
    if paper.document_kind == voucher_papers.KIND:
        return voucher_papers.draw_voucher(books, paper.document_id)
    if paper.document_kind in purchase_papers.KINDS:
        return purchase_papers.draw_purchase(books, paper.document_kind, paper.document_id)
    if paper.document_kind in (order_papers.DOCUMENT, order_papers.ADVANCE):
        return order_papers.draw(books, paper.document_kind, paper.document_id, Layout(paper.layout))
    if paper.document_kind == journal_papers.KIND:
        return journal_papers.draw_journal(books, paper.document_id)
    if paper.document_kind == transfer_papers.KIND:
        return transfer_papers.draw_transfer(books, paper.document_id)
    return draw_bill(books, paper.document_id, Layout(paper.layout))


def draw_bill(books: Books, invoice_id: UUID, layout: Layout) -> bytes:
    """The PDF of a bill as it stands now; on A4 with its data inside, and signed where the business keeps a certificate. NotFound when
    this company has none by that id, CertificateEnded when the certificate signs no longer."""
    collected = sales.collected_on(books, invoice_id)
    with_tcs = sum(one.amount for one in collected)
    paper = rules.bill_paper(sales.invoice(books, invoice_id), layout, profile(books).bill_language, with_tcs)
    qr = qr_image(paper.upi_link) if paper.upi_link else ""
    mark = registered.mark_of(books, invoice_id)
    if layout.is_thermal:
        width, side = _THERMAL[layout]
        roll: dict[str, Any] = {"width": width, "side": side, "height": _ROLL_MM}
        return drawing.draw(
            "bill_thermal.html", "thermal.css", fits_content=True, paper=paper, qr=qr, mark=mark, collected=collected, **roll
        )
    data = bill_data.bill_data(paper, layout, mark, collected)
    attached = drawing.Attached(bill_data.file_name(paper.header.number), data, books.now)
    hand = signing.signer(books)
    values: dict[str, Any] = {"paper": paper, "qr": qr, "mark": mark, "collected": collected, "signed": hand}
    pdf = drawing.draw("bill_a4.html", "a4.css", attached=attached, **values)
    return signing.sign(pdf, hand) if hand else pdf


def note_failure(actor: Actor, paper_id: UUID, words: str) -> None:
    """A paper could not be drawn: say so where it was asked for. The job may still try again and succeed."""
    with open_books(actor) as books:
        books.session.execute(update(Paper).where(Paper.id == paper_id, Paper.state == "waiting").values(state="failed", error=words[:500]))


def share(books: Books, invoice_id: UUID) -> UUID:
    """Make a public link to a bill, and ask for its PDF. Returns the link's id; its address is signed by whoever shows it."""
    return _share(books, invoice_id).id


def shared(books: Books, invoice_id: UUID) -> LinkRow:
    """The newest public link to a bill that still opens, or one made now. NotFound when there is no such bill.

    What it opens is asked for again when it could not be drawn, or is no longer how the bill stands.
    """
    kept = links.links_of(books, BILL, invoice_id)
    if kept:
        ask_paper(books, invoice_id, Layout.A4)
    return kept[0] if kept else _share(books, invoice_id)


def redraw_shared(books: Books, invoice_id: UUID) -> None:
    """A bill has changed: whoever has a public link to it must not go on seeing the paper from before. Safe to repeat."""
    if links.links_of(books, BILL, invoice_id):
        ask_paper(books, invoice_id, Layout.A4)


def _share(books: Books, invoice_id: UUID) -> LinkRow:
    ask_paper(books, invoice_id, Layout.A4)
    return links.make(books, BILL, invoice_id, sales.invoice(books, invoice_id).header.number, days=LINK_DAYS)
