"""Who may do what: one enum, one table from role to permissions, one decorator."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar


class Role(StrEnum):
    """What somebody is in a business. `CUSTOM` is a role of the business's own: what it holds stands with it (Actor.grants)."""

    OWNER = "owner"
    ADMIN = "admin"
    ACCOUNTANT = "accountant"
    ANALYST = "analyst"
    CASHIER = "cashier"
    VIEWER = "viewer"
    CUSTOM = "custom"


# The roles that every business has, from the one that may do most.
BUILT_IN = tuple(role for role in Role if role is not Role.CUSTOM)


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
    LINK_SHARE = "link:share"
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
    OWNERSHIP_TRANSFER = "ownership:transfer"
    SECOND_STEP_ASK = "second-step:ask"
    EDIT_LOG_READ = "edit-log:read"
    BOOKS_TAKE = "books:take-away"
    BACKUP_MANAGE = "backup:manage"
    BACKUP_RESTORE = "backup:restore"
    BUSINESS_LEAVE = "business:leave"
    JOB_MANAGE = "job:manage"
    NOTIFICATION_WRITE = "notification:write"
    MESSAGE_READ = "message:read"
    MESSAGE_SEND = "message:send"


# The owner's alone: no other role holds it, and no role of a business's own is given it.
OWNERS_ALONE = frozenset({Permission.OWNERSHIP_TRANSFER, Permission.SECOND_STEP_ASK, Permission.BACKUP_RESTORE, Permission.BUSINESS_LEAVE})
# What every role holds: one's own account, one's own lists and notices.
EVERYBODYS = frozenset({Permission.COMPANY_READ})

_CASHIER = {
    Permission.BILL_ISSUE,
    Permission.BILL_READ,
    Permission.LINK_SHARE,
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
    *OWNERS_ALONE,
    *(Permission.MEMBER_WRITE, Permission.COMPANY_WRITE, Permission.TILL_ENROL),
    *(Permission.YEAR_REOPEN, Permission.RETURN_REOPEN),
    Permission.BACKUP_MANAGE,
    Permission.NOTIFICATION_WRITE,
}
# Whoever studies the business: all there is to read, and the lists as files. Nothing is written.
_ANALYST = {permission for permission in Permission if permission.value.partition(":")[2] in {"read", "cost-read"}} | {
    Permission.REPORT_EXPORT
}
# Whoever looks something up: documents, goods and people on the screen. What tells of costs is not his: purchases, and the statements.
_VIEWER = {
    Permission.BILL_READ,
    Permission.ORDER_READ,
    Permission.ITEM_READ,
    Permission.PARTY_READ,
    Permission.STOCK_READ,
    Permission.SHIFT_READ,
    Permission.TILL_READ,
    Permission.COMPANY_READ,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - OWNERS_ALONE,
    Role.ACCOUNTANT: frozenset(set(Permission) - _NOT_FOR_ACCOUNTANTS),
    Role.ANALYST: frozenset(_ANALYST),
    Role.CASHIER: frozenset(_CASHIER),
    Role.VIEWER: frozenset(_VIEWER),
    Role.CUSTOM: frozenset(),
}


# What has no part that is one store's: the chart and opening balances, the locks of months, the close of a year, the log of every
# change, the books as a file for another program, the returns of a registration, what a payment gateway took and paid out, who is told
# what and what was sent, the settings and the people. A member held to some stores does not do them, whatever his role (Actor.may).
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
        Permission.COMPANY_WRITE,
        Permission.MEMBER_WRITE,
        Permission.OWNERSHIP_TRANSFER,
        Permission.SECOND_STEP_ASK,
        Permission.BACKUP_RESTORE,
        Permission.BUSINESS_LEAVE,
    }
)


@lru_cache(maxsize=4_096)
def read_grants(kept: tuple[str, ...]) -> frozenset[Permission]:
    """What a role of a business's own holds, out of what is kept of it: a name that no permission has (any more) and the owner's alone
    are not among it, whoever wrote them there."""
    return frozenset(Permission(name) for name in kept if name in _NAMES) - OWNERS_ALONE | EVERYBODYS


_NAMES = frozenset(permission.value for permission in Permission)


def allows(role: Role, permission: Permission) -> bool:
    """Whether a built-in `role` includes `permission`. Of a person ask `Actor.may`: his role may be the business's own."""
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
