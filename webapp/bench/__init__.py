"""Measures what the budgets speak of, on data it makes itself in a folder of its own. Medians; CPU time unless said."""

from webapp.bench.run import run

__all__ = ["run"]
