"""The chart every company begins with: Tally's 28 groups, and the accounts the program posts to by itself.

Ids are made from the company's number and the code, so that a posting needs no look-up to know them, and a chart
opened twice is the same chart. A code once used is never given another meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID, uuid5

from webapp.kernel.records import dataclass
from webapp.ledger.rules import AccountFacts

_CHART = UUID("6d756e69-6d00-5000-8000-6368617274aa")


@dataclass(frozen=True, slots=True)
class GroupSeed:
    """A head: its parent's code ("" for a primary one) and its nature: asset, liability, income or expense."""

    code: str
    name: str
    nature: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class AccountSeed:
    """An account known by its code. `wants_party`: each of its lines names a customer or supplier."""

    code: str
    name: str
    group: str
    wants_party: bool = False


# The predefined groups of TallyPrime, 15 primary and 13 beneath them, so that an Indian accountant finds each head
# where it is expected and a chart can be exchanged with Tally by name.
GROUPS: tuple[GroupSeed, ...] = (
    GroupSeed("capital-account", "Capital Account", "liability"),
    GroupSeed("reserves-surplus", "Reserves & Surplus", "liability", "capital-account"),
    GroupSeed("loans-liability", "Loans (Liability)", "liability"),
    GroupSeed("bank-od", "Bank OD A/c", "liability", "loans-liability"),
    GroupSeed("secured-loans", "Secured Loans", "liability", "loans-liability"),
    GroupSeed("unsecured-loans", "Unsecured Loans", "liability", "loans-liability"),
    GroupSeed("current-liabilities", "Current Liabilities", "liability"),
    GroupSeed("duties-taxes", "Duties & Taxes", "liability", "current-liabilities"),
    GroupSeed("provisions", "Provisions", "liability", "current-liabilities"),
    GroupSeed("sundry-creditors", "Sundry Creditors", "liability", "current-liabilities"),
    GroupSeed("suspense", "Suspense A/c", "liability"),
    GroupSeed("branch-divisions", "Branch / Divisions", "liability"),
    GroupSeed("fixed-assets", "Fixed Assets", "asset"),
    GroupSeed("investments", "Investments", "asset"),
    GroupSeed("current-assets", "Current Assets", "asset"),
    GroupSeed("bank-accounts", "Bank Accounts", "asset", "current-assets"),
    GroupSeed("cash-in-hand", "Cash-in-Hand", "asset", "current-assets"),
    GroupSeed("deposits", "Deposits (Asset)", "asset", "current-assets"),
    GroupSeed("loans-advances", "Loans & Advances (Asset)", "asset", "current-assets"),
    GroupSeed("stock-in-hand", "Stock-in-Hand", "asset", "current-assets"),
    GroupSeed("sundry-debtors", "Sundry Debtors", "asset", "current-assets"),
    GroupSeed("misc-expenses-asset", "Misc. Expenses (Asset)", "asset"),
    GroupSeed("sales-accounts", "Sales Accounts", "income"),
    GroupSeed("direct-incomes", "Direct Incomes", "income"),
    GroupSeed("indirect-incomes", "Indirect Incomes", "income"),
    GroupSeed("purchase-accounts", "Purchase Accounts", "expense"),
    GroupSeed("direct-expenses", "Direct Expenses", "expense"),
    GroupSeed("indirect-expenses", "Indirect Expenses", "expense"),
)

