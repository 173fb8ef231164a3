"""What is refused where a plan is full, and what never is: people, stores, the office's invoices; by one alone and by two at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from tests.conftest import Clock
from tests.ground.shops import Shop, found_shop
from tests.people.conftest import token_in
from tests.plans.conftest import PLANS, Hosting, as_host, give
from tests.sales.trade import Trade, open_trade
from tests.support import refused
from webapp import company, identity, orders, sales
from webapp.company import StoreDraft
from webapp.identity.models import UserAccount
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.orders import recurring
from webapp.plans import queries
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books
from webapp.sales.typed import read_sheet

Hire = Callable[..., Actor]
OVER = PLANS.replace('afterwards = "free"\n', "")


def invite(shop: Shop, email: str = "mina@example.in") -> UUID:
    with open_directory() as directory:
        given = identity.role_of_key(directory, shop.company_id, "cashier")
        return identity.invite(directory, shop.actor, email, given, (), "en")


def invite_again(shop: Shop, invitation_id: UUID) -> None:
    with open_directory() as directory:
        identity.invite_again(directory, shop.actor, invitation_id)


def accept(shop: Shop, invitation_id: UUID, name: str = "Mina") -> None:
    with open_directory() as directory:
        token = token_in(identity.link_to_copy(directory, shop.actor, invitation_id))
    with open_directory() as directory:
        identity.accept_anew(directory, token, name, "banyan peepal tulsi 772", "en")


def act(change: Callable[..., object], shop: Shop, user_id: UUID) -> None:
    with open_directory() as directory:
        change(directory, shop.actor, user_id)


def words_of(act: Callable[[], object], field: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        act()
    assert list(refusal.value.errors) == [field]
    return refusal.value.errors[field]


def make_store(shop: Shop, code: str, id_: UUID | None = None) -> UUID:
    with open_books(shop.actor) as books:
        return company.create_store(books, StoreDraft(name=f"Store {code}", code=code), id_)


def seats(shop: Shop) -> tuple[int, int]:
    with open_directory(writes=False) as directory:
        return identity.seats(directory, shop.company_id)


# People ----------------------------------------------------------------------------------------------------------------


def test_members_and_open_invitations_share_the_seats(sharma: Shop, hosted: Path, clock: Clock) -> None:
    give(sharma, "shop")
    first, second = invite(sharma), invite(sharma, "asha@example.in")
    words = words_of(lambda: invite(sharma, "ravi@example.in"), "email")
    assert words.startswith("Your plan's limit of 3 people is used: 3 have a place or an invitation. Deactivate somebody")
    assert invite(sharma, "asha@example.in") != second, "the same address again takes no second seat"
    clock.advance(days=8)
    third = invite(sharma, "ravi@example.in")  # a link that works no more holds no seat
    invite(sharma, "usha@example.in")
    assert "limit of 3 people" in refused(lambda: invite_again(sharma, first), Conflict), "nor gets it back where there is none"
    invite_again(sharma, third)
    assert seats(sharma) == (1, 2)


def test_who_was_invited_may_come_and_nobody_else(sharma: Shop, iyer: Shop, hosted: Path, hire: Hire) -> None:
    give(sharma, "shop")
    waiting = [invite(sharma), invite(sharma, "asha@example.in")]
    accept(sharma, waiting[0])
    assert seats(sharma) == (2, 1)
    give(sharma, "free")
    with open_directory(writes=False) as directory:
        before = directory.scalar(select(func.count()).select_from(UserAccount))
    assert "no room for one more person" in refused(lambda: accept(sharma, waiting[1], "Asha"), Conflict)
    with open_directory(writes=False) as directory:
        assert directory.scalar(select(func.count()).select_from(UserAccount)) == before, "no account is left behind either"
    give(sharma, "shop")
    accept(sharma, waiting[1], "Asha")
    assert seats(sharma) == (3, 0)
    hire(iyer)
    invite(iyer), "the other business has a plan of its own"


def test_nobody_is_let_in_again_past_the_limit(sharma: Shop, hosted: Path, hire: Hire) -> None:
    ravi = hire(sharma)
    assert ravi.user_id is not None
    act(identity.deactivate, sharma, ravi.user_id)
    give(sharma, "free")
    waiting = invite(sharma)
    assert "limit of 2 people" in refused(lambda: act(identity.reactivate, sharma, ravi.user_id), Conflict)  # type: ignore[arg-type]
    with open_directory() as directory:
        identity.withdraw_invitation(directory, sharma.actor, waiting)
    act(identity.reactivate, sharma, ravi.user_id)
    assert seats(sharma) == (2, 0)


def test_without_a_file_nothing_is_asked(sharma: Shop, hosting: Hosting, var_dir: Path, max_queries: Callable[..., object]) -> None:
    """The hooks stand in this process from other tests: told of no file, they ask the database nothing."""
    from tests.conftest import SECRET
    from webapp.platform import machine
    from webapp.platform.settings import Settings

    hosting()
    machine.use(Settings("sqlite://", var_dir, SECRET, is_testing=True))
    with max_queries(100) as sent:  # type: ignore[attr-defined]
        for number in range(4):
            make_store(sharma, f"X{number}")
        invite(sharma)
    assert not [statement for statement in sent if "company_plan" in statement]


# Stores ----------------------------------------------------------------------------------------------------------------


def test_stores_past_the_limit_are_neither_made_nor_opened_again(sharma: Shop, hosted: Path) -> None:
    give(sharma, "shop")
    own_id = new_id()
    godown = make_store(sharma, "GOD", own_id)
    assert words_of(lambda: make_store(sharma, "PUN"), "name").startswith(
        "Your plan's limit of 2 open stores is used: 2 are open. Close one"
    )
    assert make_store(sharma, "GOD", own_id) == godown, "the same form again gives the first answer"
    with open_books(sharma.actor) as books:
        company.close_store(books, godown)
    make_store(sharma, "PUN")

    def reopen() -> None:
        with open_books(sharma.actor) as books:
            company.reopen_store(books, godown)

    assert "limit of 2 open stores" in refused(reopen, Conflict)
    give(sharma, "chain")
    reopen()


# Bills -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    made = open_trade(sharma.actor)
    made.item("Soap", 100, stock_of=1_000)
    made.customer("Ravi Kumar")
    return made


def desk(trade: Trade, **more: str) -> sales.Issued:
    """An invoice of the office."""
    typed = {"id": str(new_id()), "item-1": "Soap", "qty-1": "1", "pay": "cash", **more}
    with open_books(trade.actor) as books:
        return sales.issue_invoice(books, read_sheet(typed))


def counter(trade: Trade, bills: int = 1) -> list[sales.Issued]:
    """Bills that a counter has made: they have happened."""
    return [trade.sell(trade.line("Soap"), total=100) for _one in range(bills)]


def test_the_office_issues_through_the_grace_and_the_counter_for_ever(sharma: Shop, trade: Trade, hosted: Path, clock: Clock) -> None:
    give(sharma, "free")  # 10 bills a month, and 20 % more
    [first] = counter(trade)
    counter(trade, 10)
    bill = desk(trade)  # the twelfth
    words = words_of(lambda: desk(trade), "lines")
    assert words.startswith("Your plan's limit of 10 bills a month is passed: Nov 2026 has 12 of them. Counters go on billing.")
    counter(trade, 3)
    trade.take_back(first, (1, 1))
    trade.cancel(bill)
    assert "Nov 2026 has 15" in words_of(lambda: desk(trade), "lines"), "cancelled ones were made too; returns are no bills"
    clock.advance(days=10)
    clock.now = clock.now.replace(hour=18, minute=29)  # a minute to midnight of 30-Nov in India
    words_of(lambda: desk(trade), "lines")
    clock.advance(minutes=1)
    desk(trade)


def test_the_same_invoice_again_is_answered_although_the_month_is_full(sharma: Shop, trade: Trade, hosted: Path) -> None:
    give(sharma, "free")
    sheet = {"id": str(new_id())}
    first = desk(trade, **sheet)
    counter(trade, 20)
    assert desk(trade, **sheet).number == first.number


def test_dating_back_is_no_way_round(sharma: Shop, trade: Trade, hosted: Path) -> None:
    give(sharma, "free")
    counter(trade, 12)
    assert "Nov 2026 has 12" in words_of(lambda: desk(trade, day="2026-10-31"), "lines")
    give(sharma, "chain")
    for _one in range(12):
        desk(trade, day="2026-09-30")
    give(sharma, "shop")  # 24 with the grace
    desk(trade, day="2026-09-30")
    give(sharma, "free")
    assert "2026 has" in words_of(lambda: desk(trade, day="2026-09-30"), "lines")


def test_an_invoice_that_comes_again_is_a_proforma_where_the_month_is_full(sharma: Shop, trade: Trade, hosted: Path) -> None:
    give(sharma, "free")
    counter(trade, 12)
    with open_books(trade.actor) as books:
        kept = orders.create(
            books, orders.NewDocument("quotation", read_sheet({"id": str(new_id()), "item-1": "Soap", "qty-1": "1", "party": "Ravi Kumar"}))
        )
        asked = orders.TemplateCommand(new_id(), "Each week", "week", books.today, None, issues=True)
        orders.create_template(books, kept.id, asked)
        assert orders.make_due(books) == 1
        [template] = recurring.templates(books)
    assert template.newest_kind == "proforma"
    assert "limit of 10 bills a month" in template.trouble


# After the end ---------------------------------------------------------------------------------------------------------


def test_after_the_end_all_is_read_and_the_counter_sells_and_nothing_more_begins(
    sharma: Shop, trade: Trade, hosting: Hosting, clock: Clock
) -> None:
    hosting(OVER)
    give(sharma, "shop", until=clock.now.date())
    desk(trade)
    clock.advance(days=1)
    for beside, wanted in (("email", lambda: invite(sharma)), ("name", lambda: make_store(sharma, "PUN")), ("lines", lambda: desk(trade))):
        assert words_of(wanted, beside).startswith("The plan of this business has ended. Choose one under Settings, Plan.")
    [bill] = counter(trade)
    trade.take_back(bill, (1, 1))
    trade.cancel(counter(trade)[0])
    assert trade.bill(bill).header.total_paise == 10_000
    give(sharma, "shop")
    desk(trade)


def test_a_trial_that_ends_takes_nothing_away(sharma: Shop, hosted: Path, hire: Hire, clock: Clock) -> None:
    make_store(sharma, "GOD")
    ravi, mina = hire(sharma), hire(sharma, name="Mina")
    give(sharma, "shop", until=clock.now.date())
    clock.advance(days=1)
    with read_books(sharma.actor) as books:
        assert queries.stands_on(books).key == "free", "whether anybody has written it down yet or not"
        assert len(company.stores(books)) == 2
    with open_directory(writes=False) as directory:
        assert identity.actor_of(directory, sharma.company_id, ravi.user_id)  # type: ignore[arg-type]
        assert identity.actor_of(directory, sharma.company_id, mina.user_id)  # type: ignore[arg-type]
    words_of(lambda: invite(sharma), "email")


# Two at once -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["invite", "store", "let in"])
def test_of_two_who_take_the_last_place_at_once_one_gets_it(real_engine: Engine, hosted: Path, what: str) -> None:
    alone = found_shop("Rao Traders", email="owner@rao.example", state_code="29")
    give(alone, "shop")
    people = list[UUID]()
    for name in ("Ravi", "Mina"):
        with open_directory() as directory:
            user = identity.create_user(directory, identity.NewUser(f"{name.lower()}@rao.example", "banyan peepal tulsi 772", name))
            identity.add_member(directory, alone.company_id, user.id, Role.CASHIER)
            people.append(user.id)
        act(identity.deactivate, alone, people[-1])
    if what != "store":
        invite(alone, "first@rao.example")
    acts: dict[str, Callable[[int], object]] = {
        "invite": lambda number: invite(alone, f"mina{number}@rao.example"),
        "store": lambda number: make_store(alone, f"P{number}"),
        "let in": lambda number: act(identity.reactivate, alone, people[number]),
    }
    barrier, ends = Barrier(2), list[str]()

    def go(number: int) -> None:
        barrier.wait()
        try:
            acts[what](number)
        except BooksError as refusal:
            ends.append(type(refusal).__name__)
        else:
            ends.append("done")

    both = [Thread(target=go, args=(number,)) for number in range(2)]
    [one.start() for one in both]
    [one.join() for one in both]
    assert sorted(ends, key=str.casefold) in (["Conflict", "done"], ["done", "InvalidInput"])
    with read_books(as_host(alone)) as books:
        used = queries.used(books)
    assert (used.seats, used.stores) == ((1, 2) if what == "store" else (3, 1))


def test_a_smaller_plan_and_one_more_store_at_once(real_engine: Engine, hosted: Path) -> None:
    """Whoever is first, the business does not end with more than its plan has: by asking itself, without the host's say."""
    from webapp.plans import service

    alone = found_shop("Rao Traders", email="owner@rao.example", state_code="29")
    give(alone, "chain")
    barrier, ends = Barrier(2), list[str]()

    def go(wanted: Callable[[], object], name: str) -> None:
        barrier.wait()
        with suppress(BooksError):
            wanted()
            ends.append(name)

    asking = Thread(target=go, args=(lambda: service.ask(alone.actor, "free", "", ""), "smaller"))
    opening = Thread(target=go, args=(lambda: make_store(alone, "PUN"), "store"))
    [one.start() for one in (asking, opening)]
    [one.join() for one in (asking, opening)]
    assert len(ends) == 1, ends
    with read_books(alone.actor) as books:
        limits, used = queries.stands_on(books).limits, queries.used(books)
    assert limits.stores is None or used.stores <= limits.stores
