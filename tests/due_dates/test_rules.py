"""Which days, what lateness costs, and the file for other calendars: tables of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from webapp.due_dates import ics
from webapp.due_dates.rules.calendar import duties
from webapp.due_dates.rules.lateness import cost_of, interest
from webapp.due_dates.rules.law import CRORE, FORMS, Filer, Payer
from webapp.due_dates.service import lead_of, period_days
from webapp.kernel.money import MOST_PAISE, Paise

PUNE, DELHI = "27AABCS1234D1ZV", "07AABCS1234D1ZX"


def days(filers: list[Filer], payer: Payer, first: date, last: date) -> dict[tuple[str, str], date]:
    return {(one.form, one.period): one.due_on for one in duties(filers, payer, first, last)}


def test_who_files_monthly() -> None:
    found = days([Filer(PUNE, "27", turnover=Paise(6 * CRORE))], Payer(), date(2026, 11, 1), date(2027, 1, 31))
    assert found == {
        ("gstr1", "m202610"): date(2026, 11, 11),
        ("gstr3b", "m202610"): date(2026, 11, 20),
        ("cut_off", "y2025"): date(2026, 11, 30),
        ("gstr1", "m202611"): date(2026, 12, 11),
        ("gstr3b", "m202611"): date(2026, 12, 20),
        ("gstr9", "y2025"): date(2026, 12, 31),
        ("gstr9c", "y2025"): date(2026, 12, 31),
        ("gstr1", "m202612"): date(2027, 1, 11),
        ("gstr3b", "m202612"): date(2027, 1, 20),
    }


@pytest.mark.parametrize(("gstin", "state", "day"), [(PUNE, "27", 22), (DELHI, "07", 24)])
def test_who_files_by_quarters_does_so_by_its_state(gstin: str, state: str, day: int) -> None:
    found = days([Filer(gstin, state, is_quarterly=True, turnover=Paise(CRORE))], Payer(), date(2026, 11, 1), date(2027, 1, 31))
    assert found == {
        ("iff", "m202610"): date(2026, 11, 13),
        ("pmt06", "m202610"): date(2026, 11, 25),
        ("cut_off", "y2025"): date(2026, 11, 30),
        ("iff", "m202611"): date(2026, 12, 13),
        ("pmt06", "m202611"): date(2026, 12, 25),
        ("gstr1", "q202612"): date(2027, 1, 13),
        ("gstr3b", "q202612"): date(2027, 1, day),
    }


def test_composition_and_when_its_yearly_day_moved() -> None:
    found = days([Filer(PUNE, "27", is_composition=True)], Payer(), date(2024, 4, 1), date(2025, 7, 31))
    assert found["gstr4", "y2023"] == date(2024, 4, 30)
    assert found["gstr4", "y2024"] == date(2025, 6, 30)
    assert [found["cmp08", f"q{q}"] for q in (202403, 202406, 202409, 202412, 202503)] == [
        date(2024, 4, 18), date(2024, 7, 18), date(2024, 10, 18), date(2025, 1, 18), date(2025, 4, 18)
    ]  # fmt: skip
    assert {form for form, _period in found} == {"cmp08", "gstr4"}


@pytest.mark.parametrize(
    ("turnover", "forms"),
    [(None, {"gstr9"}), (2 * CRORE, set()), (2 * CRORE + 1, {"gstr9"}), (5 * CRORE, {"gstr9"}), (5 * CRORE + 1, {"gstr9", "gstr9c"})],
)
def test_the_yearly_return_by_turnover(turnover: int | None, forms: set[str]) -> None:
    own = Filer(PUNE, "27", turnover=None if turnover is None else Paise(turnover))
    assert {form for form, _ in days([own], Payer(), date(2026, 12, 31), date(2026, 12, 31))} == forms


def test_what_the_business_does_under_income_tax() -> None:
    every = Payer(deducts=True, collects=True, pays_salaries=True, advance="four")
    found = days([], every, date(2026, 4, 1), date(2027, 3, 31))
    assert found["tds_deposit", "m202603"] == date(2026, 4, 30)
    assert found["tcs_deposit", "m202603"] == date(2026, 4, 7)
    assert found["tds_deposit", "m202612"] == date(2027, 1, 7)
    assert [found["26q", f"q{q}"] for q in (202603, 202606, 202609, 202612)] == [
        date(2026, 5, 31), date(2026, 7, 31), date(2026, 10, 31), date(2027, 1, 31)
    ]  # fmt: skip
    assert [found["27eq", f"q{q}"] for q in (202603, 202606, 202609, 202612)] == [
        date(2026, 5, 15), date(2026, 7, 15), date(2026, 10, 15), date(2027, 1, 15)
    ]  # fmt: skip
    assert (found["16a", "q202606"], found["27d", "q202606"], found["16", "y2025"]) == (
        date(2026, 8, 15), date(2026, 7, 30), date(2026, 6, 15)
    )  # fmt: skip
    assert [found["advance", f"m{month}"].day for month in (202606, 202609, 202612, 202703)] == [15] * 4
    once = days([], Payer(advance="one"), date(2026, 4, 1), date(2027, 3, 31))
    assert once == {("advance", "m202703"): date(2027, 3, 15)}
    titles = {one.period: one.title for one in duties([], Payer(deducts=True), date(2026, 5, 1), date(2026, 7, 31)) if one.form == "26q"}
    assert titles == {"q202603": "26Q", "q202606": "Form 140"}, "the quarter says which Act, not the day it is told"


@pytest.mark.parametrize(
    ("form", "late", "turnover", "fee"),
    [
        ("gstr3b", 0, CRORE, 0),
        ("gstr3b", 1, CRORE, 50_00),
        ("gstr3b", 40, CRORE, 2_000_00),
        ("gstr1", 41, 3 * CRORE // 2 + 1, 2_050_00),
        ("gstr1", 1000, None, 5_000_00),
        ("gstr1", 1000, 5 * CRORE + 1, 10_000_00),
        ("gstr4", 100, None, 2_000_00),
        ("gstr9", 10, 4 * CRORE, 500_00),
        ("gstr9", 10, 6 * CRORE, 1_000_00),
        ("gstr9", 10, 21 * CRORE, 2_000_00),
        ("gstr9", 100_000, 6 * CRORE, 24_000_00),
        ("26q", 3, None, 600_00),
        ("cmp08", 3, None, None),
        ("advance", 3, None, None),
        ("gstr9", 10, MOST_PAISE, 2_000_00),
    ],
)
def test_what_lateness_costs(form: str, late: int, turnover: int | None, fee: int | None) -> None:
    due = date(2026, 11, 20)
    own = cost_of(form, due, date.fromordinal(due.toordinal() + late), None if turnover is None else Paise(turnover))
    assert own.fee == fee
    assert own.bears_interest == (form in ("gstr3b", "cmp08") and late > 0)


def test_interest_is_of_days_and_exact() -> None:
    assert interest(1_00_000_00, date(2026, 11, 20), date(2026, 11, 30)) == 493_15
    assert interest(MOST_PAISE, date(2026, 11, 20), date(2026, 11, 20)) == 0


@pytest.mark.parametrize("key", ["", "m", "m20261", "m202613", "q202611", "y26", "x202610", "m٢٠٢٦١٠", "y9999", "m209901", "y2026 "])
def test_no_period(key: str) -> None:
    assert period_days(key) is None


@pytest.mark.parametrize(("left", "lead"), [(8, None), (7, 7), (3, 7), (2, 7), (1, 1), (0, 1), (-1, -1), (-7, -1), (-8, None)])
def test_which_reminder(left: int, lead: int | None) -> None:
    assert lead_of(left) == lead


def test_the_file_for_other_calendars_is_escaped_and_folded() -> None:
    evil = 'कर; a,b\\c "q"\r\nEND:VEVENT\x00\x1b' + "ह" * 60
    made = ics.calendar("Due", [ics.Event("a;b@munim", date(2026, 12, 31), evil, "x\ny")], datetime(2026, 11, 20, 8, 45, tzinfo=UTC))
    assert made.endswith("END:VCALENDAR\r\n")
    lines = made.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in made.replace("\r\n", "")
    whole = made.replace("\r\n ", "").split("\r\n")
    assert 'SUMMARY:कर\\; a\\,b\\\\c "q"\\nEND:VEVENT' + "ह" * 60 in whole
    assert whole.count("END:VEVENT") == 1, "text cannot end the event"
    assert "DTSTART;VALUE=DATE:20261231" in whole
    assert "DTEND;VALUE=DATE:20270101" in whole
    assert ics.folded("x" * 75) == "x" * 75
    assert ics.folded("x" * 76) == "x" * 75 + "\r\n x"


def test_every_form_says_its_rule() -> None:
    assert all(one.rule and one.title for one in FORMS.values())
