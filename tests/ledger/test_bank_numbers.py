"""The number of an account at the bank: sealed, found by who types it whole, shown by its last four signs."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from tests.ground.shops import Shop, found_shop
from webapp import ledger
from webapp.ledger import AccountDraft, chart_import, charting
from webapp.ledger.models import AccountDetail
from webapp.platform import db, sealing
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_books, read_books

pytestmark = pytest.mark.database
NUMBER = "50100123456789"


def note(books: Books, number: str = NUMBER, name: str = "HDFC current") -> AccountDraft:
    group = next(one.id for one in ledger.chart_of_accounts(books).groups if one.code == "bank-accounts")
    draft = AccountDraft(name, group, bank_name="HDFC", bank_account=number)
    charting.create_account(books, draft)
    return draft


def kept(books: Books) -> AccountDetail:
    return books.session.scalars(select(AccountDetail).where(AccountDetail.bank_last_four != "")).one()


def test_it_is_sealed_for_its_account_and_found_whole_in_its_business_alone(sharma: Shop, iyer: Shop) -> None:
    with open_books(sharma.actor) as books:
        note(books)
        row = kept(books)
        assert row.bank_account.startswith(sealing.ENVELOPE)
        assert NUMBER not in f"{row.bank_account}{row.bank_mark}"
        assert row.bank_last_four == "6789"
        assert ledger.account_card(books, row.account_id).bank_account == NUMBER
        for typed in (NUMBER, "5010 0123 4567 89", "5010-0123-4567-89"):
            assert ledger.accounts_of_number(books, typed) == {row.account_id}
        for other in (NUMBER[:-1], NUMBER + "0", "6789", "", "…"):
            assert ledger.accounts_of_number(books, other) == frozenset()
        mark = row.bank_mark
    with open_books(iyer.actor) as books:
        note(books)
        assert kept(books).bank_mark != mark
        assert len(ledger.accounts_of_number(books, NUMBER)) == 1


def test_the_edit_log_holds_the_last_four_alone(sharma: Shop) -> None:
    twin = "60" + NUMBER[2:]
    with open_books(sharma.actor) as books:
        draft = note(books)
        account_id = kept(books).account_id
        charting.change_account(books, account_id, replace(draft, notes="Salaries"), 1)
        sealed = kept(books).bank_account
        charting.change_account(books, account_id, replace(draft, notes="Salaries", bank_account=twin), 2)
    with read_books(sharma.actor) as books:
        logged = books.session.scalars(
            select(EditLogEntry).where(EditLogEntry.entity_id == str(account_id)).order_by(EditLogEntry.seq)
        ).all()
        assert [(one.new or {}).get("bank_account") for one in logged] == ["…6789", None, "…6789 (another number)"]
        assert not any(secret in f"{one.old}{one.new}" for one in logged for secret in (NUMBER, twin, NUMBER[:6]))
        assert kept(books).bank_account != sealed
        assert ledger.account_card(books, account_id).bank_account == twin
        assert ledger.accounts_of_number(books, NUMBER) == frozenset()


def test_what_was_noted_in_clear_is_read_and_then_sealed_once(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        note(books)
        account_id = kept(books).account_id
        books.session.execute(update(AccountDetail).values(bank_account=NUMBER, bank_mark=""))
        books.session.expire_all()
        assert ledger.account_card(books, account_id).bank_account == NUMBER
    with open_books(sharma.actor) as books:
        assert ledger.seal_numbers(books) == 1
        assert ledger.seal_numbers(books) == 0
        assert kept(books).bank_account.startswith(sealing.ENVELOPE)
        assert ledger.accounts_of_number(books, NUMBER) == {account_id}


def test_the_chart_goes_out_whole_for_who_writes_it_and_comes_back(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        note(books)
        rows = list(chart_import.rows_of_chart(books))
        sheet = io.StringIO()
        csv.writer(sheet).writerows([chart_import.HEADINGS, *rows])
        assert NUMBER in sheet.getvalue()
        assert chart_import.import_chart(books, sheet.getvalue().encode()).changed == 0
        moved = sheet.getvalue().replace(NUMBER, "1234567890").encode()
        assert chart_import.import_chart(books, moved).changed == 1
        assert len(ledger.accounts_of_number(books, "1234567890")) == 1
    analyst = Actor(company_id=sharma.company_id, role=Role.ANALYST, name="Asha")
    with read_books(analyst) as books:
        told = str(list(chart_import.rows_of_chart(books)))
    assert "…7890" in told
    assert "1234567890" not in told


def test_pages_find_it_and_show_it_to_who_writes_the_chart(sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    with open_books(sharma.actor) as books:
        note(books)
        account_id = kept(books).account_id
    owner = browse(sharma)
    assert NUMBER in owner.get(f"/accounts/{account_id}/edit").text
    for url in ("/accounts", "/find"):
        found = owner.get(url, query_string={"q": NUMBER}).text
        assert "HDFC current" in found
        assert "HDFC current" not in owner.get(url, query_string={"q": NUMBER[:-1]}).text


def test_a_web_process_at_rest_has_no_cryptography() -> None:
    code = (
        "import sys, webapp.ledger.bank_numbers, webapp.ledger.routes; print(any(n.startswith('cryptography.hazmat') for n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_migration_keeps_what_was_noted_in_clear(fresh_database: Callable[[str], str]) -> None:
    """From a database of before: the last four are there at once, the rest is read in clear until it is sealed."""
    url = fresh_database("bank_before")
    engine = db.make_engine(url)
    db.use(engine)
    shop = found_shop("Before Stores", email="owner@before.example", state_code="27")
    with open_books(shop.actor) as books:
        note(books)
        books.session.execute(update(AccountDetail).values(bank_account=NUMBER, bank_mark="", bank_last_four=""))
    migration = import_module("migrations.versions.0118_bank_numbers_sealed")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        connection.execute(text("drop index ix_account_detail_bank_mark"))
        for name in ("bank_mark", "bank_last_four"):
            connection.execute(text(f"alter table account_detail drop column {name}"))
        migration.upgrade()
    with open_books(shop.actor) as books:
        row = kept(books)
        assert (row.bank_account, row.bank_last_four, row.bank_mark) == (NUMBER, "6789", "")
        assert ledger.seal_numbers(books) == 1
        assert ledger.accounts_of_number(books, NUMBER) == {row.account_id}
    engine.dispose()
