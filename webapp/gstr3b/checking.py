"""What is wrong with a GSTR-3B, or worth a look, before it is filed: each with what to do, and where. Pure."""

from __future__ import annotations

from typing import NamedTuple

from webapp.gstr3b import law
from webapp.gstr3b.service import Payment
from webapp.gstr3b.told import AVAILABLE, Gstr3b
from webapp.input_tax import Tax

MOST_AMOUNT = 9_999_999_999_999_99  # the utility's fields hold thirteen digits of rupees
_NEGATIVE_OUTWARD_FROM, _NEGATIVE_CREDIT_FROM = 202409, 202301  # GSTR-3B utility V5.8
_MAY_BE_NEGATIVE = frozenset((*AVAILABLE, "inelg_OTH"))


class Problem(NamedTuple):
    """What is wrong: a word of `words`, the figure it is of (or nothing), an amount, and whether the portal would refuse it."""

    code: str
    cell: str = ""
    amount: int = 0
    is_refused: bool = False


def problems(told: Gstr3b, paid: Payment) -> list[Problem]:
    """Everything wrong, what would be refused first."""
    found = [*_of_figures(told), *_of_payment(told, paid)]
    if not told.is_told:
        found.append(Problem("gstr1", is_refused=True))
    if any(told.since):
        found.append(Problem("since", "osup_det", told.since.total))
    if told.told_credit is None:
        found.append(Problem("no_2b"))
    else:
        found += [
            Problem("more_than_2b", cell, more)
            for cell in AVAILABLE
            if (more := (told.of(cell).tax - told.told_credit.get(cell, Tax())).above_nought().total)
        ]
    return sorted(found, key=lambda one: not one.is_refused)


def _of_figures(told: Gstr3b) -> list[Problem]:
    found = []
    for cell, figure in told.figures.items():
        amounts = (figure.value, *figure.tax)
        if any(abs(amount) > MOST_AMOUNT for amount in amounts):
            found.append(Problem("too_large", cell, max(amounts, key=abs), is_refused=True))
        if min(amounts) < 0 and not _may_be_negative(cell, told.period.month):
            found.append(Problem("negative", cell, min(amounts), is_refused=True))
        if cell not in ("rev_OTH",) and figure.tax.cgst != figure.tax.sgst:
            found.append(Problem("halves", cell, figure.tax.cgst - figure.tax.sgst, is_refused=cell in ("osup_det", "isup_rev")))
    if told.period.month < law.INTER_STATE_DROPPED_FROM:
        total = sum(told.of(cell).tax.igst for cell in ("unreg_details", "comp_details", "uin_details"))
        if total > told.of("osup_det").tax.igst + told.of("eco_sup").tax.igst and total:
            found.append(Problem("inter_state", "unreg_details", total, is_refused=True))
    return found


def _may_be_negative(cell: str, month: int) -> bool:
    if cell in _MAY_BE_NEGATIVE:
        return month >= _NEGATIVE_CREDIT_FROM
    is_outward = cell.startswith(("osup", "isup", "eco")) or cell.endswith("_details")
    return is_outward and month >= _NEGATIVE_OUTWARD_FROM


def _of_payment(told: Gstr3b, paid: Payment) -> list[Problem]:
    found = []
    if paid.is_short:
        found.append(Problem("cash", amount=sum(one.total for one in paid.missing.values()), is_refused=True))
    if paid.breaks_86b:
        found.append(Problem("rule_86b", "osup_det", paid.must_cash - paid.settlement.cash.total))
    if any(paid.settlement.short_credit):
        found.append(Problem("short_credit", "rev_RUL", paid.settlement.short_credit.total))
    if any(paid.settlement.left_over):
        found.append(Problem("left_over", "osup_det", paid.settlement.left_over.total))
    return found
