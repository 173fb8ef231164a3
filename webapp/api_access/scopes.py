"""Scopes: what a program may be given, each a few permissions under words of the trade; and the roles that a service token may have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from webapp.platform.permissions import Permission, Role

P = Permission
# What a program may be given, in the words of the trade. What stands in none of them no program does: members and settings, year ends and
# locks, filed returns, backups and the books as a file, keys of a gateway, and passing a limit of one's role.
SCOPES: dict[str, frozenset[Permission]] = {
    "company:read": frozenset({P.COMPANY_READ}),
    "bills:read": frozenset({P.BILL_READ}),
    "bills:write": frozenset({P.BILL_READ, P.BILL_ISSUE, P.BILL_CANCEL}),
    "orders:read": frozenset({P.ORDER_READ}),
    "orders:write": frozenset({P.ORDER_READ, P.ORDER_WRITE, P.CHALLAN_CANCEL}),
    "items:read": frozenset({P.ITEM_READ}),
    "items:write": frozenset({P.ITEM_READ, P.ITEM_WRITE}),
    "parties:read": frozenset({P.PARTY_READ}),
    "parties:write": frozenset({P.PARTY_READ, P.PARTY_WRITE}),
    "receipts:write": frozenset({P.RECEIPT_WRITE}),
    "purchases:read": frozenset({P.PURCHASE_READ}),
    "purchases:write": frozenset({P.PURCHASE_READ, P.PURCHASE_WRITE}),
    "stock:read": frozenset({P.STOCK_READ}),
    "stock:write": frozenset({P.STOCK_READ, P.STOCK_WRITE, P.STOCK_COUNT}),
    "vouchers:read": frozenset({P.VOUCHER_READ}),
    "vouchers:write": frozenset({P.VOUCHER_READ, P.VOUCHER_WRITE}),
    "reports:read": frozenset({P.REPORT_READ, P.REPORT_EXPORT, P.ITEM_COST_READ}),
    "returns:read": frozenset({P.RETURN_READ}),
}
ALWAYS = "company:read"  # every token says whose books it opens
READING = tuple(name for name in SCOPES if name.endswith(":read"))


def permissions_of(scopes: Iterable[str]) -> frozenset[Permission]:
    """Everything that these scopes hold together. A scope that this version of the program has no more holds nothing."""
    return frozenset[Permission]().union(*(SCOPES.get(one, frozenset()) for one in scopes))


def in_order(scopes: Collection[str]) -> tuple[str, ...]:
    """The known ones of these, in the order of the table, and what every token has."""
    return tuple(name for name in SCOPES if name in scopes or name == ALWAYS)


def scope_for(permission: Permission) -> str:
    """The smallest scope that holds a permission; "" for what no program does."""
    holding = [name for name, held in SCOPES.items() if permission in held]
    return min(holding, key=lambda name: len(SCOPES[name]), default="")


# The owner's own role is nobody else's, and what a role of the business's own holds may change behind a program's back.
OFFERED = tuple(role for role in Role if role not in {Role.OWNER, Role.CUSTOM})


def roles_for_service(may: Collection[Permission], held: Mapping[Role, frozenset[Permission]]) -> tuple[Role, ...]:
    """The roles that somebody who holds `may` gives to a program: none that has a right more than he, and never the owner's."""
    return tuple(role for role, rights in held.items() if role in OFFERED and rights <= set(may))
