"""The ledger: the chart of accounts and the register of vouchers, append-only, with its totals by month beside it.

Promises: a voucher balances or is not written; what is posted is never changed, a mistake is answered by `reverse`;
the same voucher sent twice is written once; each total equals a replay of the lines behind it.
"""

from webapp.ledger.bank_numbers import accounts_of_number, mark_of_number, seal_numbers
from webapp.ledger.centre_balances import centre_balances_at, centre_year_totals
from webapp.ledger.centre_filter import CentreFilter, centre_filter, vouchers_naming
from webapp.ledger.centre_register import (
    CentrePart,
    centre_account_count,
    centre_account_days,
    centre_account_months,
    centre_account_page,
    centre_party_page,
    is_money,
    money_accounts,
)
from webapp.ledger.centre_totals import centre_months
from webapp.ledger.chart import seeded_ids
from webapp.ledger.chart_reads import AccountCard, account_card, account_cards, account_numbers, schedule_heads
from webapp.ledger.chart_rules import AccountDraft, GroupDraft
from webapp.ledger.charting import change_account, change_group, create_account, create_group
from webapp.ledger.csv_rows import MOST_BYTES, read_rows
from webapp.ledger.hooks import use_release, use_watch
from webapp.ledger.masters import CentreRow, centres_beneath, cost_centres, create_cost_centre, party_credits, party_totals
from webapp.ledger.opening_reads import bill_dates, has_openings, opening_bills, opening_day, opening_difference
from webapp.ledger.party_balances import party_balances_at
from webapp.ledger.queries import (
    AccountRow,
    Chart,
    GroupRow,
    TrialRow,
    chart_of_accounts,
    dues,
    last_entry_day,
    party_due,
    trial_balance,
    voucher_or_none,
    vouchers_of,
)
from webapp.ledger.rules import SCOPE_OF, AlreadyReversed, Heading, PostedVoucher
from webapp.ledger.schedule_words import schedule_head_words
from webapp.ledger.service import heads, open_chart, post, reverse
from webapp.ledger.spans import centre_spans, voucher_spans
from webapp.ledger.statements import Asked, LineKey, RegisterPage, RegisterRow, account_page, party_page
from webapp.ledger.totals import (
    AccountTotal,
    YearTotals,
    account_totals,
    balances_at,
    counter_totals,
    year_totals,
)

__all__ = [
    "MOST_BYTES",
    "SCOPE_OF",
    "AccountCard",
    "AccountDraft",
    "AccountRow",
    "AccountTotal",
    "AlreadyReversed",
    "Asked",
    "CentreFilter",
    "CentrePart",
    "CentreRow",
    "Chart",
    "GroupDraft",
    "GroupRow",
    "Heading",
    "LineKey",
    "PostedVoucher",
    "RegisterPage",
    "RegisterRow",
    "TrialRow",
    "YearTotals",
    "account_card",
    "account_cards",
    "account_numbers",
    "account_page",
    "account_totals",
    "accounts_of_number",
    "balances_at",
    "bill_dates",
    "centre_account_count",
    "centre_account_days",
    "centre_account_months",
    "centre_account_page",
    "centre_balances_at",
    "centre_filter",
    "centre_months",
    "centre_party_page",
    "centre_spans",
    "centre_year_totals",
    "centres_beneath",
    "change_account",
    "change_group",
    "chart_of_accounts",
    "cost_centres",
    "counter_totals",
    "create_account",
    "create_cost_centre",
    "create_group",
    "dues",
    "has_openings",
    "heads",
    "is_money",
    "last_entry_day",
    "mark_of_number",
    "money_accounts",
    "open_chart",
    "opening_bills",
    "opening_day",
    "opening_difference",
    "party_balances_at",
    "party_credits",
    "party_due",
    "party_page",
    "party_totals",
    "post",
    "read_rows",
    "reverse",
    "schedule_head_words",
    "schedule_heads",
    "seal_numbers",
    "seeded_ids",
    "trial_balance",
    "use_release",
    "use_watch",
    "voucher_or_none",
    "voucher_spans",
    "vouchers_naming",
    "vouchers_of",
    "year_totals",
]
