"""GSTR-9 as values: every line of the form, as the filed returns of the year tell it and as the books do. All money in paise. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import NamedTuple

from webapp.gst_returns import ReturnPeriod, Taxes, TypedFigure
from webapp.kernel.records import dataclass

NOTHING = Taxes()


class Spec(NamedTuple):
    """A line of the form. `adds` are the lines it is the sum of, those with "-" before them taken away; without any it is a figure.

    `is_optional`: the form lets it be left out. `from_year` is the first financial year whose form has it. `behind` is the section of
    GSTR-1 that its papers stand in, "" for none. `needs` is a line without which the sum says nothing.
    `is_typed`: no paper of the books tells it, a person does.
    """

    key: str
    adds: tuple[str, ...] = ()
    is_optional: bool = False
    from_year: int = 2017
    behind: str = ""
    needs: str = ""
    is_typed: bool = False


def _optional(key: str, *adds: str) -> Spec:
    return Spec(key, adds, is_optional=True)


def _typed(key: str) -> Spec:
    return Spec(key, is_optional=True, is_typed=True)


LINES: tuple[Spec, ...] = (
    # Supplies on which tax is payable
    Spec("4A", behind="b2cs"),
    Spec("4B", behind="b2b"),
    Spec("4C", behind="exp"),
    Spec("4D", behind="b2b"),
    Spec("4E", behind="b2b"),
    Spec("4F", behind="at"),
    Spec("4G"),
    Spec("4G1", from_year=2023, behind="ecomb2b"),
    Spec("4H", ("4A", "4B", "4C", "4D", "4E", "4F", "4G", "4G1")),
    Spec("4I", behind="cdnr"),
    Spec("4J", behind="cdnr"),
    Spec("4K", behind="b2ba"),
    Spec("4L", behind="b2ba"),
    Spec("4M", ("-4I", "4J", "4K", "-4L")),
    Spec("4N", ("4H", "4M")),
    # Supplies on which no tax is payable
    Spec("5A", behind="exp"),
    Spec("5B", behind="b2b"),
    Spec("5C", behind="b2b"),
    Spec("5C1", from_year=2023),
    Spec("5D", behind="nil"),
    Spec("5E", behind="nil"),
    Spec("5F", behind="nil"),
    Spec("5G", ("5A", "5B", "5C", "5C1", "5D", "5E", "5F")),
    Spec("5H", is_optional=True, behind="cdnr"),
    Spec("5I", is_optional=True, behind="cdnr"),
    Spec("5J", is_optional=True, behind="b2ba"),
    Spec("5K", is_optional=True, behind="b2ba"),
    Spec("5L", ("-5H", "5I", "5J", "-5K")),
    Spec("5M", ("5G", "5L")),
    Spec("5N", ("4N", "5M", "-4G", "-4G1")),
    # Input tax credit
    Spec("6A"),
    Spec("6A1", from_year=2024),
    Spec("6A2", ("6A", "-6A1"), from_year=2024),
    # As GSTR-3B tells them, not split by what was bought; the books tell the lines below instead.
    Spec("6.imports"),
    Spec("6.reverse"),
    Spec("6.other"),
    Spec("6B.inputs"),
    Spec("6B.capital"),
    Spec("6B.services"),
    Spec("6C.inputs"),
    Spec("6C.capital"),
    Spec("6C.services"),
    Spec("6D.inputs"),
    Spec("6D.capital"),
    Spec("6D.services"),
    Spec("6E.inputs"),
    Spec("6E.capital"),
    Spec("6F"),
    Spec("6G"),
    Spec("6H"),
    Spec(
        "6I",
        (
            *("6.imports", "6.reverse", "6.other", "6B.inputs", "6B.capital", "6B.services", "6C.inputs", "6C.capital", "6C.services"),
            *("6D.inputs", "6D.capital", "6D.services", "6E.inputs", "6E.capital", "6F", "6G", "6H"),
        ),
    ),
    Spec("6J", ("6I", "-6A2")),
    Spec("6O", ("6I",)),
    # Input tax credit reversed
    Spec("7.rules"),
    Spec("7.other"),
    Spec("7A"),
    Spec("7A1", from_year=2024),
    Spec("7A2", from_year=2024),
    Spec("7B"),
    Spec("7C"),
    Spec("7D"),
    Spec("7E"),
    Spec("7H"),
    Spec("7I", ("7.rules", "7.other", "7A", "7A1", "7A2", "7B", "7C", "7D", "7E", "7H")),
    Spec("7J", ("6O", "-7I")),
    # What suppliers told of
    Spec("8A"),
    Spec("8B", ("6B.inputs", "6B.capital", "6B.services")),
    Spec("8C"),
    Spec("8D", ("8A", "-8B", "-8C"), needs="8A"),
    Spec("8F"),
    Spec("8G"),
    Spec("8H", ("6E.inputs", "6E.capital")),
    Spec("8H1", from_year=2024),
    Spec("8I", ("8G", "-8H", "-8H1")),
    # Tax payable and paid
    Spec("9.payable"),
    Spec("9.cash"),
    Spec("9.credit"),
    Spec("9.interest"),
    Spec("9.fee"),
    # Of the year, told in the returns of the next
    Spec("10"),
    Spec("11"),
    _typed("12"),
    _optional("13", "8C", "8H1"),
    Spec("14", ("10", "-11")),
    # Demands and refunds
    *(_typed(f"15{letter}") for letter in "ABCDEFG"),
    # Other information
    _optional("16A"),
    _typed("16B"),
    _typed("16C"),
)
SPECS: Mapping[str, Spec] = {spec.key: spec for spec in LINES}
TYPED = tuple(spec.key for spec in LINES if spec.is_typed)


class Side(NamedTuple):
    """Figures by line, as one source tells them. What a source cannot tell is absent: it is not nought."""

    figures: Mapping[str, Taxes]

    def of(self, key: str) -> Taxes | None:
        """A line's figure; a sum's where anything of it is told."""
        spec = SPECS[key]
        if not spec.adds:
            return self.figures.get(key)
        if spec.needs and spec.needs not in self.figures:
            return None
        found, is_told = NOTHING, False
        for name in spec.adds:
            part = self.of(name.removeprefix("-"))
            if part is not None:
                found, is_told = found.plus(part, -1 if name.startswith("-") else 1), True
        return found if is_told else None


class Line(NamedTuple):
    """A line of the form with both its sides; `difference` is the books less the returns, where both tell it. What was `typed` stands in
    neither."""

    spec: Spec
    filed: Taxes | None
    books: Taxes | None
    typed: TypedFigure | None = None

    @property
    def difference(self) -> Taxes | None:
        return None if self.filed is None or self.books is None else self.books.plus(self.filed, -1)


class HsnRow(NamedTuple):
    """Tables 17 and 18: a code, its unit and rate, what of it was sold or bought; quantity in thousandths."""

    hsn: str
    uqc: str
    rate_bp: int
    qty: int
    taxes: Taxes


class Missing(NamedTuple):
    """A month for which a form is not filed."""

    form: str
    month: int


@dataclass(frozen=True, slots=True)
class Gstr9:
    """The annual return of a registration."""

    gstin: str
    period: ReturnPeriod
    start_year: int
    filed: Side
    books: Side
    missing: tuple[Missing, ...] = ()
    has_2b: bool = False
    outward_codes: tuple[HsnRow, ...] = ()
    inward_codes: tuple[HsnRow, ...] = ()
    typed: Mapping[str, TypedFigure] = field(default_factory=dict)

    @property
    def lines(self) -> list[Line]:
        """Every line that the form of this year has."""
        return [
            Line(spec, self.filed.of(spec.key), self.books.of(spec.key), self.typed.get(spec.key))
            for spec in LINES
            if spec.from_year <= self.start_year
        ]

    def told(self, key: str) -> Taxes:
        """What the return says: what was filed, and where no return tells it, the books."""
        found = self.filed.of(key)
        return found if found is not None else self.books.of(key) or NOTHING
