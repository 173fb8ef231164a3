"""Puts the rooms together into one Flask app. Nothing is decided here."""

# long: one list of the rooms and one of the menu, each read as a whole

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, current_app, g, request, session, url_for
from flask_babel import Babel
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from webapp import company, identity
from webapp.platform import db, machine, master_keys, outside, sealing, slow_queries, storage, templating, tracker, translations, web
from webapp.platform import logging as request_log
from webapp.platform.assets import Assets
from webapp.platform.permissions import OF_THE_WHOLE_BUSINESS, Permission, Role
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Books
from webapp.tax import identifiers
from webapp.tax.states import state_tax_name

ROOT = Path(__file__).parents[1]

# Rooms with a door to the web, each a blueprint `bp` in its routes.
ROOMS_WITH_PAGES = (
    "identity",
    "onboarding",
    "company",
    "people",
    "api_access",
    "links",
    "messaging",
    "notifications",
    "attachments",
    "saved_views",
    "catalogue",
    "schemes",
    "parties",
    "sales",
    "payments",
    "gateway",
    "orders",
    "purchases",
    "consignment",
    "outstandings",
    "writing_off",
    "cheques",
    "interest",
    "reminders",
    "vouchers",
    "stocktaking",
    "transfers",
    "assembly",
    "ledger",
    "counter",
    "reports",
    "stock_reports",
    "final_accounts",
    "share_capital",
    "operator_supplies",
    "gst_returns",
    "gstr3b",
    "gst_inward",
    "input_tax",
    "budgets",
    "custom_reports",
    "einvoice",
    "ewaybills",
    "printing",
    "exchange",
    "finder",
    "tds",
    "composition",
    "gst_annual",
    "due_dates",
    "dunning",
    "closing",
    "backups",
    "winding_up",
    "edit_log",
    "security_events",
    "background",
    "api",
)


def create_app(settings: Settings) -> Flask:
    """The web application for `settings`. Refuses to start when a view names no permission."""
    app = Flask("webapp", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.jinja_environment = templating.Environment
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.is_testing,
        PROPAGATE_EXCEPTIONS=False,
        MAX_CONTENT_LENGTH=25_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.sign_in_days),
        SESSION_COOKIE_NAME="__Host-munim" if settings.is_https else "munim",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        # A page kept open all day must still be able to send its form; the session itself bounds the token.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,  # web.set_up calls it, after the doors of scripts have been told apart
        BABEL_TRANSLATION_DIRECTORIES=str(translations.compiled(settings.var_dir)),
    )
    _believe_proxies(app, settings.trusted_proxies)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    db.use(db.make_engine(settings.database_url))
    slow_queries.watch(db.engine(), settings.slow_query_ms)
    storage.use(settings.var_dir)
    sealing.use(settings.secret_key, master_keys.of_machine(settings))
    outside.use(settings.outside_hosts)
    tracker.use(settings.sentry_dsn)
    machine.use(settings)
    app.extensions["munim.settings"] = settings
    app.extensions["munim.assets"] = Assets(ROOT / "static")
    app.extensions["munim.nav"] = navigation
    app.extensions["munim.shell"] = shell
    app.extensions["munim.menu"] = menu
    app.extensions["munim.held"] = company.held
    _use_doors_of_programs(app)
    app.extensions["munim.business"] = lambda books: company.profile(books).name
    app.add_template_filter(state_tax_name, "state_tax")
    identifiers.use(takes_sandbox=settings.takes_sandbox_gstins)
    request_log.watch(app)
    Babel(app, locale_selector=language, default_timezone="Asia/Kolkata")
    web.set_up(app)
    for bp in _blueprints(settings):
        app.register_blueprint(bp)
    connect_rooms()
    web.check_every_view(app)
    return app


def _believe_proxies(app: Flask, count: int) -> None:
    """Take who asks from X-Forwarded-For, as many places from its end as proxies of ours stand before us: what is left of that was
    sent by anybody. With none, the header says nothing. Which site it is stays PUBLIC_URL's and the Host header's to say."""
    if count:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=0, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]


def _require_untold(books: Books, gstin: str, store_ids: Collection[UUID]) -> None:
    from webapp import gst_returns  # who waits for work need not load it

    gst_returns.require_untold(books, gstin, store_ids)


def _is_still_owed(books: Books, message: Any) -> str:
    from webapp import dunning  # who waits for work need not load it

    return dunning.hindrance(books, message)


def _use_doors_of_programs(app: Flask) -> None:
    from webapp import api_access, security_events  # here: a worker connects the rooms by this file, and does without these two

    app.extensions["munim.refused"] = security_events.note_refusal
    app.extensions["munim.bearer"] = api_access.admit


