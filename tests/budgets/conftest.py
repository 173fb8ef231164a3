"""A shop with a year behind it, and people of every role."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.ground.shops import Shop
from tests.reports.conftest import as_role, ledgers, owner

__all__ = ["as_role", "ledgers", "owner"]


@pytest.fixture
def tokenless(app: Flask, monkeypatch: pytest.MonkeyPatch, sharma: Shop) -> Shop:
    """Sharma's shop; forms need no token."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return sharma
