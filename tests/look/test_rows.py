"""A list drawn whole is the list its cells would draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from markupsafe import Markup

from webapp.platform.table_cells import cell, rows
from webapp.platform.templating import icon_drawer

HOSTILE = '<b>"R&D" \'n</b>'


@dataclass(frozen=True)
class Thing:
    id: UUID
    value: Any
    more: Any = ""
    is_gone: bool = False


def drawn(column: dict[str, Any], value: Any, **about: Any) -> str:
    """What stands in the row of one thing, on one line."""
    whole = rows([Thing(uuid4(), value, **about)], [{"label": "Amount", "of": "value", **column}])
    return "".join(whole.split("\n")[1:]).removesuffix("</tr>")


@pytest.mark.parametrize("phone", [None, "hide", "figure", "bare", "side"])
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("amount", value) for value in (12_345_600, -1, 0, None)),
        *(("rupees", value) for value in (100, -100)),
        *(("qty", value) for value in (1_500, -1_500, 0, None)),
        ("percent", 1_800),
        ("number", 7),
        ("text", HOSTILE),
        ("text", ""),
        ("text", None),
        ("code", "26A1/000001"),
        ("day", date(2026, 11, 20)),
        ("day", None),
        ("clock", datetime(2026, 11, 20, 8, 32, tzinfo=UTC)),
    ],
)
def test_a_row_draws_what_its_cells_would(kind: str, value: Any, phone: str | None) -> None:
    assert drawn({"kind": kind, "phone": phone}, value) == cell("Amount", value, kind=kind, phone=phone)
    assert drawn({"kind": kind, "phone": phone, "head": True}, value) == cell("Amount", value, kind=kind, phone=phone, head=True)


def test_a_row_leads_to_its_thing_and_is_called_by_it() -> None:
    thing = Thing(uuid4(), HOSTILE, is_gone=True)
    whole = rows([thing], [{"label": "Name", "of": "value", "url": "/things/"}], prefix="thing-", soft="is_gone")
    assert f'<tr id="thing-{thing.id}" role="row" class="soft">' in whole
    assert str(cell("Name", HOSTILE, url=f"/things/{thing.id}", link="row")) in whole
    assert ' class="soft"' not in rows([Thing(uuid4(), "")], [{"label": "Name", "of": "value"}], soft="is_gone")


def test_what_stands_below_and_what_stands_for_nothing() -> None:
    assert drawn({"sub": "more"}, "Ravi", more=HOSTILE) == cell("Amount", "Ravi", sub=HOSTILE)
    assert drawn({"sub": "more"}, "Ravi", more=None) == cell("Amount", "Ravi")
    assert drawn({"nothing": HOSTILE}, "") == cell("Amount", HOSTILE)
    assert drawn({"nothing": "Walk-in"}, "Ravi") == cell("Amount", "Ravi")


def test_values_are_called_by_their_words() -> None:
    words = {"cash": "Cash", "upi": Markup("<i>UPI</i>"), "odd": HOSTILE}
    assert drawn({"words": words}, ("cash", "upi")) == cell("Amount", Markup("Cash + <i>UPI</i>"))
    assert drawn({"words": words}, "odd") == cell("Amount", HOSTILE)
    assert drawn({"words": words}, HOSTILE) == cell("Amount", HOSTILE), "what has no word is written as it is"
    assert drawn({"words": words}, ()) == cell("Amount")


def test_a_cell_stands_over_several_columns() -> None:
    assert (
        cell("Tax", -100, "amount", phone="side", span=3)
        == '<td role="cell" class="num phone-side negative" colspan="3" data-label="Tax">-1.00</td>'
    )
    assert "colspan" not in cell("Tax", -100, "amount")


def test_a_symbol_is_drawn_once_and_escapes_what_it_is_given() -> None:
    app = Flask("symbols")
    asked: list[str] = []
    app.jinja_env.globals["asset"] = lambda name: asked.append(name) or f"/s/1/{name}"  # type: ignore[func-returns-value]
    icon = icon_drawer(app)
    plain = '<svg class="icon" aria-hidden="true" width="18" height="18"><use href="/s/1/icons/sprite.svg#package"/></svg>'
    assert [icon("package"), icon("package")] == [plain] * 2
    assert len(asked) == 1
    assert 'class="icon big ok"' in icon("package", big=True, tone="ok")
    hostile = '"><script>'
    assert [hostile in icon(Markup(hostile)), hostile in icon(hostile)] == [True, False], (
        "a word that was escaped does not stand for one that was not"
    )
