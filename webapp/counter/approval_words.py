"""What exceptions at tills, and what becomes of their approvals, are called."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.counter.pin_rules import Asked, State


def kind_words() -> dict[str, str]:
    """Each kind of exception."""
    return {
        Asked.DISCOUNT.value: _("Discount above the cashier's"),
        Asked.CREDIT.value: _("Credit above the limit"),
        Asked.STOCK.value: _("Sold despite the stock"),
        Asked.CANCEL.value: _("Bill cancelled"),
        Asked.RETURN.value: _("Goods taken back"),
        Asked.CASH.value: _("Cash out of the drawer"),
    }


def state_words() -> dict[str, str]:
    """What became of an approval."""
    return {
        State.GOOD.value: _("Approved"),
        State.ABSENT.value: _("Nobody approved it"),
        State.UNREADABLE.value: _("The approval cannot be read"),
        State.WRONG_PROOF.value: _("The proof is not of this approval: it was copied, changed or made up"),
        State.OLD_PIN.value: _("Proved by a PIN that was changed or taken away since"),
        State.NO_PIN.value: _("The one who is named has no PIN"),
        State.NO_MEMBER.value: _("The one who is named has no place in the business"),
        State.NO_RIGHT.value: _("The one who is named may not approve this"),
        State.SHORT_PIN.value: _("The PIN is too short to approve, or was given for once"),
        State.OTHER_STORE.value: _("The one who is named works in another store"),
        State.OTHER_TILL.value: _("It was made at another counter"),
        State.OUT_OF_TIME.value: _("Approved more than a day before, or after it was done"),
        State.NOT_COVERED.value: _("More was done than was approved"),
    }
