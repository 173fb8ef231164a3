"""Lists on paper: complete, numbered, shaped, and quick."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from webapp.platform import tables_pdf
from webapp.platform.tables_pdf import Column, Paper, TooLong, draw, written_cell

COLUMNS = (Column("Date", "day", 12), Column("Particulars", "text", 40), Column("Number", "code", 16), Column("Amount", "amount", 16))


def paper(**changes: Any) -> Paper:
    return Paper(**{"business": "Sharma Stores", "title": "Cash", "about": ("April",), "columns": COLUMNS, **changes})


def rows(count: int, name: str = "Counter sale") -> list[tuple[Any, ...]]:
    return [(date(2026, 4, 1), name, f"26A1/{number:06d}", number * 100) for number in range(1, count + 1)]


def pages_of(drawn: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages]


@pytest.mark.parametrize("count", [0, 1, 40, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 500])
def test_every_row_is_there_once_under_headings_with_the_totals_beside_it(count: int) -> None:
    pages = pages_of(draw(paper(totals=("Total", "", "", 9_87_654_00)), rows(count)))
    text = "\n".join(pages)
    assert re.findall(r"26A1/(\d+)", text) == [f"{number:06d}" for number in range(1, count + 1)]
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Particulars" in page
    assert text.count("9,87,654.00") == 1
    assert "9,87,654.00" in pages[-1]
    if count:
        assert f"26A1/{count:06d}" in pages[-1]


def test_hindi_is_shaped_and_embedded() -> None:
    """क्षत्रिय has nine signs and far fewer glyphs: unshaped, its virama and vowel sign would stand apart and cost their widths."""
    tables_pdf._fonts()
    from reportlab.pdfbase.pdfmetrics import stringWidth

    word = "क्षत्रिय"
    shaped = tables_pdf._shaped(word, "deva-text", 8)
    assert len(shaped) < len(word)
    assert tables_pdf._width(word, "text") < stringWidth(word, "deva-text", 8)
    reader = PdfReader(io.BytesIO(draw(paper(), rows(1, "शर्मा & Sons, क्षत्रिय मार्ग"))))
    fonts = reader.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    assert any("Devanagari" in str(font.get_object()["/BaseFont"]) for font in fonts)


def test_emoji_are_drawn_from_the_font_that_has_them_and_joined() -> None:
    def fonts(name: str) -> str:
        reader = PdfReader(io.BytesIO(draw(paper(), rows(1, name))))
        return " ".join(str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values())  # type: ignore[index]

    assert "Emoji" not in fonts("Candy ₹10 – 100 g, तूर दाल")
    assert "Emoji" in fonts("Candy 🍬")
    tables_pdf._fonts()
    assert [font for _run, font in tables_pdf._runs("Candy 🍬 तूर ❤️ 100 g", "text")] == [
        "text", "emoji", "text", "deva-text", "text", "emoji", "text",
    ]  # fmt: skip
    assert tables_pdf._width("👩\u200d🌾", "text") == tables_pdf._width("👍🏽", "text") == tables_pdf._width("🍬", "text")


def test_long_names_wrap_and_unbroken_ones_are_cut() -> None:
    long = "Annapurna Tiffin Services and Caterers of Koramangala Fourth Block Opposite the Old Bus Stand"
    text = pages_of(draw(paper(), rows(1, long)))[0]
    assert all(word in text for word in long.split())
    cut = pages_of(draw(paper(), rows(1, "x" * 5000)))[0]
    assert "…" in cut
    assert cut.count("x") < 400


def test_odd_signs_do_not_break_the_page() -> None:
    signs = ("💰 emoji", "\u200f\u05e2\u05d1\u05e8\u0645", "a\nb\tc\r", "\u200d\u200c", "स्\u200dथल", "()\\", "\ufeff", "नि\u093c" * 400)
    for name in signs:
        assert draw(paper(), rows(2, name)).startswith(b"%PDF")


def test_too_long_a_list_is_refused_with_a_way_out() -> None:
    with pytest.raises(TooLong) as refusal:
        draw(paper(), (rows(1)[0] for _ in range(tables_pdf.MOST_ROWS + 1)))
    assert "Excel" in refusal.value.fix


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (0, "amount", "–"),
        (12_34_567_00, "amount", "12,34,567.00"),
        (-5, "amount", "-0.05"),
        (None, "amount", ""),
        (1500, "qty", "1.5"),
        (date(2026, 11, 20), "day", "20-Nov-2026"),
        ("a\n b", "text", "a b"),
    ],
)
def test_cells_are_written_as_on_the_screen(value: Any, kind: str, words: str) -> None:
    assert written_cell(value, kind) == words


@pytest.mark.slow
def test_a_statement_of_4000_rows_is_drawn_whole() -> None:
    names = ("Cash", "शर्मा किराना स्टोर, क्षत्रिय मार्ग", "Sales, exempt and nil-rated", "राम प्रसाद विश्वकर्मा & Sons")
    many = [(date(2026, 4, 1 + n % 30), names[n % 4], f"26A1/{n:06d}", n * 100) for n in range(4000)]
    drawn = draw(paper(), many)
    assert len(PdfReader(io.BytesIO(drawn)).pages) > 60
