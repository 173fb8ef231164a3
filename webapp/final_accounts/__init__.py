"""The final accounts: trial balance, profit and loss, balance sheet, Schedule III, cash and fund flow, ratios.

They post nothing; the notes of a year are all they keep. Promises: each figure is drawn from the month totals, never from
a scan of the lines (but the cash flow, which asks what cash moved against); both sides of a balance sheet agree; the profit
of the profit and loss account is the one in the balance sheet; a cash flow comes to the change in cash and bank, by both
methods; groups add up to their accounts.
"""

from webapp.final_accounts.doubts import Marked, marked_on
from webapp.final_accounts.queries import balance_sheet, profit_and_loss

__all__ = ["Marked", "balance_sheet", "marked_on", "profit_and_loss"]
