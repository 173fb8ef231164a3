"""Sharma Stores with one row of everything, and its owner's browser. The forms' tokens have tests of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobs.relay import sweep as sweep_up
from jobs.scheduler import perform_here
from tests.every_route.furnished import Furnished, furnish
from tests.ground.shops import Shop
from webapp.models import metadata
from webapp.platform import clock
from webapp.platform.tenancy import open_books


@pytest.fixture
def furnished(app: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> Furnished:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return furnish(app, sharma, "SHARMAROW")


@pytest.fixture
def row_counts(sharma: Shop) -> Callable[[], dict[str, Any]]:
    """How many rows of Sharma Stores each table has."""

    def count() -> dict[str, Any]:
        with open_books(sharma.actor) as books:
            connection = books.session.connection()
            return {
                table.name: connection.scalar(select(func.count()).where(table.c.company_id == sharma.company_id))
                for table in metadata.sorted_tables
                if "company_id" in table.c
            }

    return count


@pytest.fixture
def sweep() -> Callable[[], None]:
    """Half an hour later the sweeper comes by and performs what is not done."""

    def come_by() -> None:
        sweep_up(perform_here, clock.now() + timedelta(minutes=30))

    return come_by