def _end_tokens(directory: Session, user_id: UUID, company_id: int) -> None:
    from webapp import api_access

    api_access.end_of_member(directory, user_id, company_id)


def _end_pin(directory: Session, user_id: UUID, company_id: int) -> None:
    from webapp.counter import pins  # who waits for work need not load it

    pins.end_of_place(directory, user_id, company_id)


def _subjects() -> tuple[Any, ...]:
    from webapp import attachable  # with the rooms of all documents

    return attachable.SUBJECTS


def connect_rooms() -> None:
    """Tell the rooms below what those above them do with their facts. Jobs and the console call it too."""
    from webapp import (
        attachments,
        catalogue,
        company,
        consignment,
        ledger,
        links,
        notifications,
        orders,
        outstandings,
        payments,
        purchases,
        sales,
        stock,
        stocktaking,
        tds,
        vouchers,
    )

    identity.also_ends(_end_tokens)
    identity.also_ends(_end_pin)
    attachments.use_subjects(_subjects)
    links.use_known_utrs(payments.numbers_by_reference)
    links.use_known_utrs(orders.numbers_by_reference)
    identity.use_joining(company.limit_member)
    identity.when_role_is_removed(company.forget_limits)
    company.use_before_closing(stock.require_empty)
    company.use_before_leaving(_require_untold)
    catalogue.use_before_tracking(stock.require_none_on_hand)
    catalogue.use_before_valuation(stock.require_never_moved)
    stock.use_require_own(purchases.require_own)
    purchases.held_elsewhere(consignment.held_elsewhere)
    catalogue.use_openings(stocktaking.record_openings)
    ledger.use_release(outstandings.release_all_of)
    sales.when_cancelled(orders.release_invoice)
    sales.goods_before(orders.goods_before)
    sales.offers_promised(orders.offers_promised)
    ledger.use_watch(tds.watch)
    purchases.use_deductions(tds.OF_BILLS)
    vouchers.use_deductions(tds.OF_VOUCHERS)
    sales.use_collections(tds.OF_SALES)
    sales.when_cancelled(tds.bill_cancelled)
    notifications.use_check(notifications.REMINDERS, _is_still_owed)
    if machine.plans_file():
        from webapp import plans  # where nobody hosts, nothing of it is loaded

        plans.connect()


def language() -> str:
    """The language of this request: chosen, or the browser's, or English. A page that a link opens has no session of its own, so its
    reader's choice stands in the address."""
    if "token" in (request.view_args or {}) and request.args.get("lang") in ("en", "hi"):
        return request.args["lang"]
    chosen: str | None = session.get("language")
    return chosen or request.accept_languages.best_match(["en", "hi"]) or "en"


def shell() -> dict[str, Any]:
    """What the frame of a page says of the person signed in (templates/base.html)."""
    spoken = language()
    return {
        **_frame_for(identity.role_word(current_user.role, current_user.role_name), Permission.TILL_ENROL in g.actor.allowed, spoken),
        "business": current_user.company_name,
        "store": ", ".join(g.get("own_stores", ())),  # of who is held to some: what is shown is of these alone
        "name": current_user.name,
        "menu_key": f"{current_user.role}{' held' if _is_held() else ''} {_open_link()}" if current_user.role is not Role.CUSTOM else "",
        # Whose recent choices a device keeps: a browser is shared, and one person works for several businesses.
        "finder_owner": f"{current_user.actor.company_id}.{current_user.actor.user_id}",
    }


@lru_cache(maxsize=1_024)
def _frame_for(role: str, may_enrol: bool, spoken: str) -> dict[str, Any]:  # noqa: FBT001 - a key of the cache
    """The part of a frame that is the same for everybody in a role who reads a language."""
    return {
        "store": "",
        "role": role,
        "home_url": url_for("onboarding.show_front"),
        "links": [
            {"label": _("Your businesses"), "url": url_for("identity.list_places"), "icon": "store"},
            {"label": _("Your account"), "url": url_for("identity.list_sign_ins"), "icon": "lock"},
        ],
        "languages": [("en", "English"), ("hi", "हिन्दी")],
        "language": spoken,
        "language_url": url_for("identity.change_language"),
        "finder_url": url_for("finder.show_finder"),
        "logout_url": url_for("identity.create_sign_out"),
        # The owner's word: leave although bills of this device have not reached the server.
        "anyway": _("Sign out anyway") if may_enrol else "",
    }


# What stands in the bottom bar of a phone.
PRIMARY = {"counter.show_counter", "reports.today", "catalogue.list_items", "sales.list_bills"}


MenuGroup = tuple[str, list[tuple[str, str, str, Permission]]]


