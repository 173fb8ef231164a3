"""What posts a second voucher for tax collected writes alone from its beginning: two that had shared the turn would wait for each other."""

from __future__ import annotations

import pytest

from tests.sales.trade import CREDIT
from tests.tcs.conftest import Yard
from tests.tcs.test_collecting import BILL
from webapp.platform import turns


def test_a_return_and_a_cancelling_take_the_turn_alone_and_first(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = yard.bill(*BILL), yard.bill(*BILL)
    plain = yard.bill(("Tape", "1"))
    asked: list[str] = []
    real = turns._ask

    def noted(books: object, statement: object, turn: str) -> None:
        asked.append(turn)
        real(books, statement, turn)  # type: ignore[arg-type]

    monkeypatch.setattr(turns, "_ask", noted)
    note = yard.trade.take_back(first, (1, 40), mode=CREDIT).invoice_id
    assert asked == ["alone"]
    asked.clear()
    yard.trade.cancel(note)
    assert asked == ["alone"]
    asked.clear()
    yard.trade.cancel(second)
    assert asked == ["alone"]
    asked.clear()
    yard.trade.cancel(plain)
    assert asked == ["shared"], "a bill without such goods still writes beside others"
    yard.check()
