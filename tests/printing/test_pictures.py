"""Papers are drawn as their kept pictures show (golden.py), at 1, 2, 40 and 400 lines and in three scripts; long ones add up."""

from __future__ import annotations

import ast
import io
import re

import pytest
import uharfbuzz
from pypdf import PdfReader

from tests.printing import made
from tests.printing.golden import COLUMNS, FOLDER, PAPERS, a4_of_400, kept, statement
from tests.printing.pictures import differences, picture
from webapp.kernel.money import indian_grouping
from webapp.platform import scripts, tables_pdf
from webapp.platform.tables_pdf import Column
from webapp.printing import drawing


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_drawn_as_it_was(name: str) -> None:
    golden = (FOLDER / f"{name}.txt").read_text().splitlines()
    wrong = differences(golden, kept(name))
    assert not wrong, "\n".join(["If it is meant so: python -m tests.printing.golden, and look at the difference.", *wrong[:12]])


def test_every_kept_picture_is_of_a_paper() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(PAPERS)


@pytest.mark.parametrize(
    ("was", "new"),
    [
        (".c-hsn { width: 16mm; }", ".c-hsn { width: 16.5mm; }"),
        ("border-bottom: 0.15mm solid #999", "border-bottom: 0"),
        ("font-weight: bold; }\n.frame", "font-weight: normal; }\n.frame"),
        ("padding: 1.2mm 1.4mm", "padding: 1.3mm 1.4mm"),
    ],
    ids=["a column half a millimetre wider", "no rules", "a number no longer bold", "rows a little higher"],
)
def test_a_bill_drawn_otherwise_is_seen(monkeypatch: pytest.MonkeyPatch, was: str, new: str) -> None:
    from weasyprint import CSS

    css = (drawing.ROOT / "templates" / "printing" / "a4.css").read_text()
    assert was in css
    planted = CSS(string=css.replace(was, new), base_url=f"{drawing.FONTS}/", font_config=drawing._fonts())
    monkeypatch.setattr(drawing, "_style", lambda _name: planted)
    [drawn] = picture(made.a4(made.bill(1)))
    assert differences((FOLDER / "a4-1.txt").read_text().splitlines()[1:], drawn)


def test_a_list_drawn_otherwise_is_seen() -> None:
    golden = (FOLDER / "statement-2.txt").read_text().splitlines()[1:]
    assert differences(golden, picture(statement(2))[0]) == []
    moved = (*COLUMNS[:1], Column("Particulars", "text", 41), *COLUMNS[2:])
    assert differences(golden, picture(statement(2, columns=moved))[0])
    assert differences(golden, picture(statement(2, (("Toor Dal 1 kg", ""), ("Basmati rice", ""))))[0])


def test_a_bill_of_400_lines_has_each_once_and_carries_what_it_comes_to() -> None:
    pages = [[line.split("\t") for line in page] for page in picture(a4_of_400())]
    numbers: list[int] = []
    so_far, brought = 0, None
    amounts = {line.line_no: line.total_paise for line in made.bill(400).lines}
    for at, page in enumerate(pages, 1):
        words = [line[2] for line in page if len(line) == 3]
        assert {"#", "Description", "HSN", "Amount"} <= set(words), "the heads stand on every page"
        assert f"26PR/000001  ·  Page {at} / {len(pages)}" in words
        here = [int(line[2]) for line in page if len(line) == 3 and re.fullmatch(r"text 38\.0 .*", line[0]) and line[2].isdigit()]
        numbers += here
        carried = [word.split("  ")[1] for word in words if word.startswith("Carried forward")]
        assert [word.split("  ")[1] for word in words if word.startswith("Brought forward")] == ([brought] if brought else [])
        so_far += sum(amounts[number] for number in here)
        assert carried == ([] if at == len(pages) else [indian_grouping(so_far)])
        brought = carried[0] if carried else None
    assert numbers == list(range(1, 401))
    assert so_far == made.bill(400).header.total_paise


def test_a_bill_of_one_page_carries_nothing_forward() -> None:
    words = "\n".join(picture(made.a4(made.bill(2)))[0])
    assert "forward" not in words


def test_a_roll_of_400_lines_has_each_once_in_pieces_that_a_pdf_may_have() -> None:
    """A page of a PDF is at most 14,400 points long (ISO 32000-1, annex C); the pieces come out of the printer as one."""
    pages = picture(made.roll(made.bill(400)))
    amounts = [line.split("\t")[2] for page in pages for line in page if "\t" in line]
    assert [one for one in amounts if one in {indian_grouping(line.total_paise) for line in made.bill(400).lines}] == [
        indian_grouping(line.total_paise) for line in made.bill(400).lines
    ]
    assert all(float(page[0].split()[2]) < 14_400 for page in pages)


WORDS = [
    ("taml", "க்ஷ", 1),
    ("taml", "ஸ்ரீ", 1),
    ("taml", "கொ", 3),
    ("gujr", "ક્ષ", 1),
    ("gujr", "શ્રી", 2),
    ("deva", "क्ष", 1),
    ("deva", "श्री", 2),
    ("deva", "क्षत्रिय", 4),
    ("beng", "ক্ষ", 1),
    ("guru", "ਸ੍ਰੀ", 3),
    ("orya", "ଶ୍ରୀ", 3),
    ("telu", "క్ష", 2),
    ("knda", "ಕ್ಷ", 2),
    ("mlym", "ക്ഷ", 1),
]


def shaped(code: str, word: str) -> tuple[list[int], int]:
    """What HarfBuzz makes of a word with our font: the glyphs, and their advances in thousandths of the size."""
    font = next(one.font for one in (scripts.DEVANAGARI, *scripts.RARER) if one.code == code)
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(drawing.FONTS / f"NotoSans{font}-Regular.ttf")))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(face), buffer)
    return [one.codepoint for one in buffer.glyph_infos], sum(one.x_advance for one in buffer.glyph_positions) * 1000 // face.upem


@pytest.fixture(scope="module")
def in_all_scripts() -> list[str]:
    """One bill with each word as an item."""
    [page] = picture(made.a4(made.bill(len(WORDS), [(word, "") for _code, word, _most in WORDS])))
    return page


@pytest.mark.parametrize(("code", "word", "most"), WORDS)
def test_names_are_shaped_as_their_script_wants(in_all_scripts: list[str], code: str, word: str, most: int) -> None:
    glyphs, advance = shaped(code, word)
    assert len(glyphs) <= most
    assert 0 not in glyphs
    drawn = [ast.literal_eval(line[line.rindex("[") :]) for line in in_all_scripts if line.endswith("]")]
    assert glyphs in drawn, "WeasyPrint draws the glyphs that HarfBuzz chose"
    tables_pdf._fonts()
    [(run, font)] = tables_pdf._runs(word, "text")
    assert font == f"{code}-text"
    assert len(tables_pdf._shaped(run, font, 8)) == len(glyphs)
    assert round(tables_pdf._run_width(run, font, 1000)) == advance


def test_a_list_in_a_rarer_script_has_its_font_inside_and_one_in_latin_has_not() -> None:
    def fonts(pdf: bytes) -> str:
        return " ".join(str(font.get_object()["/BaseFont"]) for font in PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values())  # type: ignore[index]

    assert "Tamil" in fonts(statement(3, made.SCRIPTS))
    assert "Gujarati" in fonts(statement(3, made.SCRIPTS))
    assert "Tamil" not in fonts(statement(3))
