"""The heads of Schedule III in the reader's language: for the form of an account, and for the statements."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.kernel.schedule_iii import HEADS


def schedule_head_words() -> dict[str, str]:
    """Head → its words, every head of webapp.kernel.schedule_iii."""
    return {
        "share-capital": _("Share capital (owner's capital)"),
        "reserves": _("Reserves and surplus"),
        "long-term-borrowings": _("Long-term borrowings"),
        "deferred-tax-liability": _("Deferred tax liabilities (net)"),
        "other-long-term-liabilities": _("Other long-term liabilities"),
        "long-term-provisions": _("Long-term provisions"),
        "short-term-borrowings": _("Short-term borrowings"),
        "trade-payables": _("Trade payables"),
        "interest-accrued": _("Interest accrued on borrowings"),
        "other-current-liabilities": _("Other current liabilities"),
        "provision-for-tax": _("Provision for income tax"),
        "short-term-provisions": _("Short-term provisions"),
        "fixed-assets": _("Property, plant and equipment"),
        "intangible-assets": _("Intangible assets"),
        "capital-work": _("Capital work-in-progress"),
        "non-current-investments": _("Non-current investments"),
        "deferred-tax-asset": _("Deferred tax assets (net)"),
        "long-term-loans": _("Long-term loans and advances"),
        "other-non-current-assets": _("Other non-current assets"),
        "current-investments": _("Current investments"),
        "inventories": _("Inventories"),
        "trade-receivables": _("Trade receivables"),
        "doubtful-allowance": _("Allowance for doubtful debts"),
        "cash": _("Cash and cash equivalents"),
        "short-term-loans": _("Short-term loans and advances"),
        "advance-tax": _("Advance income tax and tax deducted at source"),
        "other-current-assets": _("Other current assets"),
        "revenue": _("Revenue from operations"),
        "other-income": _("Other income"),
        "interest-income": _("Interest income"),
        "dividend-income": _("Dividend income"),
        "purchases": _("Purchases of stock-in-trade"),
        "employee-benefits": _("Employee benefits expense"),
        "finance-costs": _("Finance costs"),
        "depreciation": _("Depreciation and amortisation expense"),
        "other-expenses": _("Other expenses"),
        "exceptional": _("Exceptional items"),
        "current-tax": _("Current tax"),
        "deferred-tax": _("Deferred tax"),
    }


def schedule_head_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The heads to choose from, by nature."""
    words = schedule_head_words()
    natures = {"liability": _("Liabilities"), "asset": _("Assets"), "income": _("Income"), "expense": _("Expenses")}
    return [(natures[nature], [(head, words[head]) for head in heads]) for nature, heads in HEADS.items()]
