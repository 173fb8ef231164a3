"""The heads of Schedule III, Division I (Companies Act 2013) an account may be put under, by its nature.

The chart offers them where an account is made, the final accounts print by them. A code is ours and stable. An account
without one stands where its group does.
"""

from __future__ import annotations

from collections.abc import Mapping

HEADS: Mapping[str, tuple[str, ...]] = {
    "liability": (
        "share-capital",
        "reserves",
        "long-term-borrowings",
        "deferred-tax-liability",
        "other-long-term-liabilities",
        "long-term-provisions",
        "short-term-borrowings",
        "trade-payables",
        "doubtful-allowance",
        "interest-accrued",
        "other-current-liabilities",
        "provision-for-tax",
        "short-term-provisions",
    ),
    "asset": (
        "fixed-assets",
        "intangible-assets",
        "capital-work",
        "non-current-investments",
        "deferred-tax-asset",
        "long-term-loans",
        "other-non-current-assets",
        "current-investments",
        "inventories",
        "trade-receivables",
        "doubtful-allowance",
        "cash",
        "short-term-loans",
        "advance-tax",
        "other-current-assets",
    ),
    "income": ("revenue", "other-income", "interest-income", "dividend-income"),
    "expense": (
        "purchases",
        "employee-benefits",
        "finance-costs",
        "depreciation",
        "other-expenses",
        "exceptional",
        "current-tax",
        "deferred-tax",
    ),
}
