"""Tables of a page as a test reads them: headings, rows, what each cell says and where it leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

# Rows that add up others, or begin a table: never part of a sum.
_SUMS = {"group", "part", "sum", "result", "total", "lacking"}


@dataclass
class Cell:
    """A cell: its text, and where it or its row leads."""

    text: str = ""
    url: str = ""

    @property
    def paise(self) -> int | None:
        """What it says in paise, credits and minus below nil; None where it says no amount."""
        words = self.text.replace(",", "").replace("₹", "").replace("−", "-").strip()
        is_credit = words.endswith("Cr")
        words = words.removesuffix("Cr").removesuffix("Dr").strip()
        if words in ("–", "0"):
            return 0
        rupees, dot, rest = words.removeprefix("-").partition(".")
        if not (rupees.isdigit() and dot and len(rest) == 2 and rest.isdigit()):
            return None
        amount = int(rupees) * 100 + int(rest)
        return -amount if is_credit != words.startswith("-") else amount


@dataclass
class Row:
    """A row: its cells by heading (the first of a name), and whether it adds up others."""

    cells: list[tuple[str, Cell]] = field(default_factory=list)
    is_sum: bool = False

    def __getitem__(self, heading: str) -> Cell:
        return next((cell for name, cell in self.cells if name == heading), Cell())

    @property
    def url(self) -> str:
        """Where it leads: the first link in it."""
        return next((cell.url for _name, cell in self.cells if cell.url), "")

    @property
    def name(self) -> str:
        return self.cells[0][1].text if self.cells else ""


@dataclass
class Table:
    """A table with its caption."""

    caption: str = ""
    headings: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def total(self, *headings: str) -> int:
        """What its rows come to in these columns, sums left out."""
        return sum(row[heading].paise or 0 for row in self.rows if not row.is_sum for heading in headings)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self._into: list[str] = []
        self._part = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self.tables.append(Table())
        elif tag in ("thead", "tbody", "tfoot"):
            self._part = tag
        elif tag == "caption":
            self._into = ["caption"]
        elif tag == "tr" and self._part == "tbody":
            self.tables[-1].rows.append(Row(is_sum=bool(_SUMS & set(given.get("class", "").split()))))
        elif tag in ("th", "td") and self._part == "thead":
            self.tables[-1].headings.append("")
            self._into = ["heading"]
        elif tag in ("th", "td") and self._part == "tbody":
            place, headings = len(self.tables[-1].rows[-1].cells), self.tables[-1].headings
            self.tables[-1].rows[-1].cells.append((headings[place] if place < len(headings) else "", Cell()))
            self._into = ["cell"]
        elif tag == "a" and self._into == ["cell"] and "fold" not in given.get("class", "").split():
            self.tables[-1].rows[-1].cells[-1][1].url = given.get("href", "")
        elif tag == "span" and "sub" in given.get("class", "").split():
            self._into = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("caption", "th", "td"):
            self._into = []
        elif tag in ("thead", "tbody", "tfoot"):
            self._part = ""

    def handle_data(self, data: str) -> None:
        words = data.strip()
        if self._into == ["caption"]:
            self.tables[-1].caption += words
        elif self._into == ["heading"]:
            self.tables[-1].headings[-1] += words
        elif self._into == ["cell"]:
            cell = self.tables[-1].rows[-1].cells[-1][1]
            cell.text = f"{cell.text} {words}".strip()


def tables_of(page: str) -> list[Table]:
    """Every table of a page that has headings and rows, in its order."""
    reader = _Reader()
    reader.feed(page.split("<main", 1)[-1])
    return [one for one in reader.tables if one.headings]