# long: one line for each link, in one list that is read as a whole
def menu() -> list[MenuGroup]:
    """Everything there is to open, in the order of a shop's day: its words, endpoint, icon and permission."""
    return [
        (
            _("Shop"),
            [
                (_("Counter"), "counter.show_counter", "scan-barcode", Permission.BILL_ISSUE),
                (_("Today"), "reports.today", "layout-dashboard", Permission.REPORT_READ),
                (_("Bills"), "sales.list_bills", "receipt-text", Permission.BILL_READ),
                (_("Orders and quotations"), "orders.list_documents", "file-text", Permission.ORDER_READ),
                (_("Items"), "catalogue.list_items", "package", Permission.ITEM_READ),
                (_("Customers"), "parties.list_parties", "users", Permission.PARTY_READ),
                (_("Khata"), "reports.khata", "wallet", Permission.PARTY_READ),
                (_("E-invoices"), "einvoice.list_einvoices", "file-text", Permission.EINVOICE_SEND),
                (_("E-way bills"), "ewaybills.list_ewaybills", "file-text", Permission.EINVOICE_SEND),
                (_("Needs a look"), "sales.list_reviews", "triangle-alert", Permission.REVIEW_SETTLE),
            ],
        ),
        (
            _("Money"),
            [
                (_("Money in and out"), "vouchers.new_money", "wallet", Permission.VOUCHER_WRITE),
                (_("Receipts"), "payments.list_receipts", "receipt-text", Permission.RECEIPT_WRITE),
                (_("Vouchers"), "vouchers.list_vouchers", "notebook-text", Permission.VOUCHER_READ),
                (_("Stated payments"), "links.list_notices", "qr-code", Permission.RECEIPT_WRITE),
                (_("Online payments"), "gateway.list_payments", "credit-card", Permission.ONLINE_PAYMENT_READ),
                (_("Cheques"), "cheques.list_cheques", "banknote", Permission.RECEIPT_WRITE),
                (_("Receivables"), "outstandings.receivables", "hand-coins", Permission.REPORT_READ),
                (_("Reminders"), "reminders.list_due", "clock", Permission.REPORT_READ),
                (_("Automatic reminders"), "dunning.list_notices", "message-circle", Permission.MESSAGE_READ),
                (_("Interest"), "interest.list_accrued", "percent", Permission.REPORT_READ),
                (_("TDS"), "tds.show_dues", "percent", Permission.RETURN_READ),
                (_("TCS"), "tds.show_tcs_dues", "percent", Permission.RETURN_READ),
                (_("Write-offs"), "writing_off.list_write_offs", "circle-x", Permission.WRITE_OFF),
                (_("Payables"), "outstandings.payables", "credit-card", Permission.REPORT_READ),
            ],
        ),
        (
            _("Purchases"),
            [
                (_("Purchase bills"), "purchases.list_bills", "receipt-text", Permission.PURCHASE_READ),
                (_("Goods receipts"), "purchases.list_receipts", "package", Permission.PURCHASE_READ),
                (_("Purchase orders"), "purchases.list_orders", "file-text", Permission.PURCHASE_READ),
            ],
        ),
        (
            _("Books"),
            [
                (_("Day book"), "reports.day_book", "book-open", Permission.REPORT_READ),
                (_("Ledgers"), "reports.accounts", "notebook-text", Permission.REPORT_READ),
                (_("Trial balance"), "final_accounts.show_trial_balance", "scale", Permission.REPORT_READ),
                (_("Profit and loss"), "final_accounts.show_profit_and_loss", "chart-column", Permission.REPORT_READ),
                (_("Balance sheet"), "final_accounts.show_balance_sheet", "landmark", Permission.REPORT_READ),
                (_("Cash flow"), "final_accounts.show_cash_flow", "banknote", Permission.REPORT_READ),
                (_("Ratios"), "final_accounts.show_ratios", "percent", Permission.REPORT_READ),
            ],
        ),
        (
            _("Reports"),
            [
                (_("Sales register"), "reports.sales_register", "file-text", Permission.REPORT_READ),
                (_("Purchase register"), "reports.purchase_register", "file-text", Permission.REPORT_READ),
                (_("GST returns"), "gst_returns.list_returns", "file-text", Permission.RETURN_READ),
                (_("Input tax"), "input_tax.show_register", "percent", Permission.RETURN_READ),
                (_("Due dates"), "due_dates.list_due_dates", "clock", Permission.RETURN_READ),
                (_("Exceptions"), "reports.exceptions", "triangle-alert", Permission.REPORT_READ),
                (_("Cost centres"), "ledger.show_centre_report", "store", Permission.REPORT_READ),
                (_("Budgets"), "budgets.list_budgets", "scale", Permission.REPORT_READ),
                (_("My reports"), "custom_reports.list_reports", "file-spreadsheet", Permission.COMPANY_READ),
            ],
        ),
        (
            _("Stock"),
            [
                (_("Stock summary"), "reports.stock_summary", "boxes", Permission.STOCK_READ),
                (_("Stock reports"), "stock_reports.list_reports", "chart-column", Permission.STOCK_READ),
                (_("Stock counts"), "stocktaking.list_counts", "scan-barcode", Permission.STOCK_COUNT),
                (_("Adjustments"), "stocktaking.list_adjustments", "warehouse", Permission.STOCK_WRITE),
                (_("Stock journals"), "assembly.list_journals", "boxes", Permission.STOCK_READ),
                (_("Batches"), "reports.list_batches", "package", Permission.STOCK_READ),
                (_("Transfers"), "transfers.list_transfers", "store", Permission.STOCK_READ),
                (_("Consignment"), "consignment.list_out", "share-2", Permission.STOCK_READ),
            ],
        ),
        (
            _("Set-up"),
            [
                (_("Counters"), "counter.list_tills", "smartphone", Permission.TILL_READ),
                (_("Shifts and cash drawers"), "counter.list_shifts", "banknote", Permission.SHIFT_READ),
                (_("Counter bills to check"), "counter.list_review", "wifi-off", Permission.REVIEW_SETTLE),
                (_("Approvals at the counter"), "counter.list_approvals", "check", Permission.REVIEW_SETTLE),
                (_("Year close"), "closing.list_years", "lock", Permission.YEAR_CLOSE),
                (_("Backups"), "backups.list_backups", "save", Permission.BACKUP_MANAGE),
                (_("Edit log"), "edit_log.list_entries", "file-text", Permission.EDIT_LOG_READ),
                (_("Security events"), "security_events.list_events", "lock", Permission.EDIT_LOG_READ),
                (_("Message accounts"), "messaging.list_accounts", "share-2", Permission.COMPANY_WRITE),
                (_("Pushes to this browser"), "messaging.list_browsers", "smartphone", Permission.COMPANY_READ),
                (_("Public links"), "links.list_links", "share-2", Permission.REPORT_READ),
                (_("Messages"), "notifications.list_messages", "message-circle", Permission.MESSAGE_READ),
                (_("Background work"), "background.list_jobs", "clock", Permission.JOB_MANAGE),
                (_("Tokens of programs"), "api_access.list_tokens", "lock", Permission.MEMBER_WRITE),
                (_("People"), "people.list_members", "users", Permission.MEMBER_WRITE),
                *([(_("Plan"), "plans.show_plan", "credit-card", Permission.COMPANY_WRITE)] if _has_plans() else []),
                (_("Settings"), "company.show_settings", "settings", Permission.COMPANY_WRITE),
            ],
        ),
    ]


