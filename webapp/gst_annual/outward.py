"""Tables 4, 5, 10, 11 and 17 out of files of GSTR-1: those that were filed, or one that the books tell now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from webapp.gst_returns import AMENDMENT_OF, Fact, Key, ReturnPeriod, Taxes, facts_of_file
from webapp.kernel.dates import Period

NOTHING = Taxes()
LINES = (
    *("4A", "4B", "4C", "4D", "4E", "4F", "4G1", "4I", "4J", "4K", "4L"),
    *("5A", "5B", "5C", "5C1", "5D", "5E", "5F", "5H", "5I", "5J", "5K"),
)
_NIL = {"nil_amt": "5E", "expt_amt": "5D", "ngsup_amt": "5F"}
_INVOICES = {"SEWP": "4D", "SEWOP": "5B", "DE": "4E"}
# As an amendment of sums names what it puts right.
_SUMS = {"b2csa": "b2cs", "ata": "at", "txpda": "txpd", "ecomab2c": "ecomb2c", "ecomaurp2c": "ecomurp2c"}
_THROUGH = "4G1"  # what others sold through us as operator, amendments with it: the form has no lines of their own for these


class Return(NamedTuple):
    """A file of GSTR-1 with the period it was told for."""

    period: ReturnPeriod
    payload: Mapping[str, Any]


class Found:
    """What files told, line by line, and what each document and row was told with, so that an amendment counts by what it changes."""

    def __init__(self) -> None:
        self.lines: dict[str, Taxes] = dict.fromkeys(LINES, NOTHING)
        self.later: dict[str, Taxes] = {"10": NOTHING, "11": NOTHING}
        self._last: dict[tuple[str, str], tuple[str, Taxes]] = {}  # of a document or a row of sums: its line, and what it stands at

    def add(self, line: str, taxes: Taxes, sign: int = 1) -> None:
        self.lines[line] = self.lines[line].plus(taxes, sign)

    def read(self, one: Return) -> None:
        """Take a file of the year in."""
        for key, fact in facts_of_file(one.payload).items():
            if base := AMENDMENT_OF.get(key.section) or _SUMS.get(key.section):
                self._amend(base, key, fact, one, is_of_year=True)
            else:
                self._plain(key, fact, one)

    def read_later(self, one: Return, year: Period) -> None:
        """Take from a file of the next year what it tells of this one: amendments, and documents of its days."""
        for key, fact in facts_of_file(one.payload).items():
            if base := AMENDMENT_OF.get(key.section) or _SUMS.get(key.section):
                self._amend(base, key, fact, one, is_of_year=False)
            elif (day := _day(fact)) is not None and year.first_day <= day <= year.last_day:
                self._say_later(_signed(key, fact))

    def _plain(self, key: Key, fact: Fact, one: Return) -> None:
        for line, taxes in lines_of(key, fact):
            self.add(line, taxes)
        for line, taxes in _known(key, fact):
            name = _name_of(key, one.period.month)
            before = self._last.get((key.section, name))
            self._last[key.section, name] = (line, before[1].plus(taxes) if before else taxes)

    def _amend(self, base: str, key: Key, fact: Fact, one: Return, *, is_of_year: bool) -> None:
        """An amendment counts by what it changes of what was told before. One of a document that no file of the year told is another's."""
        name = fact.original or _original_of(key)
        before = self._last.get((base, name))
        if before is None:
            return
        line, was = before
        now = _signed(Key(base, key.whose, key.name), fact)
        if line == "5C":  # the buyer pays the tax: the value alone is ours
            now = Taxes(now.taxable)
        self._last[base, key.name if fact.original else name] = (line, now)
        change = now.plus(was, -1)
        if is_of_year and line == _THROUGH:
            self.add(line, change)
            return
        if not is_of_year:
            self._say_later(change)
            return
        rises = change.taxable > 0 or (change.taxable == 0 and change.tax > 0)
        up, down = ("4K", "4L") if line.startswith("4") else ("5J", "5K")
        self.add(up if rises else down, change if rises else NOTHING.plus(change, -1))

    def _say_later(self, change: Taxes) -> None:
        rises = change.taxable > 0 or (change.taxable == 0 and change.tax > 0)
        line = "10" if rises else "11"
        self.later[line] = self.later[line].plus(change, 1 if rises else -1)


