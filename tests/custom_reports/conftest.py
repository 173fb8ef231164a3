"""Two shops with goods sold, and people of every role."""

from __future__ import annotations

from tests.budgets.conftest import tokenless
from tests.reports.conftest import as_role, ledgers, owner, trade

__all__ = ["as_role", "ledgers", "owner", "tokenless", "trade"]
