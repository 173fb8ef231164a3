"""How long the law has the books of a business kept."""

from __future__ import annotations

from datetime import date

import pytest

from webapp.kernel.dates import FinancialYear
from webapp.winding_up.rules import LAWS, Kept, is_company, kept

CGST, COMPANIES = (law.source for law in LAWS)
YEAR = FinancialYear(2026)


@pytest.mark.parametrize(
    ("last_entry", "closed_on", "of_company", "until"),
    [
        (None, date(2026, 11, 20), True, Kept(date(2026, 11, 20), "")),
        # Of 2026-27 the annual return is due on 31-12-2027; seventy-two months later is 31-12-2033.
        (date(2026, 11, 20), date(2026, 12, 20), False, Kept(date(2033, 12, 31), CGST)),
        (date(2027, 3, 31), date(2027, 3, 31), False, Kept(date(2033, 12, 31), CGST)),
        (date(2027, 3, 31), date(2027, 4, 1), False, Kept(date(2034, 12, 31), CGST)),
        # 2026-27 is one of the eight years before 2034-35, which ends on 31-03-2035.
        (date(2026, 11, 20), date(2026, 12, 20), True, Kept(date(2035, 3, 31), COMPANIES)),
        (date(2028, 4, 1), date(2026, 12, 20), True, Kept(date(2037, 3, 31), COMPANIES)),
        (date(2024, 5, 1), date(2026, 12, 20), False, Kept(date(2033, 12, 31), CGST)),
    ],
)
def test_the_later_of_what_applies(last_entry: date | None, closed_on: date, *, of_company: bool, until: Kept) -> None:
    assert kept(last_entry, closed_on, of_company=of_company) == until


def test_each_law_by_itself() -> None:
    assert [law.last_day(YEAR) for law in LAWS] == [date(2033, 12, 31), date(2035, 3, 31)]


@pytest.mark.parametrize(
    ("gstins", "expected"),
    [({"27AABCS1234D1ZV"}, True), ({"27AABFS1234D1ZV"}, False), ({"27AABFS1234D1ZV", "33AABCI1234D1ZC"}, True), (set(), False)],
)
def test_a_company_is_known_by_its_pan(gstins: set[str], *, expected: bool) -> None:
    assert is_company(frozenset(gstins)) is expected