ACCOUNTS: tuple[AccountSeed, ...] = (
    AccountSeed("cash", "Cash", "cash-in-hand"),
    AccountSeed("bank", "Bank", "bank-accounts"),
    AccountSeed("upi-clearing", "UPI receipts in transit", "bank-accounts"),
    AccountSeed("card-clearing", "Card receipts in transit", "bank-accounts"),
    AccountSeed("cheques-in-hand", "Cheques in hand", "bank-accounts"),
    AccountSeed("cheques-issued", "Cheques issued, not yet presented", "bank-accounts"),
    AccountSeed("debtors", "Customers", "sundry-debtors", wants_party=True),
    AccountSeed("creditors", "Suppliers", "sundry-creditors", wants_party=True),
    AccountSeed("customer-advances", "Advances from customers", "current-liabilities", wants_party=True),
    AccountSeed("supplier-advances", "Advances to suppliers", "loans-advances", wants_party=True),
    AccountSeed("stock-in-hand", "Stock-in-hand", "stock-in-hand"),
    AccountSeed("goods-in-transit", "Goods in transit between stores", "stock-in-hand"),
    AccountSeed("goods-delivered", "Goods delivered, not yet billed", "stock-in-hand"),
    AccountSeed("goods-received", "Goods received, not yet billed", "current-liabilities"),
    AccountSeed("branch-control", "Branch control", "branch-divisions"),
    AccountSeed("sales", "Sales", "sales-accounts"),
    AccountSeed("sales-exempt", "Sales, exempt and nil-rated", "sales-accounts"),
    AccountSeed("sales-returns", "Sales returns", "sales-accounts"),
    AccountSeed("discount-received", "Discount received", "indirect-incomes"),
    AccountSeed("interest-received", "Interest on overdue bills", "indirect-incomes"),
    AccountSeed("output-cgst", "Output CGST", "duties-taxes"),
    AccountSeed("output-sgst", "Output SGST", "duties-taxes"),
    AccountSeed("output-igst", "Output IGST", "duties-taxes"),
    AccountSeed("output-cess", "Output Cess", "duties-taxes"),
    AccountSeed("advance-gst", "GST on advances received", "current-assets"),
    AccountSeed("gst-cash-ledger", "GST electronic cash ledger", "current-assets"),
    AccountSeed("reverse-charge-cgst", "CGST payable under reverse charge", "duties-taxes"),
    AccountSeed("reverse-charge-sgst", "SGST payable under reverse charge", "duties-taxes"),
    AccountSeed("reverse-charge-igst", "IGST payable under reverse charge", "duties-taxes"),
    AccountSeed("reverse-charge-cess", "Cess payable under reverse charge", "duties-taxes"),
    AccountSeed("composition-cgst", "CGST payable under composition", "duties-taxes"),
    AccountSeed("composition-sgst", "SGST payable under composition", "duties-taxes"),
    AccountSeed("input-cgst", "Input CGST", "duties-taxes"),
    AccountSeed("input-sgst", "Input SGST", "duties-taxes"),
    AccountSeed("input-igst", "Input IGST", "duties-taxes"),
    AccountSeed("input-cess", "Input Cess", "duties-taxes"),
    AccountSeed("itc-reversed", "Input tax reversed, to claim again", "current-assets"),
    AccountSeed("tds-payable", "TDS payable", "duties-taxes"),
    AccountSeed("tds-receivable", "TDS receivable", "duties-taxes"),
    AccountSeed("tcs-payable", "TCS payable", "duties-taxes"),
    AccountSeed("cost-of-goods", "Cost of goods sold", "direct-expenses"),
    AccountSeed("purchase-costs", "Freight and other costs of purchase", "direct-expenses"),
    AccountSeed("price-differences", "Price differences on purchases", "direct-expenses"),
    AccountSeed("wastage", "Wastage", "direct-expenses"),
    AccountSeed("stock-adjustment", "Stock adjustment", "direct-expenses"),
    AccountSeed("expenses", "Shop expenses", "indirect-expenses"),
    AccountSeed("discount-allowed", "Discount allowed", "indirect-expenses"),
    AccountSeed("bad-debts", "Bad debts written off", "indirect-expenses"),
    AccountSeed("gst-not-claimed", "GST that cannot be claimed", "indirect-expenses"),
    AccountSeed("composition-tax", "GST under composition", "indirect-expenses"),
    AccountSeed("round-off", "Round off", "indirect-expenses"),
    AccountSeed("exchange-difference", "Exchange gain or loss", "indirect-expenses"),
    AccountSeed("cash-short-over", "Cash short and over", "indirect-expenses"),
    AccountSeed("capital", "Capital", "capital-account"),
    AccountSeed("owner-drawings", "Owner's drawings", "capital-account"),
    AccountSeed("profit-loss", "Profit & Loss A/c", "reserves-surplus"),
    AccountSeed("opening-difference", "Difference in opening balances", "suspense"),
)


def group_id(company_id: int, code: str) -> UUID:
    """The id of a seeded group in a company."""
    return uuid5(_CHART, f"{company_id}/group/{code}")


@lru_cache(maxsize=4096)
def coded_accounts(company_id: int) -> Mapping[str, UUID]:
    """Code → id of every account of ACCOUNTS in a company."""
    return MappingProxyType({seed.code: uuid5(_CHART, f"{company_id}/account/{seed.code}") for seed in ACCOUNTS})


def seeded_ids(company_id: int) -> dict[str, UUID]:
    """The ids of all that is in every chart, by kind and code: they hold the company's number, and change when a business gets another."""
    groups = {f"group/{seed.code}": group_id(company_id, seed.code) for seed in GROUPS}
    return groups | {f"account/{code}": id_ for code, id_ in coded_accounts(company_id).items()}


@lru_cache(maxsize=4096)
def coded_facts(company_id: int) -> Mapping[UUID, AccountFacts]:
    """What the accounts of ACCOUNTS allow, by id. They are never archived and never change, so no read is needed."""
    ids = coded_accounts(company_id)
    return MappingProxyType({ids[seed.code]: AccountFacts(seed.name, seed.wants_party) for seed in ACCOUNTS})
