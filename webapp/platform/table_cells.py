"""The cells of a table, in Python: a list draws hundreds on a page, and a template macro costs ten times as much each.

Called from templates as `t.cell` and `t.rows` (templates/macros/tables.html, which tells what each word means).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

from markupsafe import Markup, escape

from webapp.kernel.money import rupees
from webapp.platform import templating

NUMERIC = frozenset({"amount", "rupees", "qty", "percent", "number"})
_DATED = frozenset({"day", "clock"})
_WITHOUT_LABEL = frozenset({"title", "figure", "bare"})
_NOTHING = frozenset({"", templating.amount(0)})


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
    span: int = 1,
    caller: Callable[[], Any] | None = None,
) -> Markup:
    """One `<td>`, or the row's `<th>`, over `span` columns. Text is escaped; figures are written as the filters write them."""
    negative = kind in NUMERIC and isinstance(value, int) and value < 0
    inner = str(caller()) if caller is not None else words(value, kind)
    has_none = not value if caller is None else inner.strip() in _NOTHING
    is_nil = kind == "amount" and has_none  # gone on a phone where it is one of two sides
    opening = _opening(str(label), kind, phone, extra, head, negative, is_nil, span)
    if url:
        inner = f'<a href="{escape(url)}"{_ROW_LINK if link == "row" else ""}>{inner}</a>'
    return Markup(f"{opening}{inner}{_below(sub)}{_CLOSING[head]}")  # noqa: S704 - every part is escaped above


def rows(things: Iterable[Any], columns: Sequence[Mapping[str, Any]], prefix: str = "row-", soft: str | None = None) -> Markup:
    """The rows of a list, each a `<tr>` with the id `prefix` and the thing's own.

    A column says as `cell` does how it is drawn, and of which attribute: `of`, and `sub` for the line below it. `url` is
    what its address begins with; the id ends it. `words` are what each value is called: of several values, with + between.
    `ticks` draws a box of that name, with the id as its value, for the form whose id is `form`, called by the attribute `named`.
    `nothing` stands where there is no value. Rows whose attribute `soft` is true are drawn so.
    """
    drawn = [_writer(column) for column in columns]
    name = escape(prefix)
    is_soft = attrgetter(soft) if soft else _never
    return Markup(  # noqa: S704 - a writer escapes what it writes
        "".join(
            f'<tr id="{name}{known}" role="row"{_SOFT if is_soft(thing) else ""}>\n{"".join([write(thing, known) for write in drawn])}</tr>'
            for thing in things
            for known in [str(escape(str(thing.id)))]
        )
    )


def _writer(column: Mapping[str, Any]) -> Callable[[Any, str], str]:
    """What draws one column of a row, given the thing and its id as it stands in addresses: all that is the same for every row is
    worked out here, once."""
    kind, is_head, sub = column.get("kind") or "text", column.get("head", False), column.get("sub")
    opening = partial(_opening, str(column["label"]), kind, column.get("phone"), column.get("extra", ""), is_head)
    plain = opening(negative=False, is_nil=False)
    value_of, write, closing = attrgetter(column["of"]), _words_of(column, kind), _CLOSING[is_head] + "\n"
    if kind in NUMERIC:
        nil, negative = opening(negative=False, is_nil=kind == "amount"), opening(negative=True, is_nil=False)

        def figure(thing: Any, _known: str) -> str:
            value = value_of(thing)
            return f"{negative if value and value < 0 else plain if value else nil}{write(value)}{closing}"

        return figure
    if "ticks" in column:
        box = f'<input type="checkbox" name="{escape(column["ticks"])}" form="{escape(column["form"])}" value="'
        name_of, said = attrgetter(column["named"]), escape(str(column["label"]))
        return lambda thing, known: f'{plain}{box}{known}" aria-label="{said} {escape(str(name_of(thing)))}">{closing}'
    if "url" in column:
        start = f'{plain}<a href="{escape(column["url"])}'
        return lambda thing, known: f'{start}{known}"{_ROW_LINK}>{write(value_of(thing))}</a>{closing}'
    if sub is None:
        return lambda thing, _known: f"{plain}{write(value_of(thing))}{closing}"
    sub_of = attrgetter(sub)
    return lambda thing, _known: f"{plain}{write(value_of(thing))}{_below(sub_of(thing))}{closing}"


def _below(value: Any) -> str:
    return f'<span class="sub">{escape(value)}</span>' if value else ""


def _words_of(column: Mapping[str, Any], kind: str) -> Callable[[Any], str]:
    if "words" in column:
        named = {key: str(escape(word)) for key, word in column["words"].items()}

        def name(value: Any) -> str:
            if isinstance(value, tuple):
                return " + ".join([name(one) for one in value])
            return named[value] if value in named else str(escape(value))

        return name
    if "nothing" in column:
        nothing = str(escape(column["nothing"]))
        return lambda value: words(value, kind) or nothing
    write = _WORDS.get(kind, _as_text)
    return lambda value: "" if value is None or value == "" else write(value)


def _never(_thing: Any) -> bool:
    return False


def words(value: Any, kind: str) -> str:
    """The words of a value, escaped."""
    return "" if value is None or value == "" else _WORDS.get(kind, _as_text)(value)


def _as_text(value: Any) -> str:
    return str(escape(value))


# How each kind is written. What numbers and days are written with needs no escaping.
_WORDS: dict[str, Callable[[Any], str]] = {
    "amount": templating.amount,
    "rupees": rupees,
    "qty": templating.qty,
    "percent": templating.percent,
    "day": lambda value: f'<time datetime="{value}">{templating.day(value)}</time>',
    "clock": lambda value: f'<time datetime="{value.isoformat()}">{templating.clock(value)}</time>',
}
_ROW_LINK = ' class="row-link"'
_SOFT = ' class="soft"'
_CLOSING = {True: "</th>", False: "</td>"}


@lru_cache(maxsize=4096)
def _opening(label: str, kind: str, phone: str | None, extra: str, head: bool, negative: bool, is_nil: bool, span: int = 1) -> str:  # noqa: FBT001 - a cache keeps places, not names
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
    wide = f' colspan="{span}"' if span > 1 else ""
    return f"{tag}{css}{wide}{said}>"
