"""From HTML to PDF by WeasyPrint, in a process that has done it before: fonts, style sheets and templates are kept."""

from __future__ import annotations

import atexit
import gc
import io
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from webapp.kernel.records import dataclass
from webapp.platform import clock, scripts, templating
from webapp.platform.scripts import Script

ROOT = Path(__file__).parents[2]
FONTS = Path(__file__).parent / "fonts"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file carried inside a paper: the data that the paper shows."""

    name: str
    content: bytes
    made_at: datetime


def draw(template: str, style: str, *, fits_content: bool = False, attached: Attached | None = None, **values: Any) -> bytes:
    """The PDF of a template of templates/printing with one of its style sheets.

    `fits_content` ends the paper where its content ends, as a roll of paper does. With data attached it is an archive's paper, PDF/A-3b
    (ISO 19005-3), and says so, unless a name has a sign that no font here draws: then it carries the data and claims nothing.
    """
    from weasyprint import HTML

    html = _templates().get_template(f"printing/{template}").render(**values)
    # A collection in the middle of a layout walks a hundred thousand boxes that are all still needed.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        styles = [_style(style), *_styles_of(scripts.rarer_in(html))]
        document = HTML(string=html, base_url=str(FONTS) + "/").render(stylesheets=styles, font_config=_fonts())
        if fits_content:
            _cut(document)
        pdf = _written(document, attached)
    finally:
        if was_collecting:
            gc.enable()
    return pdf


def warm_up() -> None:
    """Draw one word of each weight and script of the usual paper, so that fonts, style sheet and template are in memory: a worker does it
    before it forks for its first paper, and each paper then costs less than half."""
    from weasyprint import HTML

    _templates().get_template("printing/bill_a4.html")
    words = "<table><thead><tr><th>No क</th></tr></thead><tr><td class=num>₹1 <b>Total कुल</b></td></tr></table>"
    document = HTML(string=words, base_url=str(FONTS) + "/").render(stylesheets=[_style("a4.css")], font_config=_fonts())
    _written(document, Attached("warm.json", b"{}", clock.now()))


def _written(document: Any, attached: Attached | None) -> bytes:
    from weasyprint import Attachment

    pdf: bytes
    if attached is None:
        pdf = document.write_pdf()
        return pdf
    at = attached.made_at.astimezone(UTC)
    file = Attachment(
        file_obj=io.BytesIO(attached.content), name=attached.name, description="", created=at, modified=at, relationship="Data"
    )
    document.color_profiles["srgb"] = _screen_colours()
    claimed = {"pdf_variant": "pdf/a-3b", "output_intent": "kept"}  # WeasyPrint would open the profile's file anew, and leave it open
    pdf = document.write_pdf(attachments=[file], finisher=_name_attachments_once, **claimed)
    # A box in place of a sign that no font has is what an archive's paper may not show (ISO 19005-3, 6.2.11.8).
    if any(font.missing for font in document.fonts.values()):
        file.source = Attachment(file_obj=io.BytesIO(attached.content)).source
        pdf = document.write_pdf(attachments=[file])
    return pdf


def _screen_colours() -> Any:
    """What red, green and blue are on an archive's paper: a profile that each PDF numbers as its own."""
    from weasyprint.css import ColorProfile

    return ColorProfile(io.BytesIO(_profile()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


@lru_cache(maxsize=1)
def _profile() -> bytes:
    return (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def _name_attachments_once(_document: Any, pdf: Any) -> None:
    """WeasyPrint names each attached file twice among the associated ones."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _cut(document: Any) -> None:
    """End each page below its lowest line. A page is drawn from its top, so a shorter one is the same page, cut."""
    for page in document.pages:
        box = page._page_box  # noqa: SLF001 - WeasyPrint tells nobody else where a page's content ends
        content = box.children[0]
        page.height = content.position_y + content.margin_height() + box.margin_bottom


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    # A job has no request and no Flask app; the filters are the same functions as the pages'.
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters.update(templating.FILTERS)
    return made


@lru_cache(maxsize=1)
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


# WeasyPrint's fonts clear up after themselves, but not once the interpreter is half gone.
atexit.register(_fonts.cache_clear)


@lru_cache(maxsize=8)
def _style(name: str) -> Any:
    from weasyprint import CSS

    return CSS(string=(ROOT / "templates" / "printing" / name).read_text(), base_url=str(FONTS) + "/", font_config=_fonts())


@lru_cache(maxsize=32)
def _styles_of(used: tuple[Script, ...]) -> tuple[Any, ...]:
    """What a paper with names in rarer scripts needs besides: their fonts, before the emoji's. None for the usual paper."""
    from weasyprint import CSS

    if not used:
        return ()
    faces = "".join(
        f'@font-face {{ font-family: "Munim {one.font}"; src: url(NotoSans{one.font}-{file}.ttf); font-weight: {weight}; }}\n'
        for one in used
        for file, weight in (("Regular", "normal"), ("Bold", "bold"))
    )
    families = ", ".join(f'"Munim {name}"' for name in ("Sans", "Devanagari", *(one.font for one in used), "Emoji"))
    css = f"{faces}html {{ font-family: {families}; }}"
    return (CSS(string=css, base_url=str(FONTS) + "/", font_config=_fonts()),)
