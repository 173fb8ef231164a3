"""What becomes of a plan by itself, what owners are told of it, and the console of who hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from structlog.testing import CapturingLogger

from jobs import chores
from tests.conftest import Clock
from tests.ground.shops import Shop, found_shop
from tests.plans.conftest import PLANS, Hosting, as_host, give
from tests.sales.trade import open_trade
from webapp import cli, plans
from webapp.kernel.errors import BooksError
from webapp.notifications.models import Notice
from webapp.plans import queries, service, watching
from webapp.platform.settings import BadSetting
from webapp.platform.tenancy import read_books


def past(shop: Shop) -> list[str]:
    with read_books(shop.actor) as books:
        return [f"{one.how} {one.granted.key}" for one in reversed(queries.past(books))]


def told(shop: Shop, event: str) -> list[str]:
    with read_books(shop.actor) as books:
        return [one.title for one in books.session.scalars(select(Notice).where(Notice.event == event).order_by(Notice.id))]


def watch(*shops: Shop) -> None:
    for shop in shops:
        plans.watch(as_host(shop))


def test_a_new_business_begins_with_its_trial_and_falls_to_the_next_plan(engine: object, hosted: Path, clock: Clock) -> None:
    shop = found_shop("Rao Traders", email="owner@rao.example", state_code="29")
    assert past(shop) == ["founded shop"]
    assert not told(shop, "plan_changed"), "who has just signed up is not told of it"
    clock.advance(days=21)
    watch(shop)
    assert not told(shop, "plan_ends")
    clock.advance(days=1)
    watch(shop)
    watch(shop)
    assert told(shop, "plan_ends") == ["The plan of Rao Traders ends on 19-Dec-2026"]
    clock.advance(days=5)
    watch(shop)
    clock.advance(days=1)
    watch(shop)
    assert len(told(shop, "plan_ends")) == 2, "a week and a day before"
    clock.advance(days=1)
    watch(shop)
    assert past(shop) == ["founded shop"], "its last day is a day of the trial"
    clock.advance(days=1)
    watch(shop)
    watch(shop)
    assert past(shop) == ["founded shop", "ended free"]
    assert told(shop, "plan_changed") == ["The plan of Rao Traders is Free / मुफ़्त"]


def test_older_businesses_begin_when_the_machine_gets_plans(sharma: Shop, iyer: Shop, hosted: Path, clock: Clock) -> None:
    assert past(sharma) == []
    clock.advance(days=1_000)
    watch(sharma, iyer)
    assert past(sharma) == ["adopted shop"]
    with read_books(sharma.actor) as books:
        found = queries.stands_on(books)
    assert (found.is_trial, found.until is not None and (found.until - found.since).days) == (True, 29)


def test_a_plan_that_nothing_follows_is_over_and_its_owners_are_told(sharma: Shop, hosting: Hosting, clock: Clock) -> None:
    hosting(PLANS.replace('afterwards = "free"\n', ""))
    give(sharma, "shop", until=clock.now.date())
    clock.advance(days=3)
    watch(sharma)
    watch(sharma)
    assert past(sharma) == ["set shop", "ended "]
    assert told(sharma, "plan_over") == ["The plan of Sharma Stores has ended"]
    with read_books(sharma.actor) as books:
        assert queries.stands_on(books).since.isoformat() == "2026-11-21"
    with pytest.raises(BooksError, match="The plan of this business has ended"):
        service.extend(as_host(sharma), clock.now.date().replace(year=2027))


def test_a_month_with_many_bills_is_told_once(sharma: Shop, hosted: Path, clock: Clock) -> None:
    trade = open_trade(sharma.actor)
    trade.item("Soap", 100, stock_of=1_000)
    give(sharma, "free")
    watch(sharma)
    for _one in range(8):
        trade.sell(trade.line("Soap"), total=100)
    for _day in range(3):
        watch(sharma)
        clock.advance(days=1)
    assert told(sharma, "plan_bills") == ["8 of 10 bills of Nov 2026"]
    for _one in range(3):
        trade.sell(trade.line("Soap"), total=100)
    watch(sharma)
    assert told(sharma, "plan_bills")[1:] == ["11 of 10 bills of Nov 2026"]
    give(sharma, "shop")
    for _one in range(6):
        trade.sell(trade.line("Soap"), total=100)
    watch(sharma)
    watch(sharma)
    assert told(sharma, "plan_bills")[2:] == ["17 of 20 bills of Nov 2026"], "the larger plan is near its own limit"
    clock.advance(days=15)
    watch(sharma)
    assert len(told(sharma, "plan_bills")) == 3, "a new month, a new count"


def test_a_plan_taken_out_of_the_file_stays_as_it_was_granted(sharma: Shop, hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(watching, "log", log)
    hosting()
    give(sharma, "shop")
    hosting(PLANS.replace("[plans.shop]", "[plans.store]").replace('begins_with = "shop"', 'begins_with = "store"'))
    with read_books(sharma.actor) as books:
        found = queries.stands_on(books)
    assert (found.key, found.limits.members, found.limits.stores) == ("shop", 3, 2)
    watch(sharma)
    assert "offered no more" in str(log.calls), "the log tells the host each day"


def test_the_chore_is_one_of_a_machine_with_plans_alone(hosting: Hosting, sharma: Shop, clock: Clock) -> None:
    assert "watch_plans" not in chores.due_chores(clock.now, lambda _what: True)
    hosting()
    assert "watch_plans" in chores.due_chores(clock.now, lambda _what: True)
    chores.watch_plans()
    assert past(sharma) == ["adopted shop"]


# The console -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(engine: object, hosted: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    """`python -m webapp …` in this process, on this test's database."""
    monkeypatch.setenv("PLANS_FILE", str(hosted))
    monkeypatch.setenv("VAR_DIR", str(tmp_path))

    def invoke(*words: str) -> Result:
        group = plans.plan_verbs(lambda: None) if words[0] == "plan" else plans.plans_verbs(lambda: None)
        return CliRunner().invoke(group, list(words[1:]))

    return invoke


