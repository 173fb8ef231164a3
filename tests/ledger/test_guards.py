"""What the database itself refuses: changing the past, half a voucher, another company's row."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, bindparam, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import aliased

from migrations.triggers import APPEND_ONLY, RELAYED, company_tables, create_guards
from tests.ground.shops import Shop, found_iyer, found_sharma
from tests.support import UNIT, Trade, make_items
from webapp import ledger
from webapp.kernel.errors import BrokenPromise
from webapp.kernel.ids import new_id
from webapp.ledger import PostedVoucher
from webapp.ledger.models import JournalLine, Voucher
from webapp.models import metadata
from webapp.platform.outbox import OutboxEvent, open_relay
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import open_books, read_books

DAY = date(2026, 11, 20)


def _trade(shop: Shop) -> UUID:
    with open_books(shop.actor) as books:
        trade, (item,) = Trade.of(books), make_items(books, 1)
        trade.receive(item, UNIT, 500, DAY)
        return trade.sell(item, UNIT, DAY, price=1000)


@pytest.mark.parametrize("statement", ["update {} set company_id = company_id", "delete from {}"])
@pytest.mark.parametrize("table", ["voucher", "journal_line", "stock_movement", "edit_log"])
def test_what_is_posted_is_neither_changed_nor_deleted(sharma: Shop, table: str, statement: str) -> None:
    _trade(sharma)
    with pytest.raises(DBAPIError, match=r"never changed or deleted"), open_books(sharma.actor) as books:
        books.session.connection().execute(text(statement.format(table)))


def test_every_register_is_guarded(engine: Engine) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            guarded = connection.execute(text("select tbl_name from sqlite_master where type = 'trigger'")).scalars().all()
        else:
            guarded = connection.execute(
                text("select event_object_table from information_schema.triggers where trigger_name = 'append_only'")
            ).scalars()
        assert set(guarded) >= set(APPEND_ONLY)
        assert set(APPEND_ONLY) <= set(inspect(connection).get_table_names())


def test_guards_may_be_made_twice(real_engine: Engine) -> None:
    with real_engine.begin() as connection:
        create_guards(connection)


def _add_line(shop: Shop, voucher_id: UUID, amount: int, account_id: UUID | None = None) -> None:
    """One more line under a voucher that stands, past the ledger's own door."""
    with open_books(shop.actor) as books:
        line = {"voucher_id": voucher_id, "line_no": 9, "account_id": account_id or ledger.heads(books)["cash"], "party_id": None}
        books.insert(JournalLine, [line | {"amount_paise": amount, "voucher_date": DAY}])


def _add_bare_voucher(shop: Shop, like: UUID) -> None:
    with open_books(shop.actor) as books:
        voucher = ledger.voucher_or_none(books, like)
        assert voucher
        row = {name: getattr(voucher, name) for name in PostedVoucher.__slots__ if name != "lines"}
        books.insert(Voucher, [row | {"id": new_id()}])


def test_half_a_voucher_does_not_commit(real_engine: Engine) -> None:
    if real_engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no deferred triggers: there post() and verify-books keep this promise")
    shop = found_sharma()
    sold = _trade(shop)
    with pytest.raises(DBAPIError, match="does not balance: 5 lines, debits less credits 1 paise"):
        _add_line(shop, sold, 1)
    with pytest.raises(DBAPIError, match="does not balance: 0 lines"):
        _add_bare_voucher(shop, sold)


def test_a_zero_line_is_refused(sharma: Shop) -> None:
    sold = _trade(sharma)
    with pytest.raises(IntegrityError):
        _add_line(sharma, sold, 0)


def test_every_company_table_has_its_policy(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("row policies are PostgreSQL's")
    tables = set(company_tables(set(metadata.tables)))
    with engine.connect() as connection:
        forced = set(connection.execute(text("select relname from pg_class where relrowsecurity and relforcerowsecurity")).scalars())
        with_policy = set(connection.execute(text("select tablename from pg_policies")).scalars())
    assert tables == forced == with_policy
    assert len(tables) > 30


def test_row_policies_hold_against_raw_sql(real_engine: Engine) -> None:
    if real_engine.dialect.name != "postgresql":
        pytest.skip("row policies are PostgreSQL's")
    sharma, iyer = found_sharma(), found_iyer()
    _trade(sharma)
    for company, others in ((sharma, iyer), (iyer, sharma)):
        with real_engine.connect() as connection:
            assert connection.execute(text("select count(*) from account")).scalar() == 0, "no company said, none seen"
            connection.rollback()
            connection.execute(text("select set_config('app.company', :own, true)"), {"own": str(company.company_id)})
            seen = connection.execute(text("select distinct company_id from account")).scalars().all()
            assert seen == [company.company_id]
            moved = connection.execute(text("update account set name = name where company_id = :theirs"), {"theirs": others.company_id})
            assert moved.rowcount == 0
            with pytest.raises(DBAPIError, match="row-level security"):
                connection.execute(
                    text(
                        "insert into account_group (company_id, id, code, name, nature, sort_order) "
                        "values (:theirs, gen_random_uuid(), 'x', 'x', 'asset', 1)"
                    ),
                    {"theirs": others.company_id},
                )
            connection.rollback()


def test_only_the_relay_sees_every_company_and_only_its_own_tables(real_engine: Engine) -> None:
    if real_engine.dialect.name != "postgresql":
        pytest.skip("row policies are PostgreSQL's")
    shops = [found_sharma(), found_iyer()]
    for shop in shops:
        with open_books(shop.actor) as books:
            books.insert(OutboxEvent, [{"id": new_id(), "kind": "X", "payload": {}, "created_at": books.now, "sent_at": None}])
    with open_relay() as session:
        assert {row.company_id for row in session.scalars(select(OutboxEvent))} == {shop.company_id for shop in shops}
        for table in sorted(set(company_tables(set(metadata.tables))) - RELAYED):
            assert session.connection().execute(text(f"select count(*) from {table}")).scalar() == 0, table


@pytest.mark.parametrize("road", ["lookup", "session"])
def test_reads_are_narrowed_on_both_roads(sharma: Shop, iyer: Shop, road: str) -> None:
    _trade(sharma)
    joined = select(Voucher.id).join(JournalLine, JournalLine.voucher_id == Voucher.id)
    with read_books(iyer.actor) as books:
        found = Lookup(joined).rows(books) if road == "lookup" else books.session.execute(joined).all()
    assert not found


def test_a_lookup_takes_only_what_it_can_narrow() -> None:
    inner = select(JournalLine.voucher_id)
    for statement, words in (
        (select(aliased(Voucher).id), "no alias"),
        (select(Voucher.id).where(Voucher.id.in_(inner)), "no subquery"),
        (select(inner.subquery().c.voucher_id), "no subquery"),
        (select(Voucher.id).outerjoin(JournalLine, JournalLine.voucher_id == Voucher.id), "no outer join"),
        (select(bindparam("x", 1)), "a company's tables"),
    ):
        with pytest.raises(BrokenPromise, match=words):
            Lookup(statement)


def test_a_foreign_key_cannot_point_into_another_company(sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        theirs = ledger.heads(books)["cash"]
    sold = _trade(iyer)
    with pytest.raises(IntegrityError):
        _add_line(iyer, sold, 1, theirs)
