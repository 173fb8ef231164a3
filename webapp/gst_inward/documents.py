"""A document as a supplier, a distributor or customs told it, and its fields read out of the portal's rows. Pure.

The portal has three spellings of one thing: GSTR-2B (igst, dt, rev), GSTR-2A and IMS (iamt, idt, rchrg). All are read by the same names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.gst_inward.values import Action, CreditKind
from webapp.gst_returns import Taxes
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MOST_PAISE
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

INVOICE, CREDIT_NOTE, DEBIT_NOTE, ISD, ISD_CREDIT, ENTRY = "inv", "cn", "dn", "isd", "isdcn", "boe"
KINDS = (INVOICE, CREDIT_NOTE, DEBIT_NOTE, ISD, ISD_CREDIT, ENTRY)
TAKES_AWAY = frozenset({CREDIT_NOTE, ISD_CREDIT})
MOST_TEXT = 100
MOST_NUMBER = 60
_GSTIN = re.compile(r"[0-9]{2}[A-Z0-9]{13}")
_DAY = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_NAMED_DAY = re.compile(r"([0-9]{1,2})[-/ ]([A-Za-z]{3})[-/ ]([0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file. Money in paise; taxes as they stand on it, also where it takes credit away.

    `kind` is one of KINDS; `section` the portal's (b2b, cdnra …), "itcrev" for credit the portal has us give back. `original_number` and
    `original_day` are of what an amendment puts right. `reason` is P or C where the credit is not available. `is_rejected`: it stands
    among the file's rejected documents. `action` is what an IMS file says was decided. `raw` is the row of an IMS file, to be sent back.
    """

    section: str
    kind: str
    gstin: str  # of who told it; "" for customs
    name: str
    number: str
    day: date
    taxes: Taxes
    value: int = 0
    place: str = ""
    type: str = ""
    is_reverse_charge: bool = False
    is_available: bool = True
    reason: str = ""
    is_rejected: bool = False
    action: Action = Action.NONE
    is_pending_blocked: bool = False
    original_number: str = ""
    original_day: date | None = None
    supplier_month: int = 0
    filed_on: date | None = None
    irn: str = ""
    port: str = ""
    is_return_filed: bool | None = None  # whether its supplier's GSTR-3B is filed, where the file (GSTR-2A) says so
    raw: Mapping[str, Any] = field(default_factory=dict)
    twin: int = 0  # the second of two rows of one key is 1, and so on

    @property
    def is_amendment(self) -> bool:
        return self.section in AMENDMENTS

    @property
    def key(self) -> str:
        """What makes it the same document in another file: its kind, who told it, its number, the year. An amendment is another."""
        head = "rev-" if self.section == "itcrev" else "rej-" if self.is_rejected else ""
        group = f"{head}{self.kind}{'-a' if self.is_amendment else ''}"
        return key_of(group, self.gstin or self.port, self.number, self.day) + (f"#{self.twin}" if self.twin else "")

    @property
    def credit_kind(self) -> CreditKind:
        """The row of table 4A that its credit stands in."""
        if self.section.startswith("impgsez") or self.section == "impgasez":
            return CreditKind.SEZ
        if self.kind == ENTRY:
            return CreditKind.IMPG
        if self.kind in (ISD, ISD_CREDIT):
            return CreditKind.ISD
        return CreditKind.ISRC if self.is_reverse_charge else CreditKind.OTH


AMENDMENTS = frozenset({"b2ba", "cdnra", "cdna", "isda", "ecoma", "ecoa", "impga", "impgasez", "b2bdna", "b2bcna"})


