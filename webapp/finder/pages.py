"""Pages by name: those of the menu, those it leaves out, and the words a shopkeeper has for them in either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask import current_app, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.platform.permissions import permission_of
from webapp.platform.tenancy import Actor

_LANGUAGES = ("en", "hi")

# What else people call them; Hindi as it is spoken is typed in either script.
_ALSO: Mapping[str, str] = {
    "counter.show_counter": "till pos billing new bill sell bikri बिक्री बिल नया",
    "reports.today": "dashboard home aaj आज",
    "sales.list_bills": "invoices sales credit notes returns बिल वापसी",
    "catalogue.list_items": "products stock price list saman maal सामान माल भाव",
    "parties.list_parties": "suppliers vendors parties grahak ग्राहक पार्टी सप्लायर",
    "reports.khata": "udhaar udhar credit dues outstanding receivable baki उधार बाकी",
    "reports.day_book": "daybook journal roznamcha रोज़नामचा",
    "reports.accounts": "chart of accounts heads khate खाते",
    "final_accounts.show_trial_balance": "tb talpat तलपट",
    "final_accounts.show_profit_and_loss": "p&l pl income statement labh hani लाभ हानि नफ़ा",
    "final_accounts.show_balance_sheet": "bs assets liabilities chittha चिट्ठा",
    "payments.list_receipts": "payments received money vasooli वसूली रसीद",
    "reports.stock_summary": "inventory godown valuation स्टॉक गोदाम",
    "stocktaking.list_adjustments": "count damage shortage wastage गिनती नुकसान",
    "counter.list_tills": "devices tills enrol डिवाइस",
    "counter.list_shifts": "cash drawer z report galla गल्ला",
    "company.show_settings": "company gstin address members staff lock period logo सेटिंग",
}


class Page(NamedTuple):
    """A page. `others` are its words in every language, and those it is also known by."""

    title: str
    others: str
    endpoint: str
    icon: str
    url: str


def pages_for(actor: Actor, language: str) -> list[Page]:
    """Every page this actor may open, in the reader's language."""
    found = _all_pages().get(language) or _all_pages()["en"]
    views = current_app.view_functions
    return [page for page in found if (asked := permission_of(views[page.endpoint])) is None or actor.may(asked)]


def _all_pages() -> dict[str, list[Page]]:
    """Pages by language, worked out once for an app."""
    kept: dict[str, list[Page]] | None = current_app.extensions.get("munim.pages")
    if kept is None:
        named = {language: _names(language) for language in _LANGUAGES}
        kept = {}
        for language, names in named.items():
            kept[language] = [
                Page(
                    title,
                    " ".join([*(one[endpoint][0] for one in named.values()), _ALSO.get(endpoint, "")]),
                    endpoint,
                    icon,
                    url_for(endpoint),
                )
                for endpoint, (title, icon) in names.items()
                if endpoint in current_app.view_functions
            ]
        current_app.extensions["munim.pages"] = kept
    return kept


def _names(language: str) -> dict[str, tuple[str, str]]:
    """Title and icon of each page, by its endpoint, in a language."""
    with force_locale(language):
        listed = {
            endpoint: (str(words), icon)
            for _group, links in current_app.extensions["munim.menu"]()
            for words, endpoint, icon, _may in links
        }
        beside: dict[str, tuple[str, str]] = {
            "catalogue.show_new_item": (_("New item"), "plus"),
            "catalogue.imports.list_imports": (_("Import items"), "upload"),
            "catalogue.list_tax_classes": (_("Tax classes"), "percent"),
            "catalogue.masters.list_masters": (_("Lists of codes"), "search"),
            "parties.show_new_party": (_("New customer"), "plus"),
            "payments.new_receipt": (_("Take a payment"), "plus"),
            "stocktaking.new_adjustment": (_("New adjustment"), "plus"),
            "vouchers.new_voucher": (_("New voucher"), "plus"),
            "ledger.show_openings": (_("Opening balances"), "notebook-text"),
            "ledger.list_opening_bills": (_("Unpaid bills when the books began"), "receipt-text"),
            "company.show_locks": (_("Locked months"), "lock"),
            "reports.list_account_files": (_("Files of accounts"), "file-down"),
            "ledger.new_account": (_("New account"), "plus"),
            "ledger.new_group": (_("New group"), "plus"),
            "final_accounts.show_schedule_iii": (_("Schedule III"), "scale"),
            "final_accounts.show_fund_flow": (_("Fund flow"), "banknote"),
            "final_accounts.show_equity": (_("Capital and changes in equity"), "landmark"),
            "final_accounts.list_marks": (_("Disputed and doubtful dues"), "triangle-alert"),
            "exchange.list_ledger_files": (_("Books for other programs"), "file-text"),
            "identity.list_places": (_("Your businesses"), "store"),
        }
    return {**beside, **listed}
