"""What a person should look at on a sale: kinds, their details, and the words that refuse it while it can still be refused.

The same finding is a flag on a sale that has happened and a refusal of one that has not (guides: conflict rules of the
offline counter). Details are plain JSON: ids as text, money in paise, quantities in thousandths.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from webapp.kernel.errors import BooksError
from webapp.kernel.money import Paise, Qty, plain_decimal, rupees
from webapp.kernel.records import dataclass

NOTHING = Qty(0)


class FlagKind(StrEnum):
    """Why a bill that stands needs a look."""

    ABOVE_MRP = "above_mrp"
    ARCHIVED_CUSTOMER = "archived_customer"
    ARCHIVED_ITEM = "archived_item"
    BATCH_EXPIRED = "batch_expired"
    BATCH_UNKNOWN = "batch_unknown"
    BELOW_ZERO = "below_zero"
    BUYER_UNNAMED = "buyer_unnamed"
    CLOCK_SET_BACK = "clock_set_back"  # raised by the counter
    CREDIT_LIMIT = "credit_limit"
    CREDIT_OVERDUE = "credit_overdue"
    DISCOUNT_LIMIT = "discount_limit"  # a till gave more than a cashier may
    FUTURE_DATE = "future_date"
    KIND_DIFFERS = "kind_differs"
    PERIOD_LOCKED = "period_locked"
    PRICE_DIFFERS = "price_differs"  # from what the price list it names says
    RATE_DIFFERS = "rate_differs"  # a rate this class of goods has never had
    RATE_OUTDATED = "rate_outdated"  # a rate it had before
    SCHEME_DIFFERS = "scheme_differs"  # from what the schemes of the day give
    SERIAL_ASSUMED = "serial_assumed"  # the till named none: the oldest piece was taken out
    SERIAL_UNKNOWN = "serial_unknown"
    STORE_CLOSED = "store_closed"
    SUPPLY_DIFFERS = "supply_differs"
    TCS_NOT_COLLECTED = "tcs_not_collected"
    UNKNOWN_CUSTOMER = "unknown_customer"
    UNKNOWN_ITEM = "unknown_item"


@dataclass(frozen=True, slots=True)
class Flag:
    """One finding on one bill; there is at most one of a kind, its detail lists the lines."""

    kind: FlagKind
    detail: Mapping[str, Any]


class SaleRefused(BooksError):
    """A sale that has not happened yet and should not. `flag` is what it would have been on one that has."""

    status = 409

    def __init__(self, flag: Flag, problem: str, fix: str) -> None:
        super().__init__(problem=problem, fix=fix)
        self.flag = flag


def refusal(flag: Flag) -> SaleRefused:
    """The refusal of a sale for `flag`, with its figures."""
    problem, fix = _words(flag)
    return SaleRefused(flag, problem, fix)


def above_mrp(lines: list[dict[str, Any]]) -> Flag:
    return Flag(FlagKind.ABOVE_MRP, {"lines": lines})


def credit_limit(*, limit: Paise, due: Paise, wanted: Paise) -> Flag:
    return Flag(FlagKind.CREDIT_LIMIT, {"limit": limit, "due": due, "wanted": wanted})


def credit_overdue(*, number: str, due_on: str, days: int, most: int, open_paise: Paise) -> Flag:
    return Flag(FlagKind.CREDIT_OVERDUE, {"number": number, "due_on": due_on, "days": days, "most": most, "open": open_paise})


def discount_limit(lines: list[dict[str, Any]], most_bp: int) -> Flag:
    return Flag(FlagKind.DISCOUNT_LIMIT, {"lines": lines, "most_bp": most_bp})


def below_zero(items: list[dict[str, Any]]) -> Flag:
    return Flag(FlagKind.BELOW_ZERO, {"items": items})


def short_item(item: str, name: str, *, on_hand: Qty, wanted: Qty, held: Qty = NOTHING) -> dict[str, Any]:
    """One item that was sold without being there, or without what tills have `held` for other bills."""
    return {"item": item, "name": name, "on_hand": on_hand, "wanted": wanted} | ({"held": held} if held else {})


# long: one case a kind, and the words of each
def _words(flag: Flag) -> tuple[str, str]:  # noqa: C901 - one case a kind
    detail = flag.detail
    first = (detail.get("lines") or detail.get("items") or [{}])[0]
    name = first.get("name", "")
    match flag.kind:
        case FlagKind.ABOVE_MRP:
            # Legal Metrology (Packaged Commodities) Rules 2011, rule 18(2): no sale above the retail sale price.
            return (
                f"{name} comes to {rupees(first['amount'])} with tax; its MRP allows {rupees(first['allowed'])}.",
                "Lower the price or give a discount, or correct the MRP of the item.",
            )
        case FlagKind.BELOW_ZERO:
            have, want = plain_decimal(first["on_hand"], 3), plain_decimal(first["wanted"], 3)
            if held := first.get("held"):
                return (
                    f"{name}: {have} in stock, {plain_decimal(held, 3)} of them on bills being paid at a counter, {want} on this bill.",
                    "Sell what is free, or try again in some minutes, when those bills are done.",
                )
            return (
                f"{name}: {have} in stock, {want} on this bill.",
                "Sell what is there, record what has come in, or let the company sell below zero in Settings.",
            )
        case FlagKind.CREDIT_LIMIT:
            due, wanted, limit = rupees(detail["due"]), rupees(detail["wanted"]), rupees(detail["limit"])
            return (
                f"{due} is due already; {wanted} more on credit would pass the limit of {limit}.",
                "Take more of this bill in cash, UPI or card, or raise the customer's limit.",
            )
        case FlagKind.CREDIT_OVERDUE:
            open_ = rupees(detail["open"])
            return (
                f"{open_} of {detail['number']} is overdue since {detail['due_on']}: {detail['days']} days, {detail['most']} allowed.",
                "Take what is overdue first, or take this bill in cash, UPI or card.",
            )
        case FlagKind.DISCOUNT_LIMIT:
            given, most = plain_decimal(first["given_bp"], 2), plain_decimal(detail["most_bp"], 2)
            return f"{name} is {given} % below its price; a cashier may give {most} %.", "Lower the discount, or ask the owner."
        case FlagKind.ARCHIVED_ITEM:
            return f"{name} is archived and no longer sold.", "Take it off the bill, or bring the item back."
        case FlagKind.TCS_NOT_COLLECTED:
            return f"{name}: tax is collected at source on it, and the bill names nobody.", "Choose the customer: the tax is their debt."
        case FlagKind.UNKNOWN_ITEM:
            return f"Line {first['line']}: this item does not exist.", "Choose the item again from the list."
        case FlagKind.ARCHIVED_CUSTOMER:
            return f"{detail['name']} is archived.", "Choose another customer, or bring this one back."
        case FlagKind.UNKNOWN_CUSTOMER:
            return "This customer does not exist.", "Choose the customer again, or add a new one."
        case FlagKind.FUTURE_DATE:
            return f"The bill is dated {detail['date']}, which has not come yet.", "Use today's date."
        case FlagKind.BUYER_UNNAMED:
            return (
                f"The bill has goods worth {rupees(detail['taxable'])}: from ₹50,000 the law wants the buyer on it.",
                "Put the customer's name and address on the bill.",
            )
        case FlagKind.KIND_DIFFERS:
            return "These goods cannot be sold on this kind of bill.", "Reload the page and make the bill again."
        case FlagKind.SUPPLY_DIFFERS:
            return "The taxes do not fit the place of supply.", "Check the customer's state and make the bill again."
        case FlagKind.PERIOD_LOCKED:
            return f"The month of {detail['date']} is locked.", "Use a later date, or ask an owner to unlock the month."
        case FlagKind.BATCH_EXPIRED | FlagKind.BATCH_UNKNOWN:
            return f"{name}: the batch {first.get('which')} cannot be sold.", "Take another batch."
        case FlagKind.SERIAL_ASSUMED | FlagKind.SERIAL_UNKNOWN:
            return f"{name}: the serial number {first.get('which')} is not known to be here.", "Scan the number on the piece again."
        case FlagKind.STORE_CLOSED:
            return f"{detail['name']} is closed: nothing goes in or out.", "Choose another store, or open it again in Settings."
        case FlagKind.PRICE_DIFFERS | FlagKind.SCHEME_DIFFERS:
            return f"{name}: the price or the scheme is not the one of that day.", "Make the bill again with today's prices."
        case FlagKind.RATE_DIFFERS | FlagKind.RATE_OUTDATED:
            return f"{name}: the tax rate is not the one in force on that day.", "Make the bill again with today's rate."
        case FlagKind.CLOCK_SET_BACK:
            return "The clock of this device was set back.", "Set the clock right and make the bill again."
