"""A PDF as what it draws: each piece of text with its place, font, size and glyphs, each painted shape with its edges.

That is the picture, without the rasteriser of some machine between. Places are points from the page's lower left corner.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ByteStringObject, ContentStream

# Half of a thickness of the thinnest rule on a paper, and less than any eye sees: what another version of Pango may round otherwise.
TOLERANCE = 0.15
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SPAN = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
# What reportlab calls a glyph that is no letter by itself: by turns, in the order in which a process first draws them, in whatever paper.
_JOINED = re.compile("[\ue000-\uf8ff]")
Matrix = tuple[float, float, float, float, float, float]
_UPRIGHT: Matrix = (1, 0, 0, 1, 0, 0)


def picture(pdf: bytes) -> list[list[str]]:
    """The pages as lines, one for each thing drawn, in the order of drawing: a word of what it is, figures, then a tab and words."""
    reader = PdfReader(io.BytesIO(pdf))
    pages = []
    for page in reader.pages:
        box = page.mediabox
        resources = page["/Resources"]
        content = page.get_contents()
        lines = [f"page {box.width:.1f} {box.height:.1f}"]
        if content is not None:
            lines += _Drawn({name: _Font.of(font.get_object()) for name, font in resources["/Font"].items()}).run(content)  # type: ignore[index]
        pages.append(lines)
    return pages


def differences(expected: list[str], found: list[str]) -> list[str]:
    """Where a page is drawn otherwise, in words; nothing where it is the same."""
    wrong = [
        f"line {number}: {was!r} is now {new!r}"
        for number, (was, new) in enumerate(zip(expected, found, strict=False), 1)
        if not _is_same(was, new)
    ]
    if len(expected) != len(found):
        wrong.append(f"{len(expected)} things drawn are now {len(found)}")
    return wrong


def _is_same(was: str, new: str) -> bool:
    if was == new:
        return True
    (places, _tab, words), (new_places, _tab, new_words) = was.partition("\t"), new.partition("\t")
    old, now = places.split(), new_places.split()
    if words != new_words or len(old) != len(now) or old[0] != now[0]:
        return False
    return all(abs(float(one) - float(other)) <= TOLERANCE for one, other in zip(old[1:], now[1:], strict=True))


@dataclass(frozen=True, slots=True)
class _Font:
    """What a PDF says of a font: its name without the mark of the subset, how many bytes a glyph's number has, and their text."""

    name: str
    width: int
    text: dict[int, str]

    @classmethod
    def of(cls, font: Any) -> _Font:
        name = str(font["/BaseFont"]).lstrip("/").rpartition("+")[2].removeprefix("Munim-")
        said = font["/ToUnicode"].get_object().get_data() if "/ToUnicode" in font else b""
        text = {}
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", said, re.DOTALL):
            for first, last, start in _SPAN.findall(block):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    text[int(first, 16) + step] = chr(int(start, 16) + step)
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", said, re.DOTALL):
            text |= {int(code, 16): bytes.fromhex(sign.decode()).decode("utf-16-be") for code, sign in _PAIR.findall(block)}
        return cls(name, 2 if font["/Subtype"] == "/Type0" else 1, text)

    def told(self, codes: list[int]) -> str:
        """Latin as its letters; another script as the numbers of its glyphs besides, for letters do not say how they are joined."""
        words = _JOINED.sub("\ufffd", "".join(self.text.get(code, "") for code in codes))
        return words if self.name.removesuffix("-Bold").removesuffix("-Regular") in ("Sans", "NotoSans") else f"{words} {codes}"


@dataclass
class _Drawn:
    """What a page's program draws (ISO 32000-1, 8.2 and 9.4): only the operators that our papers use."""

    fonts: dict[str, _Font]
    ctm: Matrix = _UPRIGHT
    kept: list[Matrix] = field(default_factory=list)
    line: Matrix = _UPRIGHT
    font: _Font | None = None
    size: float = 0
    path: list[tuple[float, float]] = field(default_factory=list)

    def run(self, content: ContentStream) -> Iterator[str]:
        for operands, operator in content.operations:
            yield from self.step(operator.decode(), operands)

    def step(self, operator: str, given: Any) -> Iterator[str]:
        if operator == "q":
            self.kept.append(self.ctm)
        elif operator == "Q":
            self.ctm = self.kept.pop()
        elif operator == "cm":
            self.ctm = _times(tuple(map(float, given)), self.ctm)
        elif operator in ("m", "l", "c", "v", "y"):
            self.path.append(self.at(*map(float, given[-2:])))
        elif operator == "re":
            x, y, width, height = map(float, given)
            self.path += [self.at(x, y), self.at(x + width, y + height)]
        elif operator in ("f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "n"):
            if operator != "n" and self.path:
                yield self.shape()
            self.path = []
        else:
            yield from self.text(operator, given)

    def text(self, operator: str, given: Any) -> Iterator[str]:
        if operator == "BT":
            self.line = _UPRIGHT
        elif operator == "Tf":
            self.font, self.size = self.fonts[given[0]], float(given[1])
        elif operator == "Tm":
            self.line = tuple(map(float, given))  # type: ignore[assignment]
        elif operator == "Td":
            self.line = _times((1, 0, 0, 1, float(given[0]), float(given[1])), self.line)
        elif operator in ("Tj", "TJ"):
            yield self.words(given[0] if operator == "TJ" else given)

    def words(self, pieces: Any) -> str:
        font = self.font
        assert font is not None
        codes = []
        for piece in pieces:
            if isinstance(piece, str | bytes):
                raw = bytes(piece) if isinstance(piece, ByteStringObject | bytes) else piece.original_bytes  # type: ignore[attr-defined]
                codes += [int.from_bytes(raw[at : at + font.width]) for at in range(0, len(raw), font.width)]
        place = _times(self.line, self.ctm)
        return f"text {place[4]:.1f} {place[5]:.1f} {abs(self.size * place[3]):.1f}\t{font.name}\t{font.told(codes)}"

    def shape(self) -> str:
        across, up = [x for x, _y in self.path], [y for _x, y in self.path]
        return f"shape {min(across):.1f} {min(up):.1f} {max(across):.1f} {max(up):.1f} {len(self.path)}"

    def at(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.ctm
        return a * x + c * y + e, b * x + d * y + f


def _times(one: Any, other: Any) -> Matrix:
    """Both, the first nearer to what is drawn."""
    a, b, c, d, e, f = one
    k, m, n, o, p, q = other
    return a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o, e * k + f * n + p, e * m + f * o + q
