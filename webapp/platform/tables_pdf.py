"""A list as a PDF: A4, headings on every page, thousands of rows in a second or two.

Drawn row by row with reportlab, which is thirty times faster than a layout engine at it. The scripts of India are shaped by
HarfBuzz (conjuncts, matras before their letter); Latin text and figures, nearly all of a list, need no shaping.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from webapp.kernel.dates import IST, written
from webapp.kernel.errors import BooksError
from webapp.kernel.money import indian_grouping, plain_decimal
from webapp.kernel.records import dataclass
from webapp.platform import scripts

FONTS = Path(__file__).parents[1] / "printing" / "fonts"
MOST_ROWS = 20_000

# Points; a millimetre is 72/25.4 of them. Written as whole tenths, because money is not the only thing floats spoil.
_MARGIN, _LEADING, _GAP = 34, 11, 6
SIZE = 8  # of text, which `wrapped` measures by
_HEAD_SIZE, _TITLE_SIZE, _SMALL = 8, 14, 7
_NUMERIC = frozenset({"amount", "qty", "number"})
# From the first sign that Noto Emoji may hold: text without one never loads that font.
_MAYBE_EMOJI = re.compile("[\u203c-\u2049\u2122-\u3299\U0001f000-\U0001faff]")
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")  # a font in black has none
_MOST_LINES = 3
# reportlab keeps fonts and what was shaped with them for the whole process.
_turn = Lock()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called, how its values are written (text, code, day, amount, qty, number), its share of the width."""

    label: str
    kind: str = "text"
    share: int = 10

    @property
    def is_numeric(self) -> bool:
        return self.kind in _NUMERIC


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands around the rows: whose list it is, its title, lines about it, columns, and a last row of totals."""

    business: str
    title: str
    about: tuple[str, ...]
    columns: tuple[Column, ...]
    totals: tuple[Any, ...] | None = None
    is_wide: bool = False
    page_words: str = "Page {page} of {pages}"


class TooLong(BooksError):
    """More rows than anybody reads on paper."""

    def __init__(self) -> None:
        super().__init__(
            problem=f"This list has more than {MOST_ROWS} rows, too many for a PDF.",
            fix="Choose fewer days or a filter, or take it as CSV or Excel, which have no such limit.",
        )


def draw(paper: Paper, rows: Iterable[Sequence[Any]]) -> bytes:
    """The list as a PDF. TooLong when it has more than MOST_ROWS rows."""
    kept: list[Sequence[Any]] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            raise TooLong
        kept.append(row)
    with _turn:
        return _Drawing(paper).draw(kept)


def written_cell(value: Any, kind: str) -> str:
    """A value as a list on paper writes it: figures grouped the Indian way, nil a dash, days as 20-Nov-2026."""
    if value is None or value == "":
        return ""
    if kind == "amount" and not isinstance(value, str):
        return indian_grouping(int(value)) if value else "–"
    if kind == "qty":
        return plain_decimal(int(value), 3)
    if isinstance(value, datetime):
        return f"{written(value.astimezone(IST).date())} {value.astimezone(IST):%H:%M}"
    if isinstance(value, date):
        return written(value)
    return " ".join(str(value).split())


@dataclass(frozen=True, slots=True)
class _Line:
    """A row laid out: the lines of each cell, and how many the tallest has."""

    cells: tuple[tuple[str, ...], ...]
    height: int


class _Drawing:
    """One PDF being drawn: first laid out into pages, so that each can say how many there are, then drawn."""

    def __init__(self, paper: Paper) -> None:
        from reportlab.lib.pagesizes import A4, landscape
        from reportlab.pdfgen.canvas import Canvas

        _fonts()
        self.paper = paper
        self.width, self.height = (int(side) for side in (landscape(A4) if paper.is_wide else A4))
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=(self.width, self.height), pageCompression=1, invariant=1)
        self.canvas.setTitle(f"{paper.title} – {paper.business}")
        self.canvas.setAuthor(paper.business)
        shares = sum(column.share for column in paper.columns)
        room = self.width - 2 * _MARGIN
        edges = [0]
        for column in paper.columns:
            edges.append(edges[-1] + column.share)
        self.lefts = [_MARGIN + room * edge // shares for edge in edges]
        # Every page is broken into the same grid, the first of which has a taller head.
        self.first_top = self.height - _MARGIN - 24 - _LEADING * len(paper.about) - 8
        self.next_top = self.height - _MARGIN - 12
        self.bottom = _MARGIN + 16

    def draw(self, rows: Sequence[Sequence[Any]]) -> bytes:
        lines = [self._lay_out(row) for row in rows]
        pages = list(self._pages(lines))
        for number, page in enumerate(pages, start=1):
            is_last = number == len(pages)
            self._draw_page(page, number, len(pages), self.paper.totals if is_last else None)
            self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()

    def _room(self, index: int) -> int:
        return self.lefts[index + 1] - self.lefts[index] - _GAP

    def _lay_out(self, row: Sequence[Any], font: str = "text") -> _Line:
        cells = []
        for index, column in enumerate(self.paper.columns):
            text = written_cell(row[index], column.kind)
            cells.append((text,) if column.is_numeric or not text else _wrapped(text, self._room(index), font))
        return _Line(tuple(cells), max(len(cell) for cell in cells))

    def _pages(self, lines: Sequence[_Line]) -> Iterator[list[_Line]]:
        heading = self._headings().height * _LEADING + 7
        totals = (self._lay_out(self.paper.totals, "bold").height * _LEADING + 10) if self.paper.totals else 0
        page: list[_Line] = []
        left = self.first_top - self.bottom - heading
        for number, line in enumerate(lines):
            taken = line.height * _LEADING + 2
            # The last row takes the totals with it, so that they never stand alone on a page.
            if page and taken + (totals if number == len(lines) - 1 else 0) > left:
                yield page
                page, left = [], self.next_top - self.bottom - heading
            page.append(line)
            left -= taken
        yield page

    def _headings(self) -> _Line:
        cells = tuple(_wrapped(column.label, self._room(index), "bold") for index, column in enumerate(self.paper.columns))
        return _Line(cells, max(len(cell) for cell in cells))

    def _draw_page(self, lines: Sequence[_Line], number: int, pages: int, totals: Sequence[Any] | None) -> None:
        top = self._draw_head(number)
        headings = self._headings()
        self.canvas.setLineWidth(1)
        self._draw_line(headings, top - SIZE, "bold")
        y = top - headings.height * _LEADING - 2
        self.canvas.line(_MARGIN, y, self.width - _MARGIN, y)
        y -= 1
        self.canvas.setStrokeGray(0.8)
        self.canvas.setLineWidth(0.4)
        for line in lines:
            self._draw_line(line, y - SIZE - 1, "text")
            y -= line.height * _LEADING + 2
            self.canvas.line(_MARGIN, y, self.width - _MARGIN, y)
        self.canvas.setStrokeGray(0)
        if totals:
            self.canvas.setLineWidth(1)
            self.canvas.line(_MARGIN, y, self.width - _MARGIN, y)
            self._draw_line(self._lay_out(totals, "bold"), y - SIZE - 3, "bold")
        words = self.paper.page_words.format(page=number, pages=pages)
        self._text(self.width - _MARGIN, _MARGIN - 4, words, "text", _SMALL, to_right=True)
        self._text(_MARGIN, _MARGIN - 4, self.paper.business, "text", _SMALL)

    def _draw_head(self, number: int) -> int:
        """The title and what is said of the list: whole on the first page, one line on the others. Returns where rows begin."""
        if number > 1:
            self._text(_MARGIN, self.height - _MARGIN - 2, " · ".join((self.paper.title, *self.paper.about)), "text", _SMALL)
            return self.next_top
        y = self.height - _MARGIN - _TITLE_SIZE
        self._text(_MARGIN, y, self.paper.title, "bold", _TITLE_SIZE)
        self._text(self.width - _MARGIN, y, self.paper.business, "bold", 10, to_right=True)
        for about in self.paper.about:
            y -= _LEADING + 1
            self._text(_MARGIN, y, about, "text", 9)
        return self.first_top

    def _draw_line(self, line: _Line, y: int, font: str) -> None:
        for index, (column, cell) in enumerate(zip(self.paper.columns, line.cells, strict=True)):
            for step, text in enumerate(cell):
                if not text:
                    continue
                if column.is_numeric:
                    self._text(
                        self.lefts[index + 1] - (_GAP if index + 1 < len(self.paper.columns) else 0),
                        y - step * _LEADING,
                        text,
                        font,
                        to_right=True,
                    )
                else:
                    self._text(self.lefts[index], y - step * _LEADING, text, font)

    def _text(self, x: int, y: int, text: str, font: str, size: int = SIZE, *, to_right: bool = False) -> None:
        write_text(self.canvas, x - _width(text, font, size) if to_right else x, y, text, font, size)


@contextmanager
def fonts() -> Iterator[None]:
    """For papers that are no lists: the bundled fonts, by one thread at a time. Inside, `write_text` and `wrapped` may be called."""
    with _turn:
        _fonts()
        yield


def write_text(canvas: Any, x: Any, y: Any, text: str, font: str, size: int) -> None:
    """Text in Latin, a script of India or emoji at a place, in font "text" or "bold"."""
    at = x
    for run, name in _runs(text, font):
        canvas.setFont(name, size)
        canvas.drawString(at, y, _shaped(run, name, size) if _wants_shaping(name) else run)
        at += _run_width(run, name, size)


def wrapped(text: str, room: int, font: str, *, most: int) -> tuple[str, ...]:
    """Text in at most so many lines of `room` points at SIZE; what does not fit ends in an ellipsis."""
    lines = _wrapped(text, room, font)
    return lines if len(lines) <= most else (*lines[: most - 1], lines[most - 1].rstrip("…")[:-1].rstrip() + "…")


@cache
def _fonts() -> None:
    """Register the bundled fonts, once in a process."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in (
        ("text", "NotoSans-Regular"),
        ("bold", "NotoSans-Bold"),
        ("deva-text", "NotoSansDevanagari-Regular"),
        ("deva-bold", "NotoSansDevanagari-Bold"),
    ):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{file}.ttf")))


