"""What a supplier is asked: a message for a phone, and a letter on paper, in English or Hindi as its reader wants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.gst_inward import matching
from webapp.gst_inward.lists import ListRow
from webapp.kernel.dates import written
from webapp.kernel.money import Paise, rupees
from webapp.platform import tables_pdf
from webapp.platform.tables_pdf import Column

LANGUAGES = ("en", "hi")
MOST_NAMED = 8  # bills named in a message; the letter has all


def asked(rows: Sequence[ListRow]) -> list[ListRow]:
    """What a supplier is asked about: bills of his that he told of nothing, and those he told otherwise."""
    return [row for row in rows if row.match.state in (matching.ONLY_BOOKS, matching.DIFFERS)]


def message(shop: str, gstin: str, supplier: str, rows: Sequence[ListRow], language: str) -> str:
    """What is sent by phone; "" where there is nothing to ask."""
    wanted = asked(rows)
    if not wanted:
        return ""
    with force_locale(language):
        lines = [
            _(
                "Dear %(name)s, these bills to %(shop)s (GSTIN %(gstin)s) are not in our GSTR-2B as we have them:",
                name=supplier,
                shop=shop,
                gstin=gstin,
            )
        ]
        for row in wanted[:MOST_NAMED]:
            one = row.match
            tax = rupees(Paise(abs(one.tax_paise)))
            words = _("%(number)s of %(day)s, tax %(tax)s: %(what)s", number=one.number, day=written(one.day), tax=tax, what=_what(row))
            lines.append(f"• {words}")
        if len(wanted) > MOST_NAMED:
            lines.append(_("and %(count)s more.", count=len(wanted) - MOST_NAMED))
        lines.append(_("Please tell or amend them in your next GSTR-1. Thank you."))
    return "\n".join(lines)


def _what(row: ListRow) -> str:
    if row.match.state == matching.ONLY_BOOKS:
        missing: str = _("missing")
        return missing
    names = {"gstin": "GSTIN", "number": _("number"), "day": _("date"), "taxable": _("value")}
    fields = dict.fromkeys(names.get(str(one[0]), _("tax")) for one in row.match.differences)
    differs: str = _("differs in %(fields)s", fields=", ".join(fields))
    return differs


def whatsapp(phone: str, text: str) -> str:
    """The link that opens the message in WhatsApp; "" without a phone."""
    return f"https://wa.me/{phone.removeprefix('+')}?text={quote(text)}" if phone and text else ""


def sms(phone: str, text: str) -> str:
    """The link that opens the message among a phone's text messages (RFC 5724)."""
    return f"sms:{phone}?body={quote(text)}" if phone and text else ""


def letter(shop: str, gstin: str, supplier: str, rows: Sequence[ListRow], today: date, language: str) -> bytes:
    """The letter as a PDF: each bill with what is wrong with it."""
    with force_locale(language):
        about = (
            f"{_('To %(name)s', name=supplier)} · {written(today)}",
            _("To our GSTIN %(gstin)s. These bills are missing from our GSTR-2B, or differ from your paper.", gstin=gstin),
            _("Until they are told rightly we cannot take their credit. Please tell or amend them in your next GSTR-1."),
        )
        columns = (
            Column(_("Bill"), "code", 18),
            Column(_("Date"), "day", 13),
            Column(_("Taxable value"), "amount", 16),
            Column(_("Tax"), "amount", 14),
            Column(_("What is wrong"), "text", 30),
        )
        paper = tables_pdf.Paper(shop, _("Bills missing from GSTR-2B"), about, columns, page_words=_("Page {page} of {pages}"))
        return tables_pdf.draw(
            paper, [(row.match.number, row.match.day, row.match.taxable_paise, row.match.tax_paise, _what(row)) for row in asked(rows)]
        )
