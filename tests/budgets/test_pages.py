"""Budgets on screen: written, spread, copied, archived, sent out; who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask.testing import FlaskClient

from tests.budgets.test_budgets import budget, head, of_account, version
from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from webapp.kernel.ids import new_id
from webapp.platform.permissions import Role

SignIn = Callable[[Shop, Role], FlaskClient]


def test_a_budget_from_nothing_to_its_variance(tokenless: Shop, owner: FlaskClient, ledgers: Ledgers) -> None:
    assert "No budget yet" in owner.get("/budgets").text
    made = owner.post("/budgets", data={"name": "Plan", "start_year": "2026", "id": str(new_id())})
    assert "no lines yet" in owner.get(made.location).text
    account = f"account:{head(tokenless, 'expenses')}"
    spread = owner.post(f"{made.location}/lines", data={"head": account, "yearly": "100", "act": "spread", "version": "1"})
    assert 'value="8.34"' in spread.text
    months = {f"month_{n}": "1,000.50" if n == 0 else "" for n in range(12)}
    kept = owner.post(f"{made.location}/lines", data={"head": account, "version": "1", "id": str(new_id()), **months})
    assert kept.status_code == 303
    ledgers.post(date(2026, 4, 2), ("expenses", 200_000), ("cash", -200_000))
    shown = owner.get(f"{made.location}/variance?to=2026-04-30").text
    assert "1,000.50" in shown
    assert "+99.9%" in shown
    assert f"/accounts/{head(tokenless, 'expenses')}?from=2026-04-01" in shown.replace("&amp;", "&")
    for format_ in ("csv", "xlsx", "pdf"):
        assert owner.get(f"{made.location}/variance?to=2026-04-30&format={format_}").status_code == 200
    assert "999.50" in owner.get(f"{made.location}/variance?to=2026-04-30&format=csv").text
    assert "1000.50" in owner.get(f"{made.location}/lines.csv").text


def test_what_is_wrong_stands_beside_its_field(tokenless: Shop, owner: FlaskClient) -> None:
    made = budget(tokenless)
    answer = owner.post(f"/budgets/{made}/lines", data={"head": "", "month_3": "12", "version": "1"})
    assert answer.status_code == 422
    assert "Choose the account or group" in answer.text
    assert 'value="12"' in answer.text
    assert owner.post(f"/budgets/{made}/lines", data={"head": "account:x", "month_3": "twelve", "version": "1"}).status_code == 422
    assert owner.post(f"/budgets/{made}/last-year", data={"change": "lots", "version": "1"}).status_code == 422
    assert owner.post(f"/budgets/{made}/lines-file", data={"version": "1"}).status_code == 422


def test_an_archived_budget_is_found_under_archived(tokenless: Shop, owner: FlaskClient) -> None:
    made = budget(tokenless, of_account(tokenless, "sales", 5))
    owner.post(f"/budgets/{made}/archival", data={"version": str(version(tokenless, made))})
    assert "No budget matches" in owner.get("/budgets").text
    assert "Plan" in owner.get("/budgets?state=archived&q=plan").text
    owner.post(f"/budgets/{made}/restoration", data={"version": str(version(tokenless, made))})
    assert "Plan" in owner.get("/budgets?format=csv").text


def test_a_cashier_sees_no_budget_and_another_company_has_none(tokenless: Shop, iyer: Shop, as_role: SignIn) -> None:
    made = budget(tokenless)
    cashier, stranger = as_role(tokenless, Role.CASHIER), as_role(iyer, Role.OWNER)
    for path in ("", f"/{made}", f"/{made}/variance", f"/{made}/lines/new", f"/{made}/lines.csv"):
        assert cashier.get(f"/budgets{path}").status_code == 403
        if path:
            assert stranger.get(f"/budgets{path}").status_code == 404
    assert stranger.post(f"/budgets/{made}/lines", data={"version": "1", "head": f"account:{head(iyer, 'sales')}"}).status_code == 404


def test_another_companys_store_or_centre_is_not_there(tokenless: Shop, owner: FlaskClient) -> None:
    made = budget(tokenless)
    for query in ("store=x", f"store={UUID(int=9)}", f"centre={UUID(int=9)}"):
        assert owner.get(f"/budgets/{made}/variance?{query}").status_code == 404
