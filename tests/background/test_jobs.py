"""The page of background work: what it says of each job, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobs import wiring
from jobs.once import once
from jobs.perform import perform
from jobs.relay import relay, sweep
from jobs.scheduler import perform_here
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp import company, identity
from webapp.background import queries, rules, service, words
from webapp.background.queries import Wanted
from webapp.background.service import NotNow
from webapp.kernel.errors import NotFound
from webapp.platform import chore_runs, progress
from webapp.platform.audit import EditLogEntry
from webapp.platform.outbox import MOST_TRIES, STARTED, Job, JobFailure, JobProgress, announce, back_off, open_relay
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, open_directory, read_books

Browse = Callable[[Shop], FlaskClient]


@dataclass(frozen=True)
class PaperAsked:
    paper_id: str = "x"


@dataclass
class Pen:
    """A listener that counts its calls, and fails when told to."""

    calls: int = 0
    fails: BaseException | None = None
    tells: bool = False


@pytest.fixture
def pen(monkeypatch: pytest.MonkeyPatch, sharma: Shop) -> Pen:
    pen = Pen()

    def draw_pdf(job: Job) -> None:
        pen.calls += 1
        if pen.tells:
            progress.tell(3, 12)
        if pen.fails:
            raise pen.fails
        with once(job, draw_pdf):
            pass

    monkeypatch.setattr(wiring, "LISTENERS", {"PaperAsked": [draw_pdf]})
    monkeypatch.setattr("jobs.relay.LISTENERS", {"PaperAsked": [draw_pdf]})
    return pen


def ask(shop: Shop) -> UUID:
    with open_books(shop.actor) as books:
        return announce(books, PaperAsked())


def states(shop: Shop) -> list[str]:
    with read_books(shop.actor) as books:
        return [one.state.value for one in queries.jobs(books, Wanted(), None, 50)]


def give_up(pen: Pen, clock: Clock) -> None:
    pen.fails = RuntimeError("No space left on device")
    relay(perform_here, clock.now)
    for tries in range(1, MOST_TRIES):
        clock.advance(seconds=back_off(tries).total_seconds() + 121)
        sweep(perform_here, clock.now)
    pen.fails = None


def test_every_listener_stands_on_the_page_in_plain_words() -> None:
    for kind, listeners in wiring.LISTENERS.items():
        assert {listener.__name__ for listener in listeners} <= set(rules.HEARD.get(kind, ())), kind
    from flask import Flask
    from flask_babel import Babel

    app = Flask("words")
    Babel(app)
    with app.test_request_context():
        assert set(words.job_words()) == rules.NAMES
        assert set(words.state_words()) == set(rules.State)
    assert set(wiring.MANNERS) <= rules.NAMES


def test_a_job_goes_through_its_states_and_is_given_up(pen: Pen, sharma: Shop, iyer: Shop, clock: Clock) -> None:
    ask(sharma)
    assert states(sharma) == ["waiting"]
    pen.fails = RuntimeError("once")
    relay(perform_here, clock.now)
    assert states(sharma) == ["next_try"]
    clock.advance(minutes=5)
    pen.fails = None
    sweep(perform_here, clock.now)
    assert states(sharma) == ["done"]
    ask(sharma)
    give_up(pen, clock)
    assert states(sharma) == ["given_up", "done"]
    assert states(iyer) == []


def test_a_killed_try_is_under_way_for_its_whole_time_and_then_waits(pen: Pen, sharma: Shop, clock: Clock) -> None:
    event_id = ask(sharma)
    pen.fails = KeyboardInterrupt()  # as a kill, it leaves nothing behind but that it began
    with pytest.raises(KeyboardInterrupt):
        perform("draw_pdf", sharma.company_id, str(event_id))
    assert states(sharma) == ["under_way"]
    with open_books(sharma.actor) as books, pytest.raises(NotNow):
        service.cancel(books, event_id, "draw_pdf")
    clock.advance(seconds=120 + back_off(1).total_seconds())
    assert states(sharma) == ["next_try"]


def test_what_was_given_up_is_tried_again_and_what_is_done_is_not(pen: Pen, sharma: Shop, iyer: Shop, clock: Clock) -> None:
    event_id = ask(sharma)
    give_up(pen, clock)
    clock.advance(days=30)  # the sweeper looks at it no more
    perform("draw_pdf", sharma.company_id, str(event_id))
    assert pen.calls == MOST_TRIES, "a copy in the queue does not begin what was given up"
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        service.try_again(books, event_id, "draw_pdf")
    with open_books(sharma.actor) as books:
        service.try_again(books, event_id, "draw_pdf")
    assert relay(perform_here, clock.now) == 1
    assert (pen.calls, states(sharma)) == (MOST_TRIES + 1, ["done"])
    with open_books(sharma.actor) as books, pytest.raises(NotNow):
        service.try_again(books, event_id, "draw_pdf")
    with read_books(sharma.actor) as books:
        assert [(one.new or {})["state"] for one in books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity == "job"))] == [
            "waiting"
        ]


@pytest.mark.parametrize("is_queued", [False, True])
def test_what_is_cancelled_is_not_done(pen: Pen, sharma: Shop, iyer: Shop, clock: Clock, *, is_queued: bool) -> None:
    event_id = ask(sharma)
    if is_queued:
        relay(lambda *_what: None, clock.now)
    with open_books(iyer.actor) as books, pytest.raises(NotFound):
        service.cancel(books, event_id, "draw_pdf")
    for _twice in range(2):
        with open_books(sharma.actor) as books:
            service.cancel(books, event_id, "draw_pdf")
    perform("draw_pdf", sharma.company_id, str(event_id))
    relay(perform_here, clock.now)
    clock.advance(hours=1)
    assert sweep(perform_here, clock.now) == 0
    assert (pen.calls, states(sharma)) == (0, ["cancelled"])
    with read_books(sharma.actor) as books:
        assert len(books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity == "job")).all()) == 1


def test_facts_older_than_their_listener_are_no_jobs(pen: Pen, sharma: Shop, clock: Clock) -> None:
    ask(sharma)
    relay(lambda *_what: None, clock.now)
    clock.advance(days=8)
    assert states(sharma) == []


def test_how_far_a_job_is_survives_it_only_while_it_is_open(pen: Pen, sharma: Shop, clock: Clock) -> None:
    pen.tells, pen.fails = True, KeyboardInterrupt()
    event_id = ask(sharma)
    with pytest.raises(KeyboardInterrupt):
        perform("draw_pdf", sharma.company_id, str(event_id))
    with read_books(sharma.actor) as books:
        (row,) = queries.jobs(books, Wanted(), None, 2)
    assert (row.done, row.total) == (3, 12)
    clock.advance(minutes=10)
    pen.fails = None
    relay(perform_here, clock.now)
    with open_relay() as session:
        assert session.scalars(select(JobProgress)).all() == []
    progress.tell(1, 2)  # nobody performs a job: nothing is told


def test_the_list_pages_by_key(pen: Pen, sharma: Shop) -> None:
    made = [ask(sharma) for _ in range(7)]
    seen: list[UUID] = []
    place = None
    with read_books(sharma.actor) as books:
        while found := queries.jobs(books, Wanted(), place, 3):
            seen += [one.event_id for one in found]
            place = queries.Place(found[-1].event_id, found[-1].name)
    assert seen == sorted(made, reverse=True)


def test_the_page_its_actions_and_its_file(
    pen: Pen, sharma: Shop, iyer: Shop, clock: Clock, browse: Browse, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    event_id = ask(sharma)
    client, stranger = browse(sharma), browse(iyer)
    with max_queries(9):
        text = client.get("/background-work").text
    assert "Draw a PDF" in text
    assert "every 3s" in text
    give_up(pen, clock)
    text = client.get("/background-work").text
    assert "Given up: these need you" in text
    assert "The disk is full" in text
    assert "every 3s" not in text, "nothing moves: the page does not ask again"
    assert "Draw a PDF" not in client.get("/background-work?q=backup").text
    assert "Draw a PDF" in client.get("/background-work?q=draw&state=given_up&after=rubbish&to=9999-12-31").text
    assert "Draw a PDF" in client.get("/background-work?format=csv").text
    for what in ("try", "cancellation"):
        assert stranger.post(f"/background-work/{event_id}/draw_pdf/{what}").status_code == 404
        assert client.post(f"/background-work/{event_id}/no_such_job/{what}").status_code == 404
    assert client.post(f"/background-work/{event_id}/draw_pdf/try").status_code == 303
    assert client.post(f"/background-work/{event_id}/draw_pdf/try").status_code == 409
    assert client.post(f"/background-work/{event_id}/draw_pdf/cancellation").status_code == 303
    assert states(sharma) == ["cancelled"]


def test_a_cashier_and_who_is_held_to_stores_do_not_see_it(sharma: Shop, browse: Browse) -> None:
    for email, role in (("ravi@sharma.example", Role.CASHIER), ("held@sharma.example", Role.ACCOUNTANT)):
        with open_directory() as directory:
            person = identity.create_user(directory, identity.NewUser(email=email, password=sharma.password, name=email))
            identity.add_member(directory, sharma.company_id, person.id, role)
        if role is Role.ACCOUNTANT:
            with open_books(sharma.actor) as books:
                company.limit_member(books, person.id, [company.default_store(books)])
        client = browse(replace(sharma, email=email))
        assert client.get("/background-work").status_code == 403


def test_the_last_run_of_a_chore_is_kept(sharma: Shop, clock: Clock) -> None:
    with chore_runs.noted("sweep_drafts"):
        clock.advance(seconds=5)
    first = clock.now
    clock.advance(days=1)
    with pytest.raises(RuntimeError), chore_runs.noted("sweep_drafts"):
        raise RuntimeError("password=hunter2")
    with open_directory(writes=False) as directory:
        (run,) = chore_runs.last_runs(directory)
    assert (run.outcome, run.succeeded_at) == ("failed", first)
    assert "hunter2" not in run.error


def test_the_words_of_trouble() -> None:
    assert rules.error_words(STARTED) == "killed"
    assert rules.error_words("Traceback\n  File\nOSError: [Errno 28] No space left on device\n") == "disk"
    assert rules.error_words("MemoryError") == "memory"
    assert rules.error_words("rq.timeouts.JobTimeoutException: Task exceeded maximum timeout value (120 seconds)") == "time"
    assert rules.error_words("") == "other"


def test_a_row_of_an_older_version_is_read(pen: Pen, sharma: Shop, clock: Clock) -> None:
    event_id = ask(sharma)
    relay(lambda *_what: None, clock.now)
    with open_relay() as session:
        before = clock.now - timedelta(hours=1)
        session.add(
            JobFailure(company_id=sharma.company_id, event_id=event_id, job="draw_pdf", tries=MOST_TRIES, error=STARTED, failed_at=before)
        )
    assert states(sharma) == ["given_up"]


def test_the_page_of_the_machine_is_for_the_first_businesss_owner(sharma: Shop, iyer: Shop, browse: Browse) -> None:
    first, second = sorted((sharma, iyer), key=lambda shop: shop.company_id)
    with chore_runs.noted("verify_books"):
        pass
    text = browse(first).get("/background-work/machine").text
    assert "Check the books of every business" in text
    assert "Does not answer" in text, "these tests have no Redis"
    assert "/background-work/machine" in browse(first).get("/background-work").text
    stranger = browse(second)
    assert stranger.get("/background-work/machine").status_code == 404
    assert "/background-work/machine" not in stranger.get("/background-work").text
