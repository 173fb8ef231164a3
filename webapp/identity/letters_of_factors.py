"""What is mailed to a person when the ways in which he signs in change (OWASP ASVS 5.0, 6.3.7), in the languages of the program."""

from __future__ import annotations

from collections.abc import Mapping

_NOT_YOU = "It was not you? Choose a new password at {home}, look under Your account, and tell the owner of the business.\n"
_NOT_YOU_HI = "यह आप नहीं थे? {home} पर नया पासवर्ड चुनें, “आपका खाता” देखें, और व्यवसाय के मालिक को बताएँ।\n"

FACTOR_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "passkey_added": {
        "en": (
            "A passkey was added to your account",
            f"On {{at}} the passkey “{{name}}” was added to your Munim account. It signs in without a password.\n\n{_NOT_YOU}",
        ),
        "hi": (
            "आपके खाते में पासकी जोड़ी गई",
            f"{{at}} को आपके Munim खाते में पासकी “{{name}}” जोड़ी गई। इससे बिना पासवर्ड साइन इन होता है।\n\n{_NOT_YOU_HI}",
        ),
    },
    "passkey_removed": {
        "en": (
            "A passkey was removed from your account",
            f"On {{at}} the passkey “{{name}}” was removed from your Munim account. It opens nothing any more.\n\n{_NOT_YOU}",
        ),
        "hi": (
            "आपके खाते से पासकी हटाई गई",
            f"{{at}} को आपके Munim खाते से पासकी “{{name}}” हटाई गई। अब उससे कुछ नहीं खुलता।\n\n{_NOT_YOU_HI}",
        ),
    },
    "passkey_copied": {
        "en": (
            "A passkey of yours was refused",
            (
                "On {at} the passkey “{name}” was used for your Munim account and counted fewer uses than before. That happens when there "
                "is a copy of it, so nobody was let in.\n\nRemove it under Your account and make a new one. "
                f"{_NOT_YOU}"
            ),
        ),
        "hi": (
            "आपकी एक पासकी नहीं मानी गई",
            (
                "{at} को आपके Munim खाते के लिए पासकी “{name}” इस्तेमाल हुई और उसकी गिनती पहले से कम थी। ऐसा उसकी नकल होने पर होता है, "
                "इसलिए किसी को अंदर नहीं आने दिया गया।\n\n“आपका खाता” में उसे हटाएँ और नई बनाएँ। "
                f"{_NOT_YOU_HI}"
            ),
        ),
    },
    "phone_confirmed": {
        "en": (
            "A phone number was confirmed",
            f"On {{at}} the number ending in {{name}} was confirmed for your Munim account by a code. It signs nobody in.\n\n{_NOT_YOU}",
        ),
        "hi": (
            "फ़ोन नंबर की पुष्टि हुई",
            f"{{at}} को आपके Munim खाते के लिए {{name}} पर समाप्त होने वाले नंबर की कोड से पुष्टि हुई। उससे कोई साइन इन नहीं होता।\n\n{_NOT_YOU_HI}",
        ),
    },
    "phone_changed": {
        "en": (
            "Your phone number was taken out of your account",
            f"On {{at}} the number ending in {{name}} was removed from your Munim account, or another was put in its place.\n\n{_NOT_YOU}",
        ),
        "hi": (
            "आपका फ़ोन नंबर खाते से हटाया गया",
            f"{{at}} को आपके Munim खाते से {{name}} पर समाप्त होने वाला नंबर हटाया गया, या उसकी जगह दूसरा डाला गया।\n\n{_NOT_YOU_HI}",
        ),
    },
    "second_step_on": {
        "en": (
            "The second step is on",
            f"On {{at}} an app was set up for your Munim account: after the password its code is asked for.\n\n{_NOT_YOU}",
        ),
        "hi": (
            "दूसरा चरण चालू हुआ",
            f"{{at}} को आपके Munim खाते के लिए ऐप जोड़ा गया: पासवर्ड के बाद उसका कोड माँगा जाएगा।\n\n{_NOT_YOU_HI}",
        ),
    },
    "second_step_off": {
        "en": (
            "The second step is off",
            f"On {{at}} the second step of your Munim account was turned off. No code is asked for after the password.\n\n{_NOT_YOU}",
        ),
        "hi": (
            "दूसरा चरण बंद हुआ",
            f"{{at}} को आपके Munim खाते का दूसरा चरण बंद किया गया। पासवर्ड के बाद कोड नहीं माँगा जाएगा।\n\n{_NOT_YOU_HI}",
        ),
    },
    "codes_renewed": {
        "en": (
            "New codes on paper",
            f"On {{at}} new codes on paper were made for your Munim account. Those before work no more.\n\n{_NOT_YOU}",
        ),
        "hi": (
            "काग़ज़ के नए कोड",
            f"{{at}} को आपके Munim खाते के लिए काग़ज़ के नए कोड बनाए गए। पुराने कोड अब काम नहीं करते।\n\n{_NOT_YOU_HI}",
        ),
    },
}