def navigation() -> list[dict[str, Any]]:
    """The menu as this role sees it."""
    return _menu_for(g.actor.allowed, language(), _open_link(), is_held=_is_held(), has_plans=_has_plans())


def _is_held() -> bool:
    return bool(g.actor.held_to) if "actor" in g else False


def _open_link() -> str:
    """The link of the menu that this page stands under, or nothing."""
    endpoint = request.endpoint or ""
    return endpoint if endpoint in _linked(has_plans=_has_plans()) else ""


def _has_plans() -> bool:
    return "plans" in current_app.blueprints


@cache
def _linked(*, has_plans: bool) -> frozenset[str]:  # a key of the cache
    return frozenset(endpoint for _label, links in menu() for _text, endpoint, _icon, _permission in links)


@lru_cache(maxsize=4_096)
def _menu_for(allowed: frozenset[Permission], _language: str, current: str, *, is_held: bool, has_plans: bool) -> list[dict[str, Any]]:
    hidden = OF_THE_WHOLE_BUSINESS if is_held else frozenset[Permission]()
    shown = []
    for label, links in menu():
        open_links = [
            {"label": text, "url": url_for(endpoint), "icon": icon, "active": endpoint == current, "primary": endpoint in PRIMARY}
            for text, endpoint, icon, permission in links
            if permission in allowed and permission not in hidden
        ]
        if open_links:
            shown.append({"label": label, "links": open_links})
    return shown


def _blueprints(settings: Settings) -> list[Blueprint]:
    from webapp.platform import health

    rooms = [*ROOMS_WITH_PAGES, *(["plans"] if settings.plans_file else [])]  # whoever hosts nobody has no plans
    return [health.bp, *(import_module(f"webapp.{room}.routes").bp for room in rooms)]
