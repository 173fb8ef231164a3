"""Two hands at the same moment: real commits, real threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Engine

from tests.conftest import Clock
from tests.ground.shops import found_shop
from tests.vouchers.conftest import Desk, open_desk
from tests.vouchers.test_posting import no_breach
from webapp import vouchers
from webapp.kernel.errors import Conflict
from webapp.platform import clock as clocks


@pytest.fixture
def busy(real_engine: Engine, clock: Clock) -> Desk:
    return open_desk(found_shop("Busy Stores", email="busy@example.com", state_code="27"))


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run these at the same moment; what each gave, or the refusal."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except Conflict as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_tabs_with_one_form_post_once(busy: Desk) -> None:
    command = busy.command("payment", ("Rent", 5), ("Cash", -5), voucher_date=clocks.today())
    answers = at_once(*[lambda: busy.save(command)] * 4)
    assert {answer.number for answer in answers if isinstance(answer, vouchers.DocumentRow)} == {"2600PY/000001"}
    assert len(busy.rows()) == 1
    no_breach(busy)


def test_many_hands_leave_no_gap(busy: Desk) -> None:
    day = clocks.today()
    commands = [busy.command("payment", ("Rent", 5), ("Cash", -5), voucher_date=day) for _ in range(8)]
    at_once(*[lambda command=command: busy.save(command) for command in commands])
    assert sorted(row.number for row in busy.rows()) == [f"2600PY/{number:06d}" for number in range(1, 9)]
    no_breach(busy)


def test_of_two_amendments_one_stands(busy: Desk) -> None:
    kept = busy.post("payment", ("Rent", 5), ("Cash", -5), voucher_date=clocks.today())
    changed = [replace(vouchers.command_of(kept), narration=words) for words in ("mine", "yours")]
    answers = at_once(*[lambda command=command: busy.save(command) for command in changed])
    assert sorted(isinstance(answer, Conflict) for answer in answers) == [False, True]
    assert busy.document(kept.id).version == 2
    no_breach(busy)
