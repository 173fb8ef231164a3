"""Who may do what: one enum, one table from role to permissions, one decorator."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar


class Role(StrEnum):
    OWNER = "owner"
    ACCOUNTANT = "accountant"
    CASHIER = "cashier"


class Permission(StrEnum):
    """One thing a person may do. `room:act`, in the words of the trade."""

    BILL_ISSUE = "bill:issue"
    BILL_READ = "bill:read"
    BILL_CANCEL = "bill:cancel"
    TILL_ENROL = "till:enrol"
    TILL_READ = "till:read"
    SHIFT_READ = "shift:read"
    REVIEW_SETTLE = "review:settle"
    CREDIT_OVERRIDE = "credit:override"
    DISCOUNT_OVERRIDE = "discount:override"
    BACKDATE_OVERRIDE = "backdate:override"
    ORDER_READ = "order:read"
    ORDER_WRITE = "order:write"
    CHALLAN_CANCEL = "challan:cancel"
    EINVOICE_SEND = "einvoice:send"
    LINK_MANAGE = "link:manage"
    ITEM_READ = "item:read"
    ITEM_WRITE = "item:write"
    ITEM_COST_READ = "item:cost-read"
    IMPORT_RUN = "import:run"
    PARTY_READ = "party:read"
    PARTY_WRITE = "party:write"
    RECEIPT_WRITE = "receipt:write"
    ONLINE_PAYMENT_READ = "online-payment:read"
    ONLINE_PAYMENT_WRITE = "online-payment:write"
    WRITE_OFF = "write-off:write"
    PURCHASE_READ = "purchase:read"
    PURCHASE_WRITE = "purchase:write"
    STOCK_READ = "stock:read"
    STOCK_WRITE = "stock:write"
    STOCK_COUNT = "stock:count"
    BATCH_OVERRIDE = "batch:override"
    SCHEME_LIFT = "scheme:lift"
    VOUCHER_READ = "voucher:read"
    VOUCHER_WRITE = "voucher:write"
    VOUCHER_AMEND = "voucher:amend"
    CHART_WRITE = "chart:write"
    BUDGET_WRITE = "budget:write"
    PERIOD_LOCK = "period:lock"
    PERIOD_ENTER_LOCKED = "period:enter-locked"
    YEAR_CLOSE = "year:close"
    YEAR_REOPEN = "year:reopen"
    RETURN_READ = "return:read"
    RETURN_FILE = "return:file"
    RETURN_REOPEN = "return:reopen"
    REPORT_READ = "report:read"
    REPORT_EXPORT = "report:export"
    COMPANY_READ = "company:read"
    COMPANY_WRITE = "company:write"
    MEMBER_WRITE = "member:write"
    EDIT_LOG_READ = "edit-log:read"
    BOOKS_TAKE = "books:take-away"
    BACKUP_MANAGE = "backup:manage"
    JOB_MANAGE = "job:manage"
    NOTIFICATION_WRITE = "notification:write"
    MESSAGE_READ = "message:read"
    MESSAGE_SEND = "message:send"


_CASHIER = {
    Permission.BILL_ISSUE,
    Permission.BILL_READ,
    Permission.ORDER_READ,
    Permission.ORDER_WRITE,
    Permission.ITEM_READ,
    Permission.PARTY_READ,
    Permission.PARTY_WRITE,
    Permission.RECEIPT_WRITE,
    Permission.SHIFT_READ,
    Permission.STOCK_COUNT,
    Permission.COMPANY_READ,
}
_NOT_FOR_ACCOUNTANTS = {
    *(Permission.MEMBER_WRITE, Permission.COMPANY_WRITE, Permission.TILL_ENROL),
    *(Permission.YEAR_REOPEN, Permission.RETURN_REOPEN),
    Permission.BACKUP_MANAGE,
    Permission.NOTIFICATION_WRITE,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ACCOUNTANT: frozenset(set(Permission) - _NOT_FOR_ACCOUNTANTS),
    Role.CASHIER: frozenset(_CASHIER),
}


# What has no part that is one store's: the chart and opening balances, the locks of months, the close of a year, the log of every
# change, the books as a file for another program, the returns of a registration, what a payment gateway took and paid out, who is told
# what and what was sent. A member held to some stores does not do them, whatever his role (Actor.may).
OF_THE_WHOLE_BUSINESS = frozenset(
    {
        Permission.CHART_WRITE,
        Permission.PERIOD_LOCK,
        Permission.YEAR_CLOSE,
        Permission.YEAR_REOPEN,
        Permission.EDIT_LOG_READ,
        Permission.BOOKS_TAKE,
        Permission.BACKUP_MANAGE,
        Permission.RETURN_READ,
        Permission.RETURN_FILE,
        Permission.RETURN_REOPEN,
        Permission.ONLINE_PAYMENT_READ,
        Permission.ONLINE_PAYMENT_WRITE,
        Permission.JOB_MANAGE,
        Permission.NOTIFICATION_WRITE,
        Permission.MESSAGE_READ,
        Permission.MESSAGE_SEND,
    }
)


def allows(role: Role, permission: Permission) -> bool:
    """Whether `role` includes `permission`."""
    return permission in ROLE_PERMISSIONS[role]


View = TypeVar("View", bound=Callable[..., object])


def needs(permission: Permission | None) -> Callable[[View], View]:
    """Name the permission a view asks for. `needs(None)` is the visible way to be public."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]  # a mark on the function, read below
        return view

    return mark


def permission_of(view: object) -> Permission | None:
    """The permission a view named. LookupError when it named none: the app must not start."""
    if not hasattr(view, "permission"):
        raise LookupError(f"view {getattr(view, '__module__', '?')}.{getattr(view, '__name__', view)} names no permission: add @needs(...)")
    named: Permission | None = view.permission
    return named
