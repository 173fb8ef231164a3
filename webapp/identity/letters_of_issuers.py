"""What is mailed to a person when an identity at an issuer opens his account, or does so no more (OWASP ASVS 5.0, 6.3.7)."""

from __future__ import annotations

from collections.abc import Mapping

ISSUER_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "identity_linked": {
        "en": (
            "Another way to sign in",
            (
                "Since {at} an identity at “{name}” opens your Munim account, too.\n\n"
                "It was not you? Unlink it under Your account, choose a new password at {home}, and tell the owner of the business.\n"
            ),
        ),
        "hi": (
            "साइन इन का एक और तरीका",
            (
                "{at} से “{name}” की पहचान भी आपका Munim खाता खोलती है।\n\n"
                "यह आप नहीं थे? “आपका खाता” में उसे अलग करें, {home} पर नया पासवर्ड चुनें, और व्यवसाय के मालिक को बताएँ।\n"
            ),
        ),
    },
    "identity_unlinked": {
        "en": (
            "One way less to sign in",
            (
                "Since {at} the identity at “{name}” opens your Munim account no more. Your password does.\n\n"
                "It was not you? Choose a new password at {home}, and tell the owner of the business.\n"
            ),
        ),
        "hi": (
            "साइन इन का एक तरीका कम",
            (
                "{at} से “{name}” की पहचान आपका Munim खाता नहीं खोलती। आपका पासवर्ड खोलता है।\n\n"
                "यह आप नहीं थे? {home} पर नया पासवर्ड चुनें, और व्यवसाय के मालिक को बताएँ।\n"
            ),
        ),
    },
}
