"""From HTML to PDF by WeasyPrint, in a process that has done it before: fonts, style sheets and templates are kept."""

from __future__ import annotations

import atexit
import gc
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from webapp.platform import templating

ROOT = Path(__file__).parents[2]
FONTS = Path(__file__).parent / "fonts"


def draw(template: str, style: str, *, fits_content: bool = False, **values: Any) -> bytes:
    """The PDF of a template of templates/printing with one of its style sheets.

    `fits_content` ends the paper where its content ends, as a roll of paper does.
    """
    from weasyprint import HTML

    html = _templates().get_template(f"printing/{template}").render(**values)
    # A collection in the middle of a layout walks a hundred thousand boxes that are all still needed.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        document = HTML(string=html, base_url=str(FONTS) + "/").render(stylesheets=[_style(style)], font_config=_fonts())
        if fits_content:
            _cut(document)
        pdf: bytes = document.write_pdf()
    finally:
        if was_collecting:
            gc.enable()
    return pdf


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
