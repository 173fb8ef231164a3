"""A business is closed, its books are kept, and nothing is left of it in the end: on both databases, killed in between, by two at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from tests.backups.conftest import Machine, figures_now
from tests.conftest import Clock
from tests.ground.shops import Shop, found_shop
from tests.support import refused
from webapp import identity, winding_up
from webapp.backups import company_file
from webapp.identity.models import Company, Membership, UserAccount
from webapp.kernel.errors import BrokenPromise, NotFound
from webapp.messaging import service as messages
from webapp.platform import db, erasing, storage
from webapp.platform.audit import EditLogEntry
from webapp.platform.company_rows import speak_for
from webapp.platform.tenancy import open_books, open_directory, read_books
from webapp.winding_up.refusals import ClosedAlready, KeptLonger, StillKept, StillOpen

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("this_machine")]
_count = iter(range(100))


@pytest.fixture
def shop(machine: Machine, clock: Clock) -> Shop:
    """A shop that trades, with secrets and a kept file."""
    number = next(_count)
    made = found_shop(f"Verma {number}", email=f"verma{number}@shop.example", state_code="27", gstin="27AABFV1234D1ZM")
    machine.trade(made)
    with open_books(made.actor) as books:
        messages.push_keys(books)
    storage.put(made.company_id, [b"a bill"], name="bill.jpg")
    return made


def close(shop: Shop, clock: Clock) -> None:
    winding_up.ask_closing(shop.actor, shop.name)
    clock.advance(days=31)
    assert winding_up.close_due() == 1


def rows_of(shop: Shop) -> dict[str, int]:
    """What is left of a company, table by table, as the database counts it."""
    found = {}
    with db.engine().connect() as connection:
        speak_for(connection, shop.company_id)
        for table in [*erasing.company_tables(), Membership.__table__]:
            asked = select(func.count()).select_from(table).where(table.c.company_id == shop.company_id)
            if count := connection.scalar(asked):
                found[table.name] = count
    return found


def closing_of(shop: Shop) -> identity.Closing:
    with open_directory(writes=False) as directory:
        found = identity.closing_of(directory, shop.company_id)
    assert found is not None
    return found


def test_it_is_closed_kept_and_deleted_to_the_last_row(machine: Machine, shop: Shop, clock: Clock) -> None:
    others = figures_now(machine)["companies"]
    own = others.pop(str(shop.company_id))
    refused(lambda: winding_up.delete_books(shop.actor), StillOpen)
    close(shop, clock)
    stands = closing_of(shop)
    assert stands.kept_until is not None
    assert (stands.kept_until.month, stands.kept_until.day) == (12, 31)
    left = rows_of(shop)
    assert "push_key" not in left
    assert left["voucher"]
    assert figures_now(machine)["companies"][str(shop.company_id)]["trial_balance"] == own["trial_balance"]
    refused(lambda: winding_up.delete_books(shop.actor), StillKept)
    assert winding_up.delete_due() == 0
    clock.now = clock.now.replace(year=stands.kept_until.year + 1, month=1, day=2)
    assert winding_up.delete_due() == 1
    assert rows_of(shop) == {}
    assert not (storage.folder() / "files" / str(shop.company_id)).exists()
    after = figures_now(machine)["companies"]
    assert {id_: after[id_] for id_ in others} == others
    with open_directory() as directory:
        company = directory.get_one(Company, shop.company_id)
        assert company.name == ""
        assert company.deleted_at is not None
        assert directory.scalar(select(func.count()).select_from(UserAccount).where(UserAccount.email == shop.email)) == 0
        assert directory.get(UserAccount, shop.actor.user_id) is None
    assert winding_up.delete_due() == 0
    refused(lambda: winding_up.take_back(shop.actor), NotFound)


def test_killed_in_the_middle_it_is_gone_on_with_and_guards_stand(
    machine: Machine, shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(shop, clock)
    clock.advance(days=4000)
    others = figures_now(machine)["companies"]
    others.pop(str(shop.company_id))
    whole, calls = erasing.erase_table, iter(range(1000))

    def killed(*given: object) -> int:
        if next(calls) == len(erasing.company_tables()) - 20:
            raise KeyboardInterrupt
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(erasing, "erase_table", killed)
    with pytest.raises(KeyboardInterrupt):
        winding_up.delete_due()
    left = rows_of(shop)
    assert left
    assert "journal_line" not in left
    monkeypatch.setattr(erasing, "erase_table", whole)
    assert winding_up.delete_due() == 1
    assert rows_of(shop) == {}
    after = figures_now(machine)["companies"]
    assert {id_: after[id_] for id_ in others} == others
    for table in ("voucher", "journal_line", "edit_log"):
        statement = text(f"delete from {table} where company_id = {machine.sharma.company_id}")
        with db.engine().connect() as connection:
            speak_for(connection, machine.sharma.company_id)
            with pytest.raises(DatabaseError, match="never changed or deleted"):
                connection.execute(statement)
            connection.rollback()


def test_a_table_is_not_emptied_when_a_figure_of_another_would_change(
    machine: Machine, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, figures, calls = rows_of(shop), erasing._figures, iter(range(10))

    def odd(*given: object) -> object:
        found = figures(*given)  # type: ignore[arg-type]
        return found | {machine.sharma.company_id: (1,)} if next(calls) else found

    monkeypatch.setattr(erasing, "_figures", odd)
    [table] = [one for one in erasing.company_tables() if one.name == "cost_allocation"]
    with pytest.raises(BrokenPromise, match="other companies"):
        erasing.erase_table(table, shop.company_id, [shop.company_id, machine.sharma.company_id])
    assert rows_of(shop) == before


def test_killed_between_the_door_and_the_rest_it_is_closed_to_the_end(shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    winding_up.ask_closing(shop.actor)
    clock.advance(days=30, seconds=1)
    blank = erasing.blank_secrets
    monkeypatch.setattr(erasing, "blank_secrets", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        winding_up.close_due()
    assert closing_of(shop).closed_at is not None
    assert closing_of(shop).kept_until is None
    assert "push_key" in rows_of(shop)
    monkeypatch.setattr(erasing, "blank_secrets", blank)
    assert winding_up.close_due() == 1
    assert closing_of(shop).kept_until is not None
    assert "push_key" not in rows_of(shop)
    assert winding_up.close_due() == 0


def test_two_at_once_close_it_once_and_delete_it_once(machine: Machine, shop: Shop, clock: Clock) -> None:
    winding_up.ask_closing(shop.actor)
    clock.advance(days=30, seconds=1)
    together(lambda: winding_up.close(shop.actor))
    with read_books(shop.actor) as books:
        closed = select(func.count()).select_from(EditLogEntry).where(EditLogEntry.action == "close", EditLogEntry.entity == "company")
        assert books.session.scalar(closed) == 1
    clock.advance(days=4000)
    together(lambda: winding_up.delete_books(shop.actor))
    assert rows_of(shop) == {}
    assert closing_of(shop).deleted_at is not None


def together(act: object) -> None:
    """Two at once; one of two that delete may be refused by the database, and is then tried again by the next night."""
    threads = [threading.Thread(target=quietly, args=(act,)) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    quietly(act)


def quietly(act: object) -> None:
    try:
        act()  # type: ignore[operator]
    except (DatabaseError, NotFound):
        return


def test_taken_back_it_is_as_before_and_too_late_is_too_late(shop: Shop, clock: Clock) -> None:
    first = winding_up.ask_closing(shop.actor)
    clock.advance(days=3)
    assert winding_up.ask_closing(shop.actor) == first, "asked again it is no later"
    winding_up.take_back(shop.actor)
    assert closing_of(shop).closes_at is None
    clock.advance(days=40)
    assert winding_up.close_due() == 0
    close(shop, clock)
    refused(lambda: winding_up.take_back(shop.actor), ClosedAlready)
    refused(lambda: winding_up.ask_closing(shop.actor), ClosedAlready)
    until = closing_of(shop).kept_until
    assert until is not None
    refused(lambda: winding_up.keep_until(shop.actor, until), KeptLonger)
    winding_up.keep_until(shop.actor, until + timedelta(days=400))
    assert closing_of(shop).kept_until == until + timedelta(days=400)


def test_what_was_taken_away_before_comes_back_open(shop: Shop, clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("taken") / "one.zip"
    winding_up.ask_closing(shop.actor)
    company_file.write_company(shop.company_id, file)
    clock.advance(days=31)
    winding_up.close_due()
    _then, now = company_file.restore_company(file, is_new=True)
    with open_directory() as directory:
        assert identity.is_open(directory, now)
        assert identity.closing_of(directory, now).closes_at is None  # type: ignore[union-attr]
