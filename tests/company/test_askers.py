"""Files that a job draws, by the rights of who asked: taken away between asking, drawing and fetching, by role, by store, by leaving."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from jobs.notifications import tell_of_report
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from webapp import company, custom_reports, exchange, identity, ledger, outstandings, reports
from webapp.company import StoreDraft
from webapp.custom_reports import Definition, ScheduleDraft
from webapp.custom_reports import queries as report_queries
from webapp.custom_reports.models import ReportRun
from webapp.exchange import Format, Span
from webapp.exchange import queries as ledger_queries
from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.notifications import watching
from webapp.outstandings.rules import USUAL_EDGES
from webapp.platform import storage
from webapp.platform.outbox import Job
from webapp.platform.permissions import Permission, Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books
from webapp.reports import account_files
from webapp.reports.account_files import FileAsked

pytestmark = pytest.mark.database
STORES = [UUID(int=number) for number in range(4)]


@dataclass(frozen=True)
class Ground:
    """A shop of two stores, with a bill made in each, and Anita, who keeps its books."""

    shop: Shop
    trade: Trade
    second: UUID
    anita: Actor
    party: UUID
    client: FlaskClient

    def lowered(self) -> None:
        with open_directory() as directory:
            identity.add_member(directory, self.shop.company_id, self.user_id, Role.CASHIER)

    def removed(self) -> None:
        with open_directory() as directory:
            identity.end_membership(directory, self.shop.actor, self.user_id)

    def held(self, *stores: UUID) -> None:
        with open_books(self.shop.actor) as books:
            company.limit_member(books, self.user_id, stores)

    def held_to_second(self) -> None:
        self.held(self.second)

    @property
    def user_id(self) -> UUID:
        assert self.anita.user_id
        return self.anita.user_id


@pytest.fixture
def ground(app: Flask, sharma: Shop) -> Ground:
    trade = open_trade(sharma.actor)
    trade.item("Dal", 100, cost=60)
    party = trade.customer("Meera")
    trade.sell(trade.line("Dal", 1), total=100, party_id=party)
    with open_books(sharma.actor) as books:
        second = company.create_store(books, StoreDraft(name="Godown", code="GOD"))
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser("anita@sharma.example", sharma.password, "Anita"))
        identity.add_member(directory, sharma.company_id, user.id, Role.ACCOUNTANT)
        token = identity.open_sign_in(directory, user.id, user_agent="test", address="127.0.0.1")
        anita = Actor(sharma.company_id, Role.ACCOUNTANT, user.id, "Anita")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return Ground(sharma, trade, second, anita, party, client)


@dataclass(frozen=True)
class Kind:
    """A kind of file: asked for, drawn, in which state its owner sees it, and where it is fetched."""

    ask: Callable[[Ground], UUID]
    draw: Callable[[Actor, UUID], object]
    state: Callable[[Shop, UUID], str]
    address: str


def ask_account(ground: Ground, store_id: UUID | None = None) -> UUID:
    with open_books(ground.anita) as books:
        days = Period(books.today.replace(month=4, day=1), books.today)
        words = {"opening": "Opening", "total": "Total"}
        asked = FileAsked(ledger.heads(books)["sales"], days, store_id, "csv", "Sales", (), tuple("abcdefg"), words)
        return account_files.ask_file(books, asked)


def account_state(shop: Shop, file_id: UUID) -> str:
    with read_books(shop.actor) as books:
        return account_files.account_file(books, file_id).state


def ask_ledger(ground: Ground) -> UUID:
    with open_books(ground.anita) as books:
        return exchange.ask_file(books, Format.LEDGER, Span())


def ledger_state(shop: Shop, file_id: UUID) -> str:
    with read_books(shop.actor) as books:
        found = ledger_queries.asked_file(books, file_id)
    assert found
    return found.state


def ask_report(ground: Ground, *columns: str) -> UUID:
    with open_books(ground.anita) as books:
        asked = Definition("bills", columns or ("number", "total"))
        made = custom_reports.save_report(books, "Bills", asked, is_shared=True)
        return custom_reports.ask_file(books, made, "csv", {"": "Total"})


def report_state(shop: Shop, run_id: UUID) -> str:
    with read_books(shop.actor) as books:
        return report_queries.run_card(books, run_id).state


def ask_statements(ground: Ground) -> UUID:
    buckets = tuple("012345")[: len(USUAL_EDGES) + 2]
    words = outstandings.Words(tuple("abcdefg"), "Opening", "Closing", "Open", "Days", "On account", buckets, {}, "{page} {pages}")
    with open_books(ground.anita) as books:
        outstandings.ask_statements(books, run_id := new_id(), [ground.party], Period(books.today, books.today), words)
    return run_id


def statement_state(shop: Shop, run_id: UUID) -> str:
    with read_books(shop.actor) as books:
        state = outstandings.statement_run(books, run_id).state
    return {"done": "ready"}.get(state, state)


KINDS = {
    "account": Kind(ask_account, reports.make_account_file, account_state, "/account-files/{}/content"),
    "ledger": Kind(ask_ledger, exchange.make_file, ledger_state, "/ledger-files/{}/content"),
    "report": Kind(ask_report, custom_reports.make_file, report_state, "/custom-report-files/{}"),
    "statements": Kind(ask_statements, outstandings.make_statements, statement_state, "/outstandings/statements/{}.zip"),
}
CHANGES = {"lowered": Ground.lowered, "held": Ground.held_to_second, "removed": Ground.removed}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", KINDS)
def test_rights_taken_away_take_the_file_away(ground: Ground, name: str, change: str) -> None:
    kind = KINDS[name]
    job = Actor(ground.shop.company_id, Role.OWNER, name="job", via="job")
    unmade, made = kind.ask(ground), kind.ask(ground)
    kind.draw(job, made)
    with ground.client.get(kind.address.format(made)) as answer:
        assert (answer.status_code, bool(answer.data)) == (200, True)

    CHANGES[change](ground)
    # Asked for and drawn before: it is given no more.
    with ground.client.get(kind.address.format(made)) as answer:
        assert answer.status_code in {302, 303, 403, 404}
    assert kind.state(ground.shop, made) == "ready", "who may have it has it"
    # Asked for before and drawn now: not made, or, of a report, as far as he may still have it.
    for _twice in range(2):
        kind.draw(job, unmade)
    if (name, change) == ("report", "held"):
        with ground.client.get(kind.address.format(unmade)) as answer:
            assert (answer.status_code, answer.data.count(b"\r\n")) == (200, 1), "of his store there is no bill: the heading alone"
        return
    assert kind.state(ground.shop, unmade) == "refused"
    with ground.client.get(kind.address.format(unmade)) as answer:
        assert answer.status_code in {302, 303, 403, 404}


@pytest.mark.parametrize("name", ["account", "report", "statements"])
def test_a_file_of_ones_stores_stays_ones_own_until_these_are_others(ground: Ground, name: str) -> None:
    kind, job = KINDS[name], Actor(ground.shop.company_id, Role.OWNER, name="job", via="job")
    main = ground.trade.store_id
    ground.held(main)
    made = kind.ask(ground)
    ground.held(main, ground.second)
    kind.draw(job, made)
    address = kind.address.format(made)
    for stores, status in (((main, ground.second), 200), ((main,), 200), ((), 200), ((ground.second,), 404)):
        ground.held(*stores)
        with ground.client.get(address) as answer:
            assert answer.status_code == status, (stores, answer.text)


def test_what_was_asked_for_while_held_to_a_store_is_of_that_store(ground: Ground) -> None:
    job = Actor(ground.shop.company_id, Role.OWNER, name="job", via="job")
    ground.held(ground.second)
    asked = {name: KINDS[name].ask(ground) for name in ("account", "report", "statements")}
    ground.held()
    for name, made in asked.items():
        KINDS[name].draw(job, made)
    with ground.client.get(KINDS["account"].address.format(asked["account"])) as answer:
        assert len(answer.text.splitlines()) == 2, "the heading and what was brought forward: nothing was sold there"
    with ground.client.get(KINDS["report"].address.format(asked["report"])) as answer:
        assert len(answer.text.splitlines()) == 1
    with ground.client.get(KINDS["statements"].address.format(asked["statements"])) as answer:
        assert len(zipfile.ZipFile(io.BytesIO(answer.data)).namelist()) == 1


def test_an_account_of_one_store_goes_by_that_store(ground: Ground) -> None:
    job = Actor(ground.shop.company_id, Role.OWNER, name="job", via="job")
    made, unmade = ask_account(ground, ground.trade.store_id), ask_account(ground, ground.trade.store_id)
    ground.held(ground.trade.store_id)
    for _twice in range(2):
        reports.make_account_file(job, made)
    with ground.client.get(KINDS["account"].address.format(made)) as answer:
        assert len(answer.text.splitlines()) == 3
    ground.held(ground.second)
    reports.make_account_file(job, unmade)
    assert account_state(ground.shop, unmade) == "refused"
    with ground.client.get(KINDS["account"].address.format(made)) as answer:
        assert answer.status_code == 404
    with read_books(ground.anita) as books:
        assert account_files.newest_files(books) == []


def test_a_report_with_costs_is_not_given_to_who_may_not_see_them(ground: Ground) -> None:
    job = Actor(ground.shop.company_id, Role.OWNER, name="job", via="job")
    made, unmade = ask_report(ground, "number", "cost"), ask_report(ground, "number", "cost")
    custom_reports.make_file(job, made)
    with read_books(ground.shop.actor) as books:
        report_id = report_queries.run_card(books, made).row.report_id
    may_export = frozenset({Permission.BILL_READ, Permission.REPORT_EXPORT})  # a role of the business's own
    clerk = Actor(ground.shop.company_id, Role.CUSTOM, new_id(), "Ravi", grants=may_export)
    for reader, has_it in ((clerk, False), (replace(clerk, grants=may_export | {Permission.ITEM_COST_READ}), True)):
        with read_books(reader) as books:
            assert bool(report_queries.runs_of(books, report_id)) is has_it
            if not has_it:
                with pytest.raises(NotFound):
                    report_queries.run_card(books, made)

    def asker(_job: Actor, *_who: object) -> Actor:
        return clerk

    # Whose role lost the costs before it was drawn gets the columns that are left, and has them.
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(identity, "asker_now", asker)
        custom_reports.make_file(job, unmade)
    with read_books(clerk) as books:
        assert report_queries.run_card(books, unmade).row.definition["columns"] == ["number"]
    lying = storage.path_of(ground.shop.company_id, report_queries.storage_key(row_of(clerk, unmade)))
    assert lying.read_text(encoding="utf-8-sig").splitlines()[0] == "number"


def row_of(reader: Actor, run_id: UUID) -> ReportRun:
    with read_books(reader) as books:
        return report_queries.run_card(books, run_id).row


def test_a_schedule_of_who_left_sends_nothing(ground: Ground, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[UUID] = []
    monkeypatch.setattr(watching, "report_ready", lambda _books, run_id: sent.append(run_id))
    with open_books(ground.anita) as books:
        made = custom_reports.save_report(books, "Bills", Definition("bills", ("number", "total")), is_shared=True)
        custom_reports.create_schedule(books, made, ScheduleDraft("day", 0, 9 * 60, "csv", ("ca@example.in",)), {"": "Total"})

    def of_today() -> Any:
        clock.advance(days=1)
        with open_books(ground.shop.actor) as books:
            assert custom_reports.prepare_due(books) == 1
        with read_books(ground.shop.actor) as books:
            run_id, event_id = books.session.execute(select(ReportRun.id, ReportRun.event_id).order_by(ReportRun.due_at.desc())).all()[0]
        tell_of_report(Job(ground.shop.company_id, event_id, {"run_id": str(run_id)}))
        return run_id

    here = of_today()
    ground.removed()
    gone = of_today()
    assert (report_state(ground.shop, here), report_state(ground.shop, gone)) == ("ready", "refused")
    assert sent == [here]


def test_nothing_of_what_was_refused_lies_on_the_disk(ground: Ground) -> None:
    job = Actor(ground.shop.company_id, Role.OWNER, name="job", via="job")
    asked = {name: kind.ask(ground) for name, kind in KINDS.items()}
    ground.removed()
    for name, kind in KINDS.items():
        kind.draw(job, asked[name])
    lying = [path.name for path in storage.path_of(ground.shop.company_id, "ab.csv").parents[1].rglob("*") if path.is_file()]
    assert not [name for name in lying if any(one.hex in name for one in asked.values())]


@given(st.none() | st.frozensets(st.sampled_from(STORES), min_size=1), st.frozensets(st.sampled_from(STORES)))
def test_a_file_is_covered_when_no_row_of_it_is_of_another_store(allowed: frozenset[UUID] | None, of: frozenset[UUID]) -> None:
    everywhere = frozenset(STORES)
    in_it, mine = of or everywhere | {UUID(int=9)}, allowed if allowed is not None else everywhere | {UUID(int=9)}
    assert company.covers(allowed, of) == (in_it <= mine)
