"""A business with plans leaves: nothing of them is left behind, and the other's stay."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, func, select

from tests.conftest import Clock
from tests.ground.shops import Shop, found_shop
from tests.plans.conftest import give
from webapp import winding_up
from webapp.plans import service
from webapp.plans.models import CompanyPlan, PlanRequest
from webapp.platform import db
from webapp.platform.company_rows import speak_for


def rows(shop: Shop) -> tuple[int, int]:
    with db.engine().connect() as connection:
        speak_for(connection, shop.company_id)
        counts = [
            connection.scalar(select(func.count()).select_from(model).where(model.company_id == shop.company_id))
            for model in (CompanyPlan, PlanRequest)
        ]
    return counts[0] or 0, counts[1] or 0


def test_its_plans_go_with_it_and_no_others(real_engine: Engine, hosted: Path, clock: Clock) -> None:
    goes, stays = (found_shop(name, email=f"owner@{name}.example", state_code="29") for name in ("rao", "verma"))
    for shop in (goes, stays):
        give(shop, "free")
        service.ask(shop.actor, "chain", "month", "")
    assert rows(goes) == rows(stays) == (2, 1)
    winding_up.ask_closing(goes.actor)
    clock.advance(days=31)
    winding_up.close_due()
    assert rows(goes) == (2, 0), "what it waited for is answered by nobody any more"
    clock.advance(days=1)
    winding_up.delete_due()
    assert rows(goes) == (0, 0)
    assert rows(stays) == (2, 1)
