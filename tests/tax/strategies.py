"""Bills as Hypothesis draws them, in the language of the vectors."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from webapp.kernel.money import MOST_PAISE, MOST_QTY

RATES = st.sampled_from([0, 10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000]) | st.integers(0, 10_000)
CESSES = st.sampled_from([0, 0, 0, 1200, 2200, 29_000]) | st.integers(0, 30_000)
QTYS = st.sampled_from([1000, 2000, 250]) | st.integers(0, 10_000_000)
PRICES = st.integers(0, 100_000).map(lambda rupees: rupees * 100_000) | st.integers(0, 10**11)


@st.composite
def lines(draw: st.DrawFn, *, wild: bool = True) -> list[Any]:
    """One line; a `wild` one may be refused: beyond the books, negative, or discounted above its amount."""
    qty, price = draw(QTYS), draw(PRICES)
    if wild and draw(st.integers(0, 60)) == 0:
        qty = draw(st.integers(-1, MOST_QTY + 1))
        price = draw(st.integers(-1, MOST_PAISE * 1000 + 1))
    gross = (2 * qty * price + 1_000_000) // 2_000_000
    discount = draw(st.just(0) | st.integers(0, max(gross, 0)))
    if wild and draw(st.integers(0, 60)) == 0:
        discount = draw(st.integers(-1, MOST_PAISE + 1))
    return [qty, price, draw(st.sampled_from(["plus", "incl"])), discount, draw(RATES), draw(CESSES)]


@st.composite
def bills(draw: st.DrawFn, *, wild: bool = True) -> dict[str, Any]:
    """One bill as a case for `run`."""
    drawn = draw(st.lists(lines(wild=wild), min_size=0, max_size=12))
    amount = sum((2 * line[0] * line[1] + 1_000_000) // 2_000_000 - line[3] for line in drawn)
    most = amount + 1 if wild else amount
    terms = [
        draw(st.sampled_from(["regular", "regular", "regular", "composition", "unregistered"])),
        draw(st.sampled_from(["intra", "inter", "zero_rated"])),
        draw(st.just(0) | st.integers(0, max(most, 0))),
        draw(st.sampled_from(["rounds", "exact"])),
    ]
    return {"call": "work_out", "with": [drawn, terms]}
