"""The portal's refusals: what its codes mean, and what a shop does about each. In our own words.

Source: the error list of the Invoice Registration Portal (einvoice1.gst.gov.in, error codes of INV), read 2026-11. A code that is
not here is shown in the portal's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Meaning(NamedTuple):
    """What is wrong, and what to do."""

    problem: str
    fix: str


DUPLICATE = "2150"
NO_EWAYBILL = frozenset({"4005", "2148", "2154"})  # no e-way bill was made by this IRN
NOT_FOUND = frozenset({"2148", "2154"})
TOKEN_GONE = frozenset({"1005"})
GONE_FROM_SHOW = "2283"  # it has the document, and gives away no more what it signed
STANDS_THERE = frozenset({DUPLICATE, GONE_FROM_SHOW})
NOT_ACTIVE = frozenset({"9999"})  # a cancellation of what is cancelled already

_ADDRESS = "Correct the address of the customer, then send again."
_GSTIN = "Correct the GSTIN of the customer, then send again. The paper that was issued stays: cancel it and issue another."
_ITEM = "Correct the item, then cancel the document and issue it anew."
_ANEW = "Cancel the document and issue it anew."
_OURS = "Send again. If it is refused again, download the JSON and show it to whoever looks after the program."
_SETTINGS = "Look at E-invoice settings: user name, password, client id and secret."

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "1005": Meaning("The portal's session has ended.", "Send again: the program signs in anew."),
        "1004": Meaning("The portal does not know the client.", _SETTINGS),
        "1006": Meaning("The portal does not know the user name.", _SETTINGS),
        "1007": Meaning("The portal did not accept the password.", _SETTINGS),
        "2140": Meaning("The portal could not read the document.", _OURS),
        "2143": Meaning("The document is of another GSTIN than the portal's user.", _SETTINGS),
        "2144": Meaning("The document's date was not understood.", _OURS),
        "2148": Meaning("The portal has no such document.", "Send it again."),
        "2150": Meaning("The portal has this document already.", "Ask the portal for it."),
        "2154": Meaning("The portal has no such document.", "Send it again."),
        "2155": Meaning("Our GSTIN is missing.", "Enter the GSTIN of the store or the business."),
        "2161": Meaning("The portal does not know this kind of document.", _OURS),
        "2162": Meaning("Reverse charge is for supplies to registered buyers in India only.", _ANEW),
        "2163": Meaning("The document's date is in the future.", "Send it on its own day or later."),
        "2169": Meaning("Another GSTIN of the portal has to report this document.", _SETTINGS),
        "2171": Meaning("A deemed export needs the buyer's GSTIN.", _GSTIN),
        "2172": Meaning("The place of supply is our own state, and IGST is charged.", _ANEW),
        "2173": Meaning("The document has more lines than the portal takes.", "Issue it as several documents."),
        "2174": Meaning("The place of supply is another state, and CGST and SGST are charged.", _ANEW),
        "2176": Meaning("An HSN code is not in the portal's list.", _ITEM),
        "2177": Meaning("A unit is not in the portal's list.", _ITEM),
        "2178": Meaning("A PIN code does not belong to its state.", _ADDRESS),
        "2179": Meaning("The tax rate is none that the law has.", _ANEW),
        "2180": Meaning("An export bears IGST or nothing, never CGST and SGST.", _ANEW),
        "2182": Meaning("The lines do not add up to the taxable value.", _OURS),
        "2183": Meaning("The lines do not add up to the SGST.", _OURS),
        "2184": Meaning("The lines do not add up to the CGST.", _OURS),
        "2185": Meaning("The lines do not add up to the IGST.", _OURS),
        "2186": Meaning("The lines do not add up to the cess.", _OURS),
        "2189": Meaning("The total is not what its parts come to.", _OURS),
        "2191": Meaning("A note names the document that it corrects.", _OURS),
        "2193": Meaning("A line's taxable value is not its amount less its discount.", _OURS),
        "2194": Meaning("A line's total is not its value and taxes.", _OURS),
        "2211": Meaning("The buyer's GSTIN is our own.", "A branch is supplied by a transfer, not by a bill. " + _ANEW),
        "2212": Meaning("This supply needs a registered buyer.", _GSTIN),
        "2213": Meaning("Our own GSTIN is missing.", "Enter the GSTIN of the store or the business."),
        "2220": Meaning("The discount is not less than the total.", _ANEW),
        "2227": Meaning("CGST and SGST of a line are not equal.", _ANEW),
        "2228": Meaning("The document has no line.", _ANEW),
        "2229": Meaning("The place of supply of an export is 96, other countries.", _ANEW),
        "2230": Meaning("An e-way bill of this document is active.", "Cancel the e-way bill on the portal first, then the e-invoice."),
        "2231": Meaning("A unit in a special economic zone makes no e-invoices.", "Switch e-invoices off for this registration."),
        "2232": Meaning("The place of supply of an export is 96, other countries.", _ANEW),
        "2233": Meaning("Two lines have the same number.", _OURS),
        "2234": Meaning("CGST and SGST of a line are not what its rate gives.", _ANEW),
        "2235": Meaning("IGST of a line is not what its rate gives.", _ANEW),
        "2237": Meaning("A supply to a special economic zone bears IGST, never CGST and SGST.", _ANEW),
        "2238": Meaning("A line of goods has no quantity.", _ANEW),
        "2239": Meaning("A line of goods has no unit.", _ITEM),
        "2240": Meaning("A rate is not the one the portal has for its HSN.", _ANEW),
        "2242": Meaning("A supply in India has a state as its place of supply, not 96.", _ANEW),
        "2243": Meaning("The place of supply is no state.", _ANEW),
        "2244": Meaning("The buyer's PIN code is missing.", _ADDRESS),
        "2246": Meaning("The buyer is in a special economic zone: the document says otherwise.", _ANEW),
        "2247": Meaning("The document says special economic zone: the buyer is in none.", _ANEW),
        "2248": Meaning("The buyer of an export has no GSTIN.", _ANEW),
        "2258": Meaning("Our GSTIN is of another state than our address.", "Correct the address of the store."),
        "2259": Meaning("Our state is not known.", "Correct the address of the store."),
        "2260": Meaning("The buyer's state is not known.", _ADDRESS),
        "2261": Meaning("The buyer of an export is in state 96, other countries.", _ADDRESS),
        "2262": Meaning("IGST within a state needs the place of supply to be our own state.", _ANEW),
        "2264": Meaning("The other charges of the lines and of the document differ.", _OURS),
        "2265": Meaning("The buyer's GSTIN is of another state than the address.", _ADDRESS),
        "2270": Meaning("The portal cancels within 24 hours only.", "Make a credit note, and tell the change in GSTR-1."),
        "2278": Meaning("This number was reported and cancelled: it cannot be reported again.", _ANEW),
        "2283": Meaning("The portal keeps what it has signed for some days only.", "Download it from the portal's own pages."),
        "3028": Meaning("The portal does not know the buyer's GSTIN.", _GSTIN),
        "3029": Meaning("The buyer's GSTIN is not active.", "Ask the customer for the present one. " + _ANEW),
    }
)


def meaning(code: str, said: str = "") -> Meaning:
    """What a code means; the portal's own words where we have none for it."""
    known = MEANINGS.get(code)
    if known:
        return known
    words = said.strip()[:300] or "The portal refused the document and gave no reason."
    return Meaning(words, "Correct what the portal names, then send again.")
