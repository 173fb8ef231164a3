"""Custom reports on screen: made with a preview, kept, sent out, shared; who may."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.sales.trade import Trade
from webapp.custom_reports import routes
from webapp.kernel.ids import new_id
from webapp.platform.permissions import Role

SignIn = Callable[[Shop, Role], FlaskClient]
FORM = {"name": "By item", "source": "bill-lines", "col_item": "1", "col_total": "2", "group_0": "item"}


def test_from_nothing_to_a_file(tokenless: Shop, owner: FlaskClient, trade: Trade, monkeypatch: object) -> None:
    trade.item("Dal", 100)
    trade.sell(trade.line("Dal", 2), total=200)
    assert "No report yet" in owner.get("/custom-reports").text
    assert "Lines of bills" in owner.get("/custom-reports/new").text
    assert 'name="col_item"' in owner.get("/custom-reports/new?source=bill-lines").text
    preview = owner.post("/custom-reports", data={**FORM, "act": "preview"}).text
    assert "Total: Dal" in preview
    assert 'value="By item"' in preview
    assert "By item" not in owner.get("/custom-reports").text
    made = owner.post("/custom-reports", data={**FORM, "id": str(new_id())})
    assert "Total: Dal" in owner.get(made.location).text
    assert "By item" in owner.get("/custom-reports?q=item").text
    assert "No report matches" in owner.get("/custom-reports?q=nothing").text
    for format_ in ("csv", "xlsx", "pdf"):
        assert owner.get(f"{made.location}?format={format_}").status_code == 200
    assert owner.get(f"{made.location}?format=csv").text.splitlines()[1:] == ["Dal,200.00", "Total: Dal,200.00", "Total,200.00"]
    assert owner.post(f"{made.location}/files", data={"format": "csv"}).status_code == 303
    assert "Being made" in owner.get(made.location).text
    copy = owner.post(f"{made.location}/copy")
    assert "By item (2)" in owner.get(copy.location).text
    monkeypatch.setattr(routes, "MOST_AT_ONCE", 0)  # type: ignore[attr-defined]
    assert owner.get(f"{made.location}?format=csv").status_code == 409


def test_hostile_forms_are_refused_and_kept(tokenless: Shop, owner: FlaskClient) -> None:
    many = {f"col_x{n}": str(n % 900) for n in range(900)}
    for typed in (
        {**FORM, **many},
        {**FORM, "col_item": "first"},
        {**FORM, "filter_0": "evil", "operator_0": "is"},
        {**FORM, "source": "bills"},
    ):
        answer = owner.post("/custom-reports", data=typed)
        assert answer.status_code == 422
        assert 'value="By item"' in answer.text
    assert owner.post("/custom-reports", data={"source": "nothing", "name": "x", "col_a": "1"}).status_code == 422


def test_a_schedule_says_that_nothing_is_sent(tokenless: Shop, owner: FlaskClient) -> None:
    made = owner.post("/custom-reports", data=FORM).location
    wrong = owner.post(f"{made}/schedules", data={"every": "day", "time": "25:00", "format": "csv", "recipients": "ca"})
    assert wrong.status_code == 422
    assert "is no e-mail address" in wrong.text
    owner.post(
        f"{made}/schedules", data={"every": "week", "weekday": "4", "time": "18:30", "format": "pdf", "recipients": "ca@example.in, b@c.in"}
    )
    shown = owner.get(made).text
    assert "It is not sent until e-mail is set up" in shown
    assert "ca@example.in, b@c.in" in shown


def test_roles_and_companies(tokenless: Shop, iyer: Shop, owner: FlaskClient, as_role: SignIn) -> None:
    private = owner.post("/custom-reports", data=FORM).location
    shared = owner.post("/custom-reports", data={**FORM, "name": "Shared", "col_cost": "3", "is_shared": "1"}).location
    books = owner.post("/custom-reports", data={"name": "Books", "source": "voucher-lines", "col_debit": "1", "is_shared": "1"}).location
    cashier, stranger = as_role(tokenless, Role.CASHIER), as_role(iyer, Role.OWNER)
    listed = cashier.get("/custom-reports").text
    assert "Shared" in listed
    assert "By item" not in listed
    assert "No report matches" in cashier.get("/custom-reports?q=books").text
    assert "Your role does not show: Cost" in cashier.get(shared).text
    assert cashier.get(books).status_code == 403
    assert cashier.get(private).status_code == 404
    assert cashier.get(f"{shared}?format=csv").status_code == 403
    assert cashier.post(f"{shared}/files", data={"format": "csv"}).status_code == 403
    assert "Lines of vouchers" not in cashier.get("/custom-reports/new").text
    for path in (private, shared, f"{shared}/edit"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{shared}/copy").status_code == 404
    assert stranger.post(f"{shared}/removal", data={"version": "1"}).status_code == 404