def _runs(text: str, font: str) -> list[tuple[str, str]]:
    """Text cut into pieces of one font each."""
    if text.isascii() or not (scripts.INDIC.search(text) or _MAYBE_EMOJI.search(text)):
        return [(text, font)]
    signs = _emoji().split(_SKIN_TONES.sub("", text)) if _MAYBE_EMOJI.search(text) else [text]
    runs = []
    for number, part in enumerate(signs):
        if number % 2:
            runs.append((part, "emoji"))
        else:
            runs += [(piece, _font_of(script, font) if script else font) for piece, script in scripts.runs(part)]
    return runs


@cache
def _font_of(script: str, font: str) -> str:
    """The name of a script's font, regular or bold, which the first text in it registers."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    name = f"{script}-{font}"
    for one in scripts.RARER:
        if one.code == script:
            weight = "Bold" if font == "bold" else "Regular"
            pdfmetrics.registerFont(TTFont(name, str(FONTS / f"NotoSans{one.font}-{weight}.ttf")))
    return name


@cache
def _emoji() -> re.Pattern[str]:
    """Registers Noto Emoji and finds what it alone can draw, joined as one sign or side by side."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    made = TTFont("emoji", str(FONTS / "NotoEmoji-Regular.ttf"))
    pdfmetrics.registerFont(made)
    text = pdfmetrics.getFont("text").face.charToGlyph
    own = "".join(re.escape(chr(code)) for code in made.face.charToGlyph if code > 0x2010 and code not in text and code != 0xFE0F)
    return re.compile(f"([{own}](?:[{own}\ufe0f]|\u200d(?=[{own}]))*)")


