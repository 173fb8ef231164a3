"""The cell of a table, in Python: a list draws hundreds on a page, and a template macro costs ten times as much each.

Called from templates as `t.cell` (templates/macros/tables.html, which tells what each word means).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from webapp.kernel.money import rupees
from webapp.platform import templating

NUMERIC = frozenset({"amount", "rupees", "qty", "percent", "number"})
_DATED = frozenset({"day", "clock"})
_WITHOUT_LABEL = frozenset({"title", "figure", "bare"})
_PLAIN: dict[str, Callable[[Any], str]] = {
    "amount": templating.amount,
    "rupees": rupees,
    "qty": templating.qty,
    "percent": templating.percent,
}


def cell(
    label: str,
    value: Any = None,
    kind: str = "text",
    phone: str | None = None,
    url: str | None = None,
    link: str | None = None,
    sub: Any = None,
    head: bool = False,  # noqa: FBT001, FBT002 - given by name in templates
    extra: str = "",
    caller: Callable[[], Any] | None = None,
) -> Markup:
    """One `<td>`, or the row's `<th>`. Text is escaped; figures are written as the filters write them."""
    negative = kind in NUMERIC and isinstance(value, int) and value < 0
    is_nil = kind == "amount" and not value  # gone on a phone where it is one of two sides
    opening = _opening(str(label), kind, phone, extra, head, negative, is_nil)
    inner = str(caller()) if caller is not None else words(value, kind)
    if url:
        inner = f'<a href="{escape(url)}"{_ROW_LINK if link == "row" else ""}>{inner}</a>'
    below = f'<span class="sub">{escape(sub)}</span>' if sub else ""
    return Markup(f"{opening}{inner}{below}{_CLOSING[head]}")  # noqa: S704 - every part is escaped above


def words(value: Any, kind: str) -> str:
    """The words of a value, escaped."""
    if value is None or value == "":
        return ""
    if kind in _PLAIN:
        return _PLAIN[kind](value)
    if kind == "day":
        return f'<time datetime="{value}">{templating.day(value)}</time>'
    if kind == "clock":
        return f'<time datetime="{value.isoformat()}">{templating.clock(value)}</time>'
    return str(escape(value))


_ROW_LINK = ' class="row-link"'
_CLOSING = {True: "</th>", False: "</td>"}


@lru_cache(maxsize=4096)
def _opening(label: str, kind: str, phone: str | None, extra: str, head: bool, negative: bool, is_nil: bool) -> str:  # noqa: FBT001 - a cache keeps places, not names
    names = " ".join(
        name
        for name in (
            "num" if kind in NUMERIC else "",
            "date" if kind in _DATED else "",
            "code" if kind == "code" else "",
            f"phone-{phone}" if phone else "",
            "negative" if negative else "",
            "nil" if is_nil else "",
            extra,
        )
        if name
    )
    tag = '<th scope="row" role="rowheader"' if head else '<td role="cell"'
    css = f' class="{escape(names)}"' if names else ""
    said = f' data-label="{escape(label)}"' if label and phone not in _WITHOUT_LABEL else ""
    return f"{tag}{css}{said}>"
