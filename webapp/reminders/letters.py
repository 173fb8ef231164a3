"""A reminder in words: a message for a phone, and a letter on paper, each in English or Hindi as the reader of it wants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.kernel.dates import written
from webapp.kernel.money import Paise, rupees
from webapp.outstandings import OpenItem
from webapp.platform import tables_pdf
from webapp.platform.tables_pdf import Column

LANGUAGES = ("en", "hi")


def message(shop: str, party: str, overdue: int, oldest: date | None, link: str, language: str) -> str:
    """What is sent by phone: who asks whom for how much, and where the statement is."""
    amount = rupees(Paise(overdue))
    with force_locale(language):
        if oldest is None:
            words = _("Dear %(name)s, nothing is overdue at %(shop)s. Thank you.", name=party, shop=shop)
        else:
            words = _(
                "Dear %(name)s, %(amount)s is overdue at %(shop)s, the oldest bill since %(day)s. Please pay soon. Thank you.",
                name=party,
                amount=amount,
                shop=shop,
                day=written(oldest),
            )
        return f"{words} {_('Your statement: %(address)s', address=link)}" if link else words


def whatsapp(phone: str, text: str) -> str:
    """The link that opens the message in WhatsApp; "" without a phone."""
    return f"https://wa.me/{phone.removeprefix('+')}?text={quote(text)}" if phone else ""


def sms(phone: str, text: str) -> str:
    """The link that opens the message among a phone's text messages (RFC 5724; the body as phones take it)."""
    return f"sms:{phone}?body={quote(text)}" if phone else ""


def letter(shop: str, party: str, items: Sequence[OpenItem], step: int, today: date, language: str) -> bytes:
    """The letter as a PDF: the bills that are late, and what is asked."""
    total = rupees(Paise(sum(item.open for item in items)))
    with force_locale(language):
        titles = {1: _("Reminder of payment"), 2: _("Second reminder of payment"), 3: _("Final reminder of payment")}
        asks = {
            1: _("May we remind you of these bills? If you have paid meanwhile, please take no notice of this letter."),
            2: _("We have reminded you before. Please pay these bills within seven days, or tell us what hinders you."),
            3: _("These bills are long overdue. Please pay them within seven days; after that we must give no further credit."),
        }
        step = min(max(step, 1), 3)
        about = (
            f"{_('To %(name)s', name=party)} · {written(today)}",
            asks[step],
            _("Overdue in all: %(amount)s", amount=total),
        )
        columns = (
            Column(_("Bill"), "code", 18),
            Column(_("Date"), "day", 14),
            Column(_("Due on"), "day", 14),
            Column(_("Days over"), "number", 10),
            Column(_("Amount"), "amount", 16),
            Column(_("Still open"), "amount", 16),
        )
        paper = tables_pdf.Paper(shop, titles[step], about, columns, page_words=_("Page {page} of {pages}"))
        rows = [(item.name, item.day, item.due_on, item.days_over(today), item.amount, item.open) for item in items]
        return tables_pdf.draw(paper, rows)
