"""Real processes and real commits: two schedulers at the same day's reminders, and one that is killed on the way."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.conftest import Clock
from tests.dunning.conftest import Dunner
from tests.ground.shops import found_sharma
from tests.notifications.conftest import Carrier
from tests.notifications.test_processes import in_processes
from webapp import notifications

pytestmark = pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")


@pytest.fixture
def real(real_engine: Engine, clock: Clock, carrier: Carrier) -> Dunner:
    """A shop whose six customers are late, on a database that keeps what is committed."""
    made = Dunner(found_sharma().actor)
    made.rule(1)
    made.switch()
    for number in range(6):
        made.late(made.customer(f"Customer {number}", phone=f"+9198220103{number:02d}"), 100, 3)
    return made


def test_two_schedulers_and_one_that_was_killed_leave_one_message_each(
    real_engine: Engine, real: Dunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify = notifications.notify

    def dies(*more: Any, **about: Any) -> int:
        made = notify(*more, **about)
        if len(real.sent()) == 2:  # committed before this one
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    with monkeypatch.context() as killing:
        killing.setattr(notifications, "notify", dies)
        assert in_processes(real_engine, real.run) == [-signal.SIGKILL]
    assert len(real.sent()) == len(real.mail()) == 2  # the third went with its message
    assert in_processes(real_engine, real.run, real.run) == [0, 0]
    assert len(real.sent()) == len(real.mail()) == 6
    assert len({row.recipient for row in real.mail()}) == 6
