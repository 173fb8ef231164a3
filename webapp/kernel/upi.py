"""The address that a UPI app opens to pay one amount. Pure."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from webapp.kernel.money import Paise

MOST_REFERENCE = 35


def upi_link(*, upi_id: str, name: str, amount_paise: Paise, number: str, note: str = "") -> str:
    """The link that a UPI app opens to pay `number`, a bill's or another mark of what is paid; `note` in place of "Bill <number>".

    NPCI, UPI linking specification 1.6: `am` in rupees with two decimals, `tr` at most 35 letters and digits.
    """
    asked = {
        "pa": upi_id,
        "pn": name,
        "am": f"{amount_paise // 100}.{amount_paise % 100:02d}",
        "cu": "INR",
        "tn": note or f"Bill {number}",
        "tr": number.replace("/", "")[:MOST_REFERENCE],
    }
    return "upi://pay?" + urlencode(asked, quote_via=quote, safe="@")
