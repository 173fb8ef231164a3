"""Budgets: what a year was meant to bring and to cost, by account or group, month and cost centre, beside what it did.

They post nothing. Promises: a yearly figure spread over months adds up to itself; no figure stands in two lines of a budget;
actuals are the ledger's kept totals, those of a cost centre what was allocated to it; each change is in the edit log.
"""

from webapp.budgets.rules import BudgetDraft, LineDraft
from webapp.budgets.service import create_budget, save_line

__all__ = ["BudgetDraft", "LineDraft", "create_budget", "save_line"]
