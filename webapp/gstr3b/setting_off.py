"""Table 6.1: what a return is paid with, worked out so that the cash is least. All money in paise; what is paid is in whole rupees. Pure.

CGST Act s.49(5), 49A, 49B, rule 88A: credit of IGST pays IGST first and is used up, on CGST and SGST in any share, before other credit is
touched; credit of CGST pays CGST, then IGST; that of SGST pays SGST, then IGST after that of CGST; CGST and SGST never pay each other; cess
pays cess. Reverse charge, interest and fee are paid in cash alone (s.2(82), s.49(4)); and so is what an operator owes under s.9(5), in one
row of table 6.1 with reverse charge (Circular 167/23/2021-GST).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from webapp.gstr3b.law import to_rupee
from webapp.input_tax import Tax
from webapp.kernel.errors import keep_promise
from webapp.kernel.records import dataclass

HEADS = ("igst", "cgst", "sgst", "cess")
# Which credit may pay which tax: s.49(5).
ALLOWED = MappingProxyType({"igst": ("igst", "cgst", "sgst"), "cgst": ("igst", "cgst"), "sgst": ("igst", "sgst"), "cess": ("cess",)})
_RUPEE = 100
NOTHING = Tax()


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a return is paid. `due` is the output tax as told, to the paisa; `carried` what earlier returns had below nought; `payable` is in
    whole rupees, and `short_credit` the part of it that comes of more credit reversed than there was. `used`: (tax, credit) → paise.
    `reverse` is what is paid of tax under reverse charge, `reverse_due` that tax as told: below nought where more was returned than bought,
    and then it pays nothing else but is taken off the next return's."""

    due: Tax
    carried: Tax
    short_credit: Tax
    payable: Tax
    reverse: Tax
    interest: Tax
    fee: Tax
    credit: Tax  # what there was to use: the balance with the period's own
    used: Mapping[tuple[str, str], int]
    reverse_due: Tax
    operator: Tax = NOTHING  # of `reverse_due`, what is owed as an operator, s.9(5)

    @property
    def cash(self) -> Tax:
        """Output tax paid in cash."""
        return Tax(*(amount - self.paid_by_credit(head) for head, amount in zip(HEADS, self.payable, strict=True)))

    @property
    def all_cash(self) -> Tax:
        """Everything that is paid in cash, by head."""
        return self.cash + self.reverse + self.interest + self.fee

    @property
    def credit_used(self) -> Tax:
        """By the credit's own head."""
        return Tax(*(sum(paid for (_tax, credit), paid in self.used.items() if credit == head) for head in HEADS))

    @property
    def left_over(self) -> Tax:
        """What is below nought after this return, to be taken off the next (never less than nothing)."""
        return Tax(*(max(before - to_rupee(due), 0) for before, due in zip(self.carried, self.due, strict=True)))

    def paid_by_credit(self, tax: str) -> int:
        return sum(paid for (head, _credit), paid in self.used.items() if head == tax)

    def cash_of(self, minor: str) -> Tax:
        """Cash by the minor head of the electronic cash ledger: tax (reverse charge with it), interest, fee."""
        return {"tax": self.cash + self.reverse, "interest": self.interest, "fee": self.fee}[minor]


def settle(
    *, due: Tax, carried: Tax, reverse: Tax, interest: Tax, fee: Tax, credit: Tax, reverse_carried: Tax = NOTHING, operator: Tax = NOTHING
) -> Settlement:
    """Pay a return with what credit there is. `operator` is what is owed under s.9(5): it is paid as reverse charge is, in one row with it.
    Heads of `due` and `reverse` may be below nought: nothing is payable then and the rest is carried on, each for its own kind. Heads of
    `credit` below nought were reversed without there being so much: that is payable too."""
    in_cash = reverse + operator
    short = Tax(*(to_rupee(below) for below in credit.below_nought()))
    payable = Tax(*(max(to_rupee(tax) - before, 0) for tax, before in zip(due, carried, strict=True))) + short
    return Settlement(
        due=due,
        carried=carried,
        short_credit=short,
        payable=payable,
        reverse=Tax(*(max(to_rupee(tax) - before, 0) for tax, before in zip(in_cash, reverse_carried, strict=True))),
        interest=Tax(*map(to_rupee, interest)),
        fee=Tax(*map(to_rupee, fee)),
        credit=credit,
        used=MappingProxyType(least_cash(payable, credit)),
        reverse_due=in_cash,
        operator=operator,
    )


def least_cash(payable: Tax, credit: Tax) -> dict[tuple[str, str], int]:
    """(tax, credit) → paise, in the law's order, so that what is left for cash is least. Credit is used in whole rupees."""
    keep_promise(all(amount >= 0 and amount % _RUPEE == 0 for amount in payable), "what is payable is in whole rupees")
    integrated, central, state, cess = (max(amount, 0) // _RUPEE * _RUPEE for amount in credit)
    used = {("igst", "igst"): min(integrated, payable.igst), ("cess", "cess"): min(cess, payable.cess)}
    rest = integrated - used["igst", "igst"]
    used["cgst", "igst"], used["sgst", "igst"] = _shared(rest, payable, central, state)
    used["cgst", "cgst"] = min(central, payable.cgst - used["cgst", "igst"])
    used["sgst", "sgst"] = min(state, payable.sgst - used["sgst", "igst"])
    needed = payable.igst - used["igst", "igst"]
    used["igst", "cgst"] = min(central - used["cgst", "cgst"], needed)
    used["igst", "sgst"] = min(state - used["sgst", "sgst"], needed - used["igst", "cgst"])
    return {key: paid for key, paid in used.items() if paid}


def _shared(rest: int, payable: Tax, central: int, state: int) -> tuple[int, int]:
    """IGST credit that is left, over CGST and SGST: first what their own credit cannot pay, then the two evenly, until it is used up."""
    to_central = min(max(payable.cgst - central, 0), rest)
    to_state = min(max(payable.sgst - state, 0), rest - to_central)
    rest -= to_central + to_state
    half = rest // 2 // _RUPEE * _RUPEE
    more = min(half, payable.cgst - to_central)
    to_central, rest = to_central + more, rest - more
    more = min(rest, payable.sgst - to_state)
    to_state, rest = to_state + more, rest - more
    return to_central + min(rest, payable.cgst - to_central), to_state
