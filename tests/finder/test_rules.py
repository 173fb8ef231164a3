"""How what is typed is read."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from webapp.finder.rules import ranked, read_asked, score


@pytest.mark.parametrize(
    ("typed", "series", "seq", "amount"),
    [
        ("123", "", 123, 123_00),
        ("000123", "", 123, 123_00),
        ("26A1/000123", "26A1", 123, None),
        ("26a1/123", "26A1", 123, None),
        ("26A1 123", "26A1", 123, None),
        ("26M1R-7", "26M1R", 7, None),
        ("1,250", "", None, 1250_00),
        ("1,250.00", "", None, 1250_00),
        ("₹1250.5", "", None, 1250_50),
        ("Rs. 99", "", None, 99_00),
        ("1234567", "", None, 1234567_00),
        ("1.234", "", None, None),
        ("0", "", 0, None),
        ("dal", "", None, None),
        ("", "", None, None),
        ("9" * 40, "", None, None),
    ],
)
def test_a_figure_is_a_number_and_an_amount(typed: str, series: str, seq: int | None, amount: int | None) -> None:
    asked = read_asked(typed)
    assert (asked.series, asked.seq, asked.amount) == (series, seq, amount)


def test_money_alone_is_no_name() -> None:
    assert read_asked("1,250.00").words == ()
    assert read_asked("1250").words == ("1250",)


@dataclass(frozen=True)
class Thing:
    title: str
    others: str = ""


@pytest.mark.parametrize(
    ("words", "thing", "fit"),
    [
        (("dal",), Thing("Dal"), 0),
        (("dal1",), Thing("Toor Dal", "dal1"), 0),
        (("to",), Thing("Toor Dal"), 1),
        (("da", "to"), Thing("Toor Dal"), 2),
        (("98",), Thing("Meera", "9822"), 3),
        (("oor",), Thing("Toor Dal"), 4),
        (("oil",), Thing("Toor Dal"), None),
        ((), Thing("Toor Dal"), None),
    ],
)
def test_a_nearer_name_scores_better(words: tuple[str, ...], thing: Thing, fit: int | None) -> None:
    assert score(words, thing) == fit


def test_the_best_come_first_and_no_more_than_asked() -> None:
    things = [Thing("Sundal"), Thing("Dal fry"), Thing("Dal"), Thing("Oil")]
    assert [one.title for one in ranked(read_asked("dal"), things, 2)] == ["Dal", "Dal fry"]
