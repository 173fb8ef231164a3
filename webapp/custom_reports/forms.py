"""What the pages of custom reports send, as commands; or errors by field. Names are judged later, against the declared list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from webapp.custom_reports import rules
from webapp.custom_reports.rules import Condition, Definition
from webapp.custom_reports.schedules import ScheduleDraft
from webapp.kernel.errors import InvalidInput
from webapp.kernel.text import clean_text

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def parse_definition(form: Mapping[str, str]) -> Definition:
    """The report of a form. `col_<code>` holds the column's place, empty for none. InvalidInput for a place that is no number."""
    places: list[tuple[int, str]] = []
    for name, text in form.items():
        if name.startswith("col_") and text.strip():
            if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 4):
                raise InvalidInput({name: "Write the place of the column as a number: 1 stands first."})
            places.append((int(text), name.removeprefix("col_")))
    conditions = [
        Condition(form[f"filter_{place}"], form.get(f"operator_{place}", ""), clean_text(form.get(f"value_{place}", "")))
        for place in range(rules.MOST_FILTERS)
        if form.get(f"filter_{place}")
    ]
    groups = [form[f"group_{place}"] for place in range(rules.MOST_GROUPS) if form.get(f"group_{place}")]
    sorts = [(form[f"sort_{place}"], form.get(f"falling_{place}") == "1") for place in range(rules.MOST_SORTS) if form.get(f"sort_{place}")]
    columns = tuple(code for _place, code in sorted(places, key=lambda one: one[0]))
    return Definition(form.get("source", ""), columns, tuple(conditions), tuple(groups), tuple(sorts), form.get("period", ""))


def fields_of(asked: Definition) -> dict[str, str]:
    """A definition as the fields of its form."""
    found = {"source": asked.source, "period": asked.period}
    found |= {f"col_{code}": str(place) for place, code in enumerate(asked.columns, 1)}
    for place, one in enumerate(asked.conditions):
        found |= {f"filter_{place}": one.column, f"operator_{place}": one.operator, f"value_{place}": one.value}
    found |= {f"group_{place}": code for place, code in enumerate(asked.groups)}
    for place, (code, falling) in enumerate(asked.sorts):
        found |= {f"sort_{place}": code, f"falling_{place}": "1" if falling else ""}
    return found


def parse_version(form: Mapping[str, str]) -> int:
    """The version the form was opened at; 0, which is none, when it is unreadable."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_schedule(form: Mapping[str, str]) -> ScheduleDraft:
    """A schedule's form. What cannot be read becomes a value that is refused beside its field."""
    clock = _CLOCK.fullmatch(form.get("time", "").strip())
    every = form.get("every", "")
    day = form.get("weekday" if every == "week" else "month_day", "0")
    return ScheduleDraft(
        every=every,
        day=int(day) if day.isascii() and day.isdigit() and len(day) < 3 else -1,
        minute=int(clock[1]) * 60 + int(clock[2]) if clock else -1,
        format=form.get("format", ""),
        recipients=tuple(dict.fromkeys(one for one in re.split(r"[\s,;]+", form.get("recipients", "")[:4000]) if one)),
    )