def said(result: Result) -> str:
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def problem(result: Result) -> str:
    assert isinstance(result.exception, BooksError), result
    return " ".join(getattr(result.exception, "errors", {}).values()) or result.exception.problem


def test_the_host_gives_extends_and_looks(run, sharma: Shop, clock: Clock) -> None:  # type: ignore[no-untyped-def]
    code = said(run("plan", "list")).split()
    [mine] = [word for word in code if word.startswith("SHAR")]
    assert "shop since" in said(run("plan", "set", mine.lower(), "shop", "--until", "2026-12-31", "--why", "paid by cheque"))
    assert "through 31-Jan-2027" in said(run("plan", "extend", mine, "2027-01-31"))
    assert "Give a later day" in problem(run("plan", "extend", mine, "2027-01-31"))
    assert "like 2027-03-31" in problem(run("plan", "extend", mine, "tomorrow"))
    assert "This day is over" in problem(run("plan", "set", mine, "shop", "--until", "2026-11-19"))
    assert "Choose a plan" in problem(run("plan", "set", mine, "gold"))
    shown = said(run("plan", "show", mine))
    for words in ("people 1 of 3", "stores 1 of 2", "bills this month 0 of 20", "extended", "paid by cheque", "by console"):
        assert words in shown, words
    assert "There is no business NOBODY" in run("plan", "show", "NOBODY").output
    assert told(sharma, "plan_changed") == ["The plan of Sharma Stores is Shop / दुकान"] * 2
    clock.advance(days=90)
    assert "no last day" in problem(run("plan", "extend", mine, "2027-12-31")), "it has fallen to the free one"
    assert "request does not exist" in problem(run("plan", "decline", mine))


def test_the_host_is_told_what_would_not_fit(run, sharma: Shop) -> None:  # type: ignore[no-untyped-def]
    from tests.plans.test_enforcing import make_store

    give(sharma, "chain")
    make_store(sharma, "PUN")
    [mine] = [word for word in said(run("plan", "list")).split() if word.startswith("SHAR")]
    assert problem(run("plan", "set", mine, "free")) == "Open stores: 2 of 1, so 1 must be closed."
    assert "free since" in said(run("plan", "set", mine, "free", "--anyway"))


def test_the_file_is_checked_by_the_console_and_at_the_start(run, sharma: Shop, hosted: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    give(sharma, "shop")
    assert "chain  Chain  people any" in said(run("plans", "check"))
    bad = tmp_path / "bad.toml"
    bad.write_text("begins_with = 3\n")
    assert "begins_with is no text" in problem(run("plans", "check", str(bad)))
    with pytest.raises(BadSetting, match="begins_with is no text"):
        plans.check_at_start(str(bad))
    hosted.write_text(PLANS.replace("members = 3", "members = 9"))
    from webapp.plans import offered

    offered._kept.cache_clear()
    assert "with other limits than the file's" in said(run("plans", "check"))


def test_without_a_file_the_console_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PLANS_FILE", raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    done = CliRunner().invoke(cli.verbs, ["plan", "list"])
    assert (done.exit_code, "PLANS_FILE is not set" in done.output) == (1, True)
