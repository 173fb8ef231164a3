"""The page, the job and the console: who may take the books along, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from jobs import exports
from tests.exchange.readers import Beans, export
from tests.ground.shops import Shop
from tests.reports.conftest import as_role  # noqa: F401 - a fixture
from tests.reports.ledgers import LAST, Ledgers
from webapp import cli, exchange
from webapp.exchange import Format, Span, service
from webapp.kernel.errors import NotFound
from webapp.platform.audit import EditLogEntry
from webapp.platform.outbox import Job
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_books, read_books

SignIn = Callable[[Shop, Role], FlaskClient]


@pytest.fixture
def books_of(sharma: Shop) -> Ledgers:
    made = Ledgers(sharma.actor)
    made.post(LAST, ("debtors", 100, made.customer("Meera")), ("sales", -100), narration="One rupee")
    return made


@pytest.fixture
def tokenless(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)  # type: ignore[attr-defined]


def logged(shop: Shop) -> list[tuple[str, str]]:
    with read_books(shop.actor) as books:
        query = select(EditLogEntry.action, EditLogEntry.entity).where(EditLogEntry.action == "export").order_by(EditLogEntry.seq)
        return [(action, entity) for action, entity in books.session.execute(query)]


@pytest.mark.usefixtures("tokenless")
def test_few_vouchers_come_at_once(as_role: SignIn, sharma: Shop, books_of: Ledgers) -> None:  # noqa: F811
    client = as_role(sharma, Role.ACCOUNTANT)
    sent = client.post("/ledger-files", data={"format": "beancount", "from": "2026-04-01"})
    assert sent.status_code == 303
    answer = client.get(sent.location)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="munim-2026-04-01.beancount"'
    assert answer.text == export(sharma.actor, Format.BEANCOUNT, Span(LAST.replace(month=4, day=1)))
    assert [voucher.narration for voucher in Beans.read(answer.text).vouchers] == ["One rupee"]
    assert logged(sharma) == [("export", "ledger")]


@pytest.mark.usefixtures("tokenless")
def test_many_vouchers_are_made_by_a_job(as_role: SignIn, sharma: Shop, books_of: Ledgers, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(service, "MOST_AT_ONCE", 0)
    client = as_role(sharma, Role.OWNER)
    assert client.post("/ledger-files", data={"format": "ledger"}).location.endswith("/ledger-files")
    with read_books(sharma.actor) as books:
        file_id = UUID(books.session.scalars(select(EditLogEntry.entity_id).where(EditLogEntry.entity == "ledger_file")).one())
    assert "Being made" in client.get("/ledger-files").text
    assert client.get(f"/ledger-files/{file_id}/content").status_code == 409
    for _try in range(2):
        exports.make_ledger_file(Job(sharma.company_id, file_id, {}))
    assert "Download" in client.get(f"/ledger-files/{file_id}", headers={"HX-Request": "true"}).text
    answer = client.get(f"/ledger-files/{file_id}/content")
    assert answer.text == export(sharma.actor, Format.LEDGER)
    assert "munim.journal" in answer.headers["Content-Disposition"]
    answer.close()


def test_only_the_newest_files_are_kept(sharma: Shop, books_of: Ledgers) -> None:
    made = []
    for _n in range(service.KEPT + 1):
        with open_books(sharma.actor) as books:
            made.append(exchange.ask_file(books, Format.LEDGER, Span()))
        exchange.make_file(sharma.actor, made[-1])
    with read_books(sharma.actor) as books:
        states = [service.queries.asked_file(books, file_id).state for file_id in made]  # type: ignore[union-attr]
    assert states == ["waiting"] + ["ready"] * service.KEPT


def test_another_shops_file_is_not_there(as_role: SignIn, sharma: Shop, iyer: Shop, books_of: Ledgers) -> None:  # noqa: F811
    with open_books(sharma.actor) as books:
        file_id = exchange.ask_file(books, Format.LEDGER, Span())
    exchange.make_file(sharma.actor, file_id)
    client = as_role(iyer, Role.OWNER)
    for address in (f"/ledger-files/{file_id}", f"/ledger-files/{file_id}/content", f"/ledger-files/{uuid4()}"):
        assert client.get(address).status_code == 404
    with pytest.raises(NotFound):
        exchange.make_file(iyer.actor, file_id)


@pytest.mark.usefixtures("tokenless")
def test_a_cashier_takes_nothing_along(as_role: SignIn, sharma: Shop) -> None:  # noqa: F811
    client = as_role(sharma, Role.CASHIER)
    assert client.get("/ledger-files").status_code == 403
    assert client.get("/ledger-text").status_code == 403
    assert client.post("/ledger-files", data={"format": "ledger"}).status_code == 403
    assert logged(sharma) == []


@pytest.mark.usefixtures("tokenless")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"from": "last year"}, "Type the day as"),
        ({"from": "2026-04-02", "to": "2026-04-01"}, "before the first"),
        ({"to": "0020-04-01"}, "Type the day"),
    ],
)
def test_days_that_are_none_are_told_beside_the_field(as_role: SignIn, sharma: Shop, typed: dict[str, str], words: str) -> None:  # noqa: F811
    answer = as_role(sharma, Role.OWNER).post("/ledger-files", data={"format": "ledger", **typed})
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.usefixtures("tokenless")
def test_a_program_we_do_not_write_for_is_refused(as_role: SignIn, sharma: Shop) -> None:  # noqa: F811
    assert as_role(sharma, Role.OWNER).post("/ledger-files", data={"format": "lotus"}).status_code == 422


def test_the_console_writes_the_same(sharma: Shop, books_of: Ledgers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_connect", lambda: None)
    file = tmp_path / "books.journal"
    arguments = ["export-ledger", "--company", str(sharma.company_id), "--format", "ledger"]
    done = CliRunner().invoke(cli.verbs, [*arguments, "--output", str(file)])
    assert (done.exit_code, file.read_text(encoding="utf-8")) == (0, export(sharma.actor, Format.LEDGER))
    assert [one.name for one in tmp_path.iterdir()] == ["books.journal"]
    printed = CliRunner().invoke(cli.verbs, [*arguments, "--to", "2026-11-19"])
    assert printed.output == export(sharma.actor, Format.LEDGER, Span(None, LAST.replace(day=19)))
    assert logged(sharma) == [("export", "ledger")] * 2
