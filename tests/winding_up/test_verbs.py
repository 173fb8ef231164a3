"""The console's verbs, and who alone reaches what lifts the guards."""

from __future__ import annotations

from click.testing import CliRunner

from tests.architecture.sources import program
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp.kernel.errors import BooksError
from webapp.winding_up.verbs import company_verbs


def said(*words: str) -> str:
    """What a verb prints; or, of a refusal, its problem."""
    found = CliRunner().invoke(company_verbs(lambda: None), list(words))
    return found.exception.problem if isinstance(found.exception, BooksError) else found.output


def test_the_console_closes_takes_back_and_keeps(sharma: Shop, clock: Clock) -> None:
    number = str(sharma.company_id)
    assert "No business is to be closed" in said("list")
    assert "20-Dec-2026" in said("close", number)
    assert f"{number}  Sharma Stores  to be closed on 20-Dec-2026" in said("list")
    assert "stays open" in said("take-back", number)
    assert "No business is to be closed" in said("list")
    assert "not closed" in said("delete", number)
    said("close", number)
    clock.advance(days=31)
    assert "Closed. Its books are kept through 21-Dec-2026" in said("close", number), "nothing was ever posted"
    assert "is closed" in said("take-back", number)
    assert "kept through 21-Dec-2026" in said("keep", number, "2026-12-21")
    assert "Some fields" in said("keep", number, "tomorrow")
    assert "kept through 31-Mar-2040" in said("keep", number, "2040-03-31")
    assert "kept through 31-Mar-2040" in said("delete", number)
    assert "does not exist" in said("close", "4711")


def test_guards_are_lifted_in_one_function_that_one_verb_reaches() -> None:
    reached = {source.name for source in program() if "erase_table(" in source.text}
    assert reached == {"webapp/platform/erasing.py", "webapp/winding_up/service.py"}
    lifted = {source.name for source in program() if "drop trigger" in source.text or "disable trigger" in source.text}
    assert lifted == {"webapp/platform/erasing.py", "webapp/platform/copies.py"}, "copies are filled before anybody opens them"
