"""What stands on paper, in English, Hindi or both. Not gettext: a bill's language is the shop's choice, not the reader's."""

from __future__ import annotations

from collections.abc import Callable

_LABELS: dict[str, tuple[str, str]] = {
    "tax_invoice": ("Tax invoice", "कर बीजक"),
    "bill_of_supply": ("Bill of supply", "आपूर्ति बिल"),
    "bill": ("Bill", "बिल"),
    "credit_note": ("Credit note", "जमा पत्र"),
    "original": ("Original for recipient", "प्राप्तकर्ता के लिए मूल प्रति"),
    "duplicate": ("Duplicate for transporter", "परिवहनकर्ता के लिए दूसरी प्रति"),
    "triplicate": ("Triplicate for supplier", "आपूर्तिकर्ता के लिए तीसरी प्रति"),
    "composition": (
        "Composition taxable person, not eligible to collect tax on supplies",
        "संयोजन करदाता, आपूर्ति पर कर लेने का पात्र नहीं",
    ),
    "cancelled": ("Cancelled", "रद्द"),
    "voucher_contra": ("Contra voucher", "कॉन्ट्रा वाउचर"),
    "voucher_payment": ("Payment voucher", "भुगतान वाउचर"),
    "voucher_receipt": ("Receipt voucher", "रसीद वाउचर"),
    "voucher_journal": ("Journal voucher", "जर्नल वाउचर"),
    "voucher_debit_note": ("Debit note", "नामे पत्र"),
    "voucher_credit_note": ("Credit note", "जमा पत्र"),
    "state_draft": ("Draft, not in the books", "मसौदा, बही में नहीं"),
    "state_optional": ("Memorandum, not in the books", "ज्ञापन, बही में नहीं"),
    "state_postdated": ("Post-dated, not in the books yet", "आगे की तिथि, अभी बही में नहीं"),
    "state_cancelled": ("Cancelled", "रद्द"),
    "purchase_order": ("Purchase order", "खरीद आदेश"),
    "supplier": ("Supplier", "आपूर्तिकर्ता"),
    "expected_on": ("Expected on", "अपेक्षित तिथि"),
    "state_draft_order": ("Draft, not approved", "मसौदा, स्वीकृत नहीं"),
    "state_closed": ("Closed", "बंद"),
    "account": ("Account", "खाता"),
    "side_debit": ("Debit", "नाम"),
    "side_credit": ("Credit", "जमा"),
    "reference": ("Reference", "संदर्भ"),
    "narration": ("Narration", "विवरण"),
    "prepared_by": ("Prepared by", "तैयार करने वाला"),
    "checked_by": ("Checked by", "जाँचने वाला"),
    "approved_by": ("Approved by", "स्वीकृत करने वाला"),
    "received_by": ("Received by", "पाने वाला"),
    "number": ("Number", "संख्या"),
    "date": ("Date", "तिथि"),
    "against": ("Against bill", "बिल के विरुद्ध"),
    "billed_to": ("Billed to", "ग्राहक"),
    "walk_in": ("Cash sale", "नकद बिक्री"),
    "place_of_supply": ("Place of supply", "आपूर्ति का स्थान"),
    "reverse_charge": ("Tax payable on reverse charge", "प्रतिवर्ती प्रभार पर कर"),
    "no": ("No", "नहीं"),
    "state": ("State", "राज्य"),
    "phone": ("Phone", "फ़ोन"),
    "cashier": ("Cashier", "खजांची"),
    "serial": ("#", "#"),
    "description": ("Description", "विवरण"),
    "quantity": ("Qty", "मात्रा"),
    "price": ("Price", "दर"),
    "price_with_tax": ("Price incl. tax", "कर सहित दर"),
    "discount": ("Discount", "छूट"),
    "taxable": ("Taxable value", "कर योग्य मूल्य"),
    "rate": ("Rate", "कर दर"),
    "cess": ("Cess", "उपकर"),
    "amount": ("Amount", "राशि"),
    "by_hsn": ("Tax by HSN", "एचएसएन अनुसार कर"),
    "tax": ("Tax", "कर"),
    "round_off": ("Round-off", "पूर्णांकन"),
    "total": ("Total", "कुल"),
    "in_words": ("Amount in words", "राशि शब्दों में"),
    "paid": ("Paid by", "भुगतान"),
    "cash": ("Cash", "नकद"),
    "upi": ("UPI", "यूपीआई"),
    "card": ("Card", "कार्ड"),
    "credit": ("On credit", "उधार"),
    "given": ("Given", "दिया"),
    "change": ("Change", "वापसी"),
    "scan_to_pay": ("Scan to pay", "भुगतान के लिए स्कैन करें"),
    "terms": ("Terms", "शर्तें"),
    "note": ("Note", "टिप्पणी"),
    "for": ("For", "कृते"),
    "signatory": ("Authorised signatory", "अधिकृत हस्ताक्षरकर्ता"),
    "page": ("Page", "पृष्ठ"),
    "items": ("Items", "वस्तुएँ"),
    "you_saved": ("You saved", "आपकी बचत"),
    "thanks": ("Thank you. Come again.", "धन्यवाद। फिर आइए।"),
}


def labels(language: str) -> Callable[[str], str]:
    """A function from a label's name to its words in "en", "hi" or "en+hi". KeyError for a name no paper knows."""

    def word(name: str) -> str:
        english, hindi = _LABELS[name]
        if language == "hi":
            return hindi
        return f"{english} / {hindi}" if language == "en+hi" and english != hindi else english

    return word
