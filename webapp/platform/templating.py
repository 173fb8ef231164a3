"""What templates may call: filters for money, quantity and days, and where files are."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask, current_app, g
from flask.templating import Environment as FlaskEnvironment
from flask_babel import force_locale, get_translations
from markupsafe import Markup

from webapp.kernel.dates import IST, written
from webapp.kernel.money import indian_grouping, plain_decimal, rupees
from webapp.platform.refusals import told


class Environment(FlaskEnvironment):
    """Templates that share one dictionary of globals. Jinja's own lays an empty one over it for each template and compares the two in
    Python at every import of a macro: a twentieth of a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves for a template that has none of its own."""
        return super().make_globals(d) if d else self.globals


def amount(paise: int | None) -> str:
    """Figures alone, grouped; nothing is a dash, as accountants leave it."""
    return indian_grouping(paise) if paise else "–"


def qty(thousandths: int | None) -> str:
    """A quantity without trailing zeros: 1500 is 1.5."""
    return "" if thousandths is None else plain_decimal(thousandths, 3)


def grouped(number: int) -> str:
    """A count in lakh and crore: 12,34,567."""
    return indian_grouping(number * 100).removesuffix(".00")


def percent(basis_points: int | None) -> str:
    """1800 is 18%."""
    return "" if basis_points is None else plain_decimal(basis_points, 2) + "%"


def price(millipaise: int | None) -> str:
    """A unit price in rupees, at least two decimals: 9950000 is 99.50."""
    if millipaise is None:
        return ""
    if millipaise % 1000 == 0:
        return indian_grouping(millipaise // 1000)
    return plain_decimal(millipaise, 5)


@lru_cache(maxsize=1024)  # a list says the same few days over and over
def day(value: date | None) -> str:
    """20-Nov-2026."""
    return "" if value is None else written(value)


def clock(instant: datetime | None) -> str:
    """The time in India, to the minute."""
    if instant is None:
        return ""
    local = instant.astimezone(IST)
    return f"{local.hour:02d}:{local.minute:02d}"


def day_and_clock(instant: datetime | None) -> str:
    """20-Nov-2026 14:02, in India."""
    return "" if instant is None else f"{written(instant.astimezone(IST).date())} {clock(instant)}"


# What pages and papers write values with.
def bdi(words: str) -> Markup:
    """A name kept apart from the words beside it, so that one in Arabic or Urdu does not turn them round."""
    return Markup("<bdi>{}</bdi>").format(words)


FILTERS = {
    "bdi": bdi,
    "rupees": rupees,
    "grouped": grouped,
    "amount": amount,
    "qty": qty,
    "percent": percent,
    "price": price,
    "day": day,
    "clock": clock,
    "day_and_clock": day_and_clock,
}


# The sentences of each catalogue as they stand in pages: a page says sixty, the same each time.
_SAID: WeakKeyDictionary[Any, dict[str, Markup]] = WeakKeyDictionary()
_MOST_SAID = 20_000  # more than there are; what is not one of ours fills nobody's memory


def text(message: str, **values: Any) -> Markup:
    """A sentence in the reader's language. What was said before in it is found once a request, not once a sentence."""
    said: dict[str, Markup] | None = g.get("said")
    if said is None:
        said = g.said = _SAID.setdefault(_catalogue(), {})
    found = said.get(message)
    if found is None:
        found = Markup(_catalogue().gettext(message))  # noqa: S704 - our own sentence; its values are escaped below
        if len(said) < _MOST_SAID:
            said[message] = found
    return found % values if values else found


def plural(one: str, many: str, num: int, **values: Any) -> Markup:
    """A sentence that counts, in the reader's language; `num` is there to be written in it."""
    return Markup(_catalogue().ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704 - as above


def drawn_once(part: str, language: str, key: str | None, caller: Callable[[], Markup]) -> Markup:
    """What the call block draws, drawn for the first page and kept for the others with the same part, language and key.

    Together they tell everything the block depends on, and there are few of them. With no key it is drawn each time.
    """
    if not key:
        return caller()
    kept: dict[tuple[str, str, str], Markup] = current_app.extensions["munim.drawn"]
    found = kept.get((part, language, key))
    if found is None:
        found = kept[part, language, key] = caller()
    return found


def icon_drawer(app: Flask) -> Callable[..., Markup]:
    """What draws the symbols of an app's pages, each once in its life: a page has dozens, and a macro costs ten times as much."""

    @lru_cache(maxsize=1024, typed=True)  # a word that is escaped and one that is not yet are equal otherwise
    def icon(name: str, *, big: bool = False, tone: str | None = None) -> Markup:
        """One symbol of the sprite, as decoration: what it means stands beside it."""
        css = " ".join(["icon", *(["big"] if big else []), *([tone] if tone else [])])
        drawn = Markup('<svg class="{}" aria-hidden="true" width="18" height="18"><use href="{}#{}"/></svg>')
        return drawn.format(css, app.jinja_env.globals["asset"]("icons/sprite.svg"), name)  # type: ignore[operator]  # Jinja's globals are objects

    return icon


def text_in(language: str) -> Callable[[str], Markup]:
    """The `_` of another language than the reader's, for a page that speaks two."""
    with force_locale(language):
        catalogue = get_translations()
    return lambda message: Markup(catalogue.gettext(message))  # noqa: S704 - our own sentence


def account_name(name: str) -> str:
    """An account or group of the chart in the reader's language; one that the shop has named itself as it is."""
    return account_namer()(name)


def account_namer() -> Callable[[str], str]:
    """`account_name` for a reader who is known now, to be asked when the request is over: a file is written after it."""
    catalogue = _catalogue()
    return lambda name: str(catalogue.pgettext("chart", name))


def _catalogue() -> Any:
    kept = g.get("text_catalogue")
    if kept is None:
        kept = g.text_catalogue = get_translations()
    return kept


def register(app: Flask) -> None:
    """Add the filters, the words and the cells of tables to an app."""
    from webapp.platform.table_cells import cell, rows

    app.extensions["munim.drawn"] = {}
    app.jinja_env.globals.update({"_": text, "gettext": text, "ngettext": plural, "drawn_once": drawn_once})
    app.jinja_env.globals.update({"table_cell": cell, "table_rows": rows})
    app.jinja_env.globals["drawn_icon"] = icon_drawer(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS, told=told, account_name=account_name)