def _wants_shaping(name: str) -> bool:
    return name == "emoji" or "-" in name


@lru_cache(maxsize=4096)
def _shaped(run: str, name: str, size: int) -> str:
    from reportlab.pdfbase.ttfonts import shapeStr

    shaped: str = shapeStr(run, name, size)
    return shaped


def _run_width(run: str, name: str, size: int) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    if not _wants_shaping(name):
        return float(stringWidth(run, name, size))
    shaped = _shaped(run, name, size)
    data = getattr(shaped, "__shapeData__", None)
    if data:
        return float(sum(one.x_advance for one in data) * size / 1000)
    return float(stringWidth(run, name, size))


def _width(text: str, font: str, size: int = SIZE) -> float:
    return sum(_run_width(run, name, size) for run, name in _runs(text, font))


@lru_cache(maxsize=8192)
def _wrapped(text: str, room: int, font: str) -> tuple[str, ...]:
    """Text in lines of at most `room` points, at most three; what does not fit ends in an ellipsis."""
    if _width(text, font) <= room:
        return (text,)
    lines: list[str] = []
    rest = text
    while rest and len(lines) < _MOST_LINES:
        fits = _fitting(rest, room, font)
        if fits < len(rest) and len(lines) == _MOST_LINES - 1:
            return (*lines, rest[: max(fits - 1, 1)].rstrip() + "…")
        at = rest.rfind(" ", 0, fits + 1) if fits < len(rest) else fits
        cut = at if at > 0 else fits
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return tuple(lines)


def _fitting(text: str, room: int, font: str) -> int:
    """How many signs of `text` fit, at least one, by halving."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _width(text[:middle], font) <= room:
            low = middle
        else:
            high = middle - 1
    return low