def key_of(group: str, gstin: str, number: str, day: date) -> str:
    """The key of a document, as `Document.key` has it."""
    return f"{group}|{gstin}|{number.upper()}|{FinancialYear.of(day).start_year}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file with the supplier's entry it stands in, and where that is. Refusals say section, place, field and what to do."""

    section: str
    place: str
    own: Mapping[str, Any]
    entry: Mapping[str, Any]

    def refuse(self, name: str, words: str) -> InvalidInput:
        return InvalidInput({"file": f"{self.section}, {self.place}, field {name}: {words} Download the file from the portal again."})

    def found(self, *names: str) -> tuple[str, Any]:
        """The first of `names` that stands in the row, else in its entry; with the name it was found under."""
        for source in (self.own, self.entry):
            for name in names:
                if (value := source.get(name)) is not None:
                    return name, value
        return names[0], None

    def text(self, *names: str, most: int = MOST_TEXT) -> str:
        name, value = self.found(*names)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.refuse(name, "this is no text.")
        return clean_text(str(value))[:most]

    def number(self, *names: str) -> str:
        name = self.found(*names)[0]
        text = self.text(*names, most=MOST_NUMBER + 1)
        if not text:
            raise self.refuse(name, "the number is missing.")
        if len(text) > MOST_NUMBER:
            raise self.refuse(name, f"a number has at most {MOST_NUMBER} characters.")
        return text

    def gstin(self, *names: str, is_needed: bool = True) -> str:
        name, _value = self.found(*names)
        text = self.text(*names).upper()
        if not text and not is_needed:
            return ""
        if not _GSTIN.fullmatch(text):
            raise self.refuse(name, f"“{text[:20]}” is no GSTIN.")
        return text

    def flag(self, *names: str, usual: bool) -> bool:
        """Y or N."""
        text = self.text(*names).upper()
        return usual if not text else text in ("Y", "YES", "TRUE")

    def day_or_none(self, *names: str) -> date | None:
        name, value = self.found(*names)
        if value is None or value == "":
            return None
        found = read_day(value) if isinstance(value, str) else None
        if found is None:
            raise self.refuse(name, f"“{str(value)[:20]}” is no day such as 24-11-2026.")
        return found

    def day(self, *names: str) -> date:
        found = self.day_or_none(*names)
        if found is None:
            raise self.refuse(names[0], "the day is missing.")
        return found

    def paise(self, *names: str, of: Mapping[str, Any] | None = None) -> int:
        """An amount in rupees as paise, exact; nothing where no such field stands."""
        name, value = (
            self.found(*names) if of is None else next(((one, of[one]) for one in names if of.get(one) is not None), (names[0], None))
        )
        if value is None or value == "":
            return 0
        found = read_paise(value)
        if found is None:
            raise self.refuse(name, f"“{str(value)[:24]}” is no amount in rupees with at most two decimals.")
        return found

    def taxes(self) -> Taxes:
        """Value and taxes: the document's own totals (4.0), or else its rows by rate added up (3.0, GSTR-2A)."""
        rated = self.own.get("items") or self.own.get("itms")
        if not rated:
            return self._taxes_of(self.own)
        if not isinstance(rated, list):
            raise self.refuse("items", "this is no list.")
        whole = Taxes()
        for one in rated:
            inner = one.get("itm_det", one) if isinstance(one, dict) else None
            if not isinstance(inner, dict):
                raise self.refuse("items", "a row by rate has no figures.")
            whole = whole.plus(self._taxes_of(inner))
        return whole

    def _taxes_of(self, of: Mapping[str, Any]) -> Taxes:
        names = (("txval",), ("cgst", "camt"), ("sgst", "samt"), ("igst", "iamt"), ("cess", "csamt"))
        return Taxes(*(self.paise(*some, of=of) for some in names))


def read_day(text: str) -> date | None:
    """24-11-2026, 24/11/2026 or 24-Nov-2026 as a day of 2000 to 2099, or None."""
    if plain := _DAY.fullmatch(text.strip()):
        day, month, year = (int(part) for part in plain.groups())
    elif named := _NAMED_DAY.fullmatch(text.strip()):
        month = _MONTHS.index(named[2].lower()) + 1 if named[2].lower() in _MONTHS else 0
        day, year = int(named[1]), int(named[3])
    else:
        return None
    try:
        return date(year, month, day) if 2000 <= year < 2100 else None
    except ValueError:
        return None


def read_paise(value: object) -> int | None:
    """Rupees of a file, a number or a text, as whole paise; None for what is none, has parts of a paisa, or is beyond the books."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,10})?", value.strip()):
        return None
    try:
        # A figure such as 1E+999999 is no amount; asked for its digits it would be a million of them.
        amount = Decimal(value.strip() if isinstance(value, str) else value)
        if not amount.is_finite() or amount.adjusted() > 20:
            return None
        paise = amount * 100
        whole = int(paise)
    except (InvalidOperation, OverflowError):
        return None
    return whole if whole == paise and abs(whole) <= MOST_PAISE else None


def with_twins(found: list[Document]) -> list[Document]:
    """The documents, where two of one key get a number each: a file that repeats a number loses neither."""
    seen: dict[str, int] = {}
    kept = []
    for one in found:
        times = seen.get(one.key, 0)
        seen[one.key] = times + 1
        kept.append(replace(one, twin=times) if times else one)
    return kept
