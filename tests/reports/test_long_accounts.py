"""An account of fifty thousand lines: its page costs what any page costs, its file is made by a job, and exceptions are paged."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from jobs import exports
from tests.conftest import NOON
from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from webapp import ledger
from webapp.company.models import Store
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.posting import Slip, credit, debit
from webapp.platform.audit import EditLogEntry
from webapp.platform.numbering import open_series
from webapp.platform.outbox import Job, JobProgress, OutboxEvent, open_relay
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, read_books
from webapp.reports import account_files

SignIn = Callable[[Shop, Role], FlaskClient]
Budget = Callable[[int], AbstractContextManager[list[str]]]
FIRST = date(2026, 4, 1)
DAYS = "from=2026-04-01&to=2026-11-20"


def account_id(shop: Shop, code: str = "cash") -> UUID:
    with read_books(shop.actor) as books:
        return ledger.heads(books)[code]


def file_of(shop: Shop) -> UUID:
    with read_books(shop.actor) as books:
        asked = select(EditLogEntry.entity_id).where(EditLogEntry.entity == "account_file").order_by(EditLogEntry.seq.desc())
        return UUID(books.session.scalars(asked).first() or "")


def test_fifty_thousand_lines_page_at_once_and_leave_in_the_background(
    owner: FlaskClient, sharma: Shop, ledgers: Ledgers, max_queries: Budget
) -> None:
    for number in range(50):
        lines = [("cash", 100 + place) for place in range(1_000)]
        ledgers.post(FIRST + timedelta(days=number), *lines, ("capital", -sum(amount for _, amount in lines)))
    cash = account_id(sharma)
    with max_queries(14):
        page = owner.get(f"/accounts/{cash}?{DAYS}").text
    assert page.count('id="line-') == 50
    (link,) = re.findall(r"<a[^>]*format=csv[^>]*>", page)
    assert "download" not in link, "a link that leads to a page must not be saved as a file"
    answer = owner.get(f"/accounts/{cash}?{DAYS}&format=csv")
    assert answer.location.endswith("/account-files")
    file_id = file_of(sharma)
    assert "0 of 50000 lines" in owner.get("/account-files").text
    assert owner.get(f"/account-files/{file_id}/content").status_code == 409
    with read_books(sharma.actor) as books:
        assert books.session.scalars(select(OutboxEvent.id).where(OutboxEvent.kind == "AccountFileAsked")).one() == file_id
    for _try in range(2):
        exports.make_account_file(Job(sharma.company_id, file_id, {}))
    assert "Download" in owner.get(f"/account-files/{file_id}", headers={"HX-Request": "true"}).text
    sent_file = owner.get(f"/account-files/{file_id}/content")
    rows = list(csv.reader(io.StringIO(sent_file.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0] == ["Date", "Particulars", "Kind", "Number", "Debit", "Credit", "Balance"]
    sent_file.close()
    assert len(rows) == 50_002
    assert rows[-1][6] == "299750.00"
    assert "too many for a PDF" in owner.get(f"/accounts/{cash}?{DAYS}&format=pdf").text


def test_a_file_says_how_far_it_is_and_belongs_to_its_company(
    owner: FlaskClient, as_role: SignIn, sharma: Shop, iyer: Shop, ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_files, "MOST_AT_ONCE", 1)
    for _ in range(4):
        ledgers.post(FIRST, ("cash", 5_00), ("capital", -5_00))
    for kind in ("xlsx", "pdf"):
        owner.get(f"/accounts/{account_id(sharma)}?{DAYS}&format={kind}")
        file_id = file_of(sharma)
        at = {"began_at": NOON - timedelta(minutes=3), "told_at": NOON}
        with open_relay() as session:
            session.add(
                JobProgress(company_id=sharma.company_id, event_id=file_id, job="make_account_file", done=3, total=4, words="", **at)
            )
        with read_books(sharma.actor) as books:
            assert account_files.account_file(books, file_id)[4:] == ("waiting", 3, 4, 60)
        assert "3 of 4 lines Time left: about one minute." in owner.get("/account-files").text
        exports.make_account_file(Job(sharma.company_id, file_id, {}))
        answer = owner.get(f"/account-files/{file_id}/content")
        assert answer.data[:4] == (b"%PDF" if kind == "pdf" else b"PK\x03\x04")
        answer.close()
    stranger = as_role(iyer, Role.OWNER)
    for address in (f"/account-files/{file_id}", f"/account-files/{file_id}/content", f"/account-files/{uuid4()}"):
        assert stranger.get(address).status_code == 404
    with pytest.raises(NotFound):
        account_files.make_account_file(iyer.actor, file_id)
    assert as_role(sharma, Role.CASHIER).get("/account-files").status_code == 403


def test_a_file_that_is_made_late_drops_none_of_the_list(
    owner: FlaskClient, sharma: Shop, ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_files, "MOST_AT_ONCE", 1)
    for _ in range(2):
        ledgers.post(FIRST, ("cash", 5_00), ("capital", -5_00))
    asked = []
    for _ in range(account_files.KEPT + 1):
        owner.get(f"/accounts/{account_id(sharma)}?{DAYS}&format=csv")
        asked.append(file_of(sharma))
    for file_id in (*asked[1:], asked[0]):
        exports.make_account_file(Job(sharma.company_id, file_id, {}))
    with read_books(sharma.actor) as books:
        assert [(one.id, one.state) for one in account_files.newest_files(books)] == [(one, "ready") for one in reversed(asked[1:])]


def test_an_account_of_one_store_begins_and_ends_with_what_stands_there(
    owner: FlaskClient, sharma: Shop, iyer: Shop, ledgers: Ledgers
) -> None:
    second = new_id()
    with open_books(sharma.actor) as books:
        books.insert(Store, [{"id": second, "name": "Second shop", "is_default": False}])
    ledgers.post(FIRST, ("cash", 100_00), ("capital", -100_00))
    with open_books(sharma.actor) as books:
        heads = ledger.heads(books)
        for day, amount in ((date(2026, 4, 20), 30_00), (date(2026, 5, 10), 7_00)):
            voucher = new_id()
            slip = Slip((debit(heads["cash"], amount), credit(heads["capital"], amount)))
            heading = ledger.Heading("journal", f"B/{amount}", day, second, "journal", voucher)
            ledger.post(books, voucher_id=voucher, heading=heading, slip=slip)
    cash = account_id(sharma)
    page = owner.get(f"/accounts/{cash}?from=2026-05-01&to=2026-05-31&store={second}").text
    assert "30.00" in page
    assert "37.00" in page
    assert "130.00" not in page
    whole = owner.get(f"/accounts/{cash}?from=2026-04-10&to=2026-05-31&store={second}&format=csv").get_data(as_text=True)
    assert [row[6] for row in csv.reader(io.StringIO(whole))][1:] == ["0.00", "30.00", "37.00"]
    with read_books(iyer.actor) as books:
        other = books.session.scalars(select(Store.id)).first()
    assert owner.get(f"/accounts/{cash}?store={other}").status_code == 404


def test_exceptions_are_paged_and_leave_whole(owner: FlaskClient, sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        open_series(books, "26X1", document_kind="bill", year=FinancialYear(2026))
        books.connection.execute(text("update number_series set last = 250 where prefix = '26X1'"))
    page = owner.get("/exceptions").text
    assert "The first 100 are shown." in page
    assert "26X1/000101" not in page
    assert "kind=numbers" in page
    second = owner.get("/exceptions?kind=numbers&page=2").text
    assert "26X1/000101" in second
    assert "26X1/000201" not in second
    assert "101 to 200 of 250" in second
    assert "26X1/000250" in owner.get("/exceptions?kind=numbers&page=9").text
    assert owner.get("/exceptions?kind=numbers&page=x").status_code == 200
    rows = list(csv.reader(io.StringIO(owner.get("/exceptions?format=csv").get_data(as_text=True))))
    assert len([row for row in rows if row[1].startswith("26X1/")]) == 250
