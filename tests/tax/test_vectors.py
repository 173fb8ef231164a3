"""Python and the till's JavaScript give what the vectors say, to the paisa."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tax.conftest import InBrowser
from tests.tax.strategies import bills
from tests.vectors import make
from tests.vectors.calls import CALLS, FILES, HERE, cases, outcome_of, run


@pytest.mark.parametrize("name", FILES)
def test_python_gives_what_the_vectors_say(name: str) -> None:
    wrong = [(case, got) for case in cases(name) if (got := run(case)) != outcome_of(case)]
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("name", FILES)
def test_the_till_gives_what_the_vectors_say(name: str, in_browser: InBrowser) -> None:
    batch = cases(name)
    wrong = [(case, got) for case, got in zip(batch, in_browser(batch), strict=True) if got != outcome_of(case)]
    assert wrong == []


def test_every_call_has_a_case_by_hand() -> None:
    by_hand = {case["call"] for name in FILES if name.startswith("hand_") for case in cases(name)}
    assert by_hand == set(CALLS)


def test_the_random_vectors_are_what_their_maker_makes() -> None:
    made = make.files()
    assert set(made) == {name for name in FILES if name.startswith("random_")}
    for name, text in made.items():
        assert (HERE / name).read_text(encoding="utf-8") == text, f"run python tests/vectors/make.py and review {name}"


def _drawn(strategy: st.SearchStrategy[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Fresh cases each run, gathered so that the browser is asked once."""
    gathered: list[dict[str, Any]] = []

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def gather(case: dict[str, Any]) -> None:
        gathered.append(case)

    gather()
    return gathered


@pytest.mark.browser
def test_fresh_bills_are_the_same_in_both_languages(in_browser: InBrowser) -> None:
    batch: list[dict[str, Any]] = []
    while sum(len(case["with"][0]) for case in batch) < 2000:
        batch += _drawn(bills(), 200)
    _compare(batch, in_browser)


@pytest.mark.browser
def test_typed_figures_and_gstins_are_read_alike(in_browser: InBrowser) -> None:
    readers = st.sampled_from(["read_paise", "read_millipaise", "read_qty", "read_basis_points"])
    typed = st.text("0123456789.,-+e₹ Rs%１२१", max_size=14) | st.decimals(-(10**6), 10**6, places=3).map(str)
    figures = st.tuples(readers, typed).map(lambda pair: {"call": pair[0], "with": [pair[1]]})
    gstins = st.text("0123456789ABCDEFZ -zé２", min_size=13, max_size=17) | st.from_regex(
        r"\A[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]\Z"
    )
    batch = _drawn(figures, 400) + _drawn(gstins.map(lambda text: {"call": "check_gstin", "with": [text]}), 200)
    _compare(batch, in_browser)


@pytest.mark.browser
def test_figures_javascript_cannot_hold_are_stopped(in_browser: InBrowser) -> None:
    terms = ["regular", "intra", 0, "exact"]
    line: list[Any] = [1000, 100000, "plus", 0, 1800, 0]
    bad = [
        {"call": "work_out", "with": [[[value if place == spot else known for place, known in enumerate(line)]], terms]}
        for spot in (0, 1, 3, 4, 5)
        for value in (0.5, None, "1", 1e-9)
    ]
    bad += [{"call": "work_out", "with": [[line], ["regular", "intra", value, "exact"]]} for value in (0.5, 2**53)]
    bad += [{"call": "rounded", "with": [2**53, 2]}, {"call": "rupees", "with": [2**53]}, {"call": "split", "with": [1, [2**53]]}]
    assert [case for case, got in zip(bad, in_browser(bad), strict=True) if "gives" in got] == []


def _compare(batch: list[dict[str, Any]], in_browser: InBrowser) -> None:
    expected = [run(case) for case in batch]
    wrong = [found for found in zip(batch, expected, in_browser(batch), strict=True) if found[1] != found[2]]
    assert wrong == [], f"{len(wrong)} of {len(batch)} differ; the shortest: {min(wrong, key=lambda row: len(str(row)))}"
