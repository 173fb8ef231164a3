"""An amount of money in words, in lakh and crore: "Rupees Twelve Lakh Thirty-Four Thousand and Fifty Paise Only".

A convention of Indian bills, not a statute. Above 99 crore the crores are counted ("One Hundred Crore").
`static/counter/words.js` says the same; the vectors hold the two together.
"""

from __future__ import annotations

from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass

# The largest whole number JavaScript holds exactly; the till must be able to say what the server says.
MOST_IN_WORDS = 2**53 - 1


@dataclass(frozen=True, slots=True)
class _Tongue:
    below_hundred: tuple[str, ...]
    hundred: str
    thousand: str
    lakh: str
    crore: str
    rupees: str
    conjunction: str
    paise: str
    paisa: str
    only: str
    minus: str


_ONES = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_TEENS = ("Ten", "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen")
_TENS = ("Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
# Hindi has its own word for each number to 99; ten to a row.
_HINDI_ROWS = (
    "शून्य एक दो तीन चार पाँच छह सात आठ नौ",
    "दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस",
    "बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस",
    "तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस",
    "चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास",
    "पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ",
    "साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर",
    "सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी",
    "अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी",
    "नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे",
)
_ENGLISH = _Tongue(
    below_hundred=(*_ONES, *_TEENS, *(f"{ten}-{one}" if one != "Zero" else ten for ten in _TENS for one in _ONES)),
    hundred="Hundred",
    thousand="Thousand",
    lakh="Lakh",
    crore="Crore",
    rupees="Rupees",
    conjunction="and",
    paise="Paise",
    paisa="Paisa",
    only="Only",
    minus="Minus",
)
_HINDI = _Tongue(
    below_hundred=tuple(word for row in _HINDI_ROWS for word in row.split()),
    hundred="सौ",
    thousand="हज़ार",
    lakh="लाख",
    crore="करोड़",
    rupees="रुपये",
    conjunction="और",
    paise="पैसे",
    paisa="पैसा",
    only="मात्र",
    minus="ऋण",
)


def amount_in_words(amount_paise: Paise, language: str = "en") -> str:
    """The amount in English, or in Hindi for "hi". ValueError for one too large for the till to say."""
    if abs(amount_paise) > MOST_IN_WORDS:
        raise ValueError("This amount is too large to be written in words.")
    tongue = _HINDI if language == "hi" else _ENGLISH
    rupees, paise = divmod(abs(amount_paise), 100)
    words = [tongue.minus] if amount_paise < 0 else []
    if rupees or not paise:
        words += [tongue.rupees, *_number(rupees, tongue)]
    if rupees and paise:
        words.append(tongue.conjunction)
    if paise:
        words += [tongue.below_hundred[paise], tongue.paisa if paise == 1 else tongue.paise]
    return " ".join([*words, tongue.only])


def _number(number: int, tongue: _Tongue) -> list[str]:
    words: list[str] = []
    crores, number = divmod(number, 10_000_000)
    if crores:
        words += [*_number(crores, tongue), tongue.crore]
    for size, name in ((100_000, tongue.lakh), (1_000, tongue.thousand), (100, tongue.hundred)):
        count, number = divmod(number, size)
        if count:
            words += [tongue.below_hundred[count], name]
    if number or not words:
        words.append(tongue.below_hundred[number])
    return words
