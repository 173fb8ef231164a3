"""The shop of the sales tests, whose customers pay what they owe."""

from __future__ import annotations

from tests.sales.conftest import other, trade

__all__ = ["other", "trade"]