def lines_of(key: Key, fact: Fact) -> Iterable[tuple[str, Taxes]]:
    """Which line a row of a file stands in, and with how much. Notes count above nothing in lines of their own."""
    if key.section == "nil":
        for word in fact.about:
            name, _space, amount = word.partition(" ")
            yield _NIL[name], Taxes(int(amount))
    elif key.section == "supeco":
        if key.name.endswith(" 1"):  # the operator pays the tax (s.9(5)), so no other table tells these
            yield "5C1", fact.taxes
    else:
        yield from _known(key, fact, is_plain=True)


def _known(key: Key, fact: Fact, *, is_plain: bool = False) -> Iterable[tuple[str, Taxes]]:
    """The same of documents and rows that may be amended; with their sign, but where `is_plain` wants a note above nothing."""
    section, about = key.section, dict(word.split(" ", 1) for word in fact.about if " " in word)
    signed = fact.taxes if is_plain and section != "cdnur" else _signed(key, fact)
    if section in ("b2cs", "b2cl"):
        yield "4A", fact.taxes
    elif section == "exp":
        yield ("5A" if key.whose == "WOPAY" else "4C"), fact.taxes
    elif section == "b2b":
        reverse = about.get("rchrg") == "Y"
        yield "5C" if reverse else _INVOICES.get(about.get("inv_typ", "R"), "4B"), Taxes(fact.taxes.taxable) if reverse else fact.taxes
    elif section == "cdnr":
        is_untaxed = about.get("rchrg") == "Y" or about.get("inv_typ") == "SEWOP"
        credit, debit = ("5H", "5I") if is_untaxed else ("4I", "4J")
        value = Taxes(signed.taxable) if about.get("rchrg") == "Y" else signed
        yield credit if about.get("ntty") == "C" else debit, value
    elif section == "cdnur":
        yield from _of_unregistered(key, about, signed, is_plain=is_plain)
    elif section.startswith("ecom"):
        yield _THROUGH, fact.taxes
    elif section in ("at", "txpd"):
        yield "4F", fact.taxes if section == "at" else NOTHING.plus(fact.taxes, -1)


def _of_unregistered(key: Key, about: Mapping[str, str], signed: Taxes, *, is_plain: bool) -> Iterable[tuple[str, Taxes]]:
    """Notes on large sales lower 4A; notes on exports have lines of their own."""
    if key.whose == "B2CL":
        yield "4A", signed
        return
    is_credit = about.get("ntty") == "C"
    lines = ("5H", "5I") if key.whose == "EXPWOP" else ("4I", "4J")
    yield lines[0 if is_credit else 1], NOTHING.plus(signed, -1) if is_plain and is_credit else signed


def _signed(key: Key, fact: Fact) -> Taxes:
    is_less = "ntty C" in fact.about or key.section in ("txpd", "txpda")
    return NOTHING.plus(fact.taxes, -1) if is_less else fact.taxes


def _name_of(key: Key, month: int) -> str:
    """What a document, or a row of sums of a month, is known by when it is amended."""
    return f"{month % 100:02d}{month // 100} {key.whose}" if key.section in ("b2cs", "at", "txpd", "ecomb2c", "ecomurp2c") else key.name


def _original_of(key: Key) -> str:
    return f"{key.name} {key.whose}"


def _day(fact: Fact) -> date | None:
    for word in fact.about:
        name, _space, text = word.partition(" ")
        parts = text.split("-")
        if name in ("idt", "nt_dt") and len(parts) == 3 and all(part.isdigit() for part in parts):
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
    return None
