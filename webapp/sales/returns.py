"""What comes back of a bill: the figures of a credit note, line by line, at the rates and prices of the bill itself.

Each figure is worked out from what should have come back by now, less what has: `rounded(sold x quantity back so far and
now / quantity sold) - already back`. So however a bill comes back, in one piece or in ten, the notes add up to the bill
exactly: tax, total and cost. The total is rounded to the rupee in the same way when the bill's was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webapp.kernel.errors import BooksError
from webapp.kernel.money import Paise, Qty, plain_decimal, rounded
from webapp.kernel.records import dataclass
from webapp.sales.commands import ReturnLine
from webapp.tax.rules import Figures, LineFigures


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of the bill: what was sold, and what of it is back by now (cancelled notes do not count)."""

    line_no: int
    name: str
    qty: Qty
    figures: LineFigures
    cost: Paise
    back_qty: Qty
    back: LineFigures
    back_cost: Paise

    @property
    def left(self) -> Qty:
        return Qty(self.qty - self.back_qty)


@dataclass(frozen=True, slots=True)
class Returned:
    """The credit note worked out: its lines' numbers, quantities and costs, in order, and its figures."""

    lines: tuple[SoldLine, ...]
    quantities: tuple[Qty, ...]
    costs: tuple[Paise, ...]
    figures: Figures


class ReturnRefused(BooksError):
    """More would come back than was sold, or the bill is cancelled."""

    status = 409


def work_out_return(sold: Sequence[SoldLine], asked: Sequence[ReturnLine], *, total: Paise, back_total: Paise) -> Returned:
    """The figures of a return. `total` is the bill's, `back_total` what its earlier notes have given back.

    ReturnRefused, with the quantities, for a line that is not on the bill, named twice, or more than is left of it.
    """
    by_number = {line.line_no: line for line in sold}
    _check(by_number, asked)
    lines = tuple(by_number[line.line_no] for line in asked)
    worked = tuple(_line_figures(line, want.qty) for line, want in zip(lines, asked, strict=True))
    raw = sum(line.total for line in worked)
    raw_by_now = raw + sum(line.back.total for line in sold)
    is_rounded = total % 100 == 0
    due_by_now = rounded(raw_by_now, 100) * 100 if is_rounded else raw_by_now
    refund = max(due_by_now - back_total, 0)
    return Returned(
        lines=lines,
        quantities=tuple(want.qty for want in asked),
        costs=tuple(Paise(_share(line.cost, line.back_cost, line, want.qty)) for line, want in zip(lines, asked, strict=True)),
        figures=_added(worked, round_off=refund - raw, total=refund),
    )


def _check(by_number: Mapping[int, SoldLine], asked: Sequence[ReturnLine]) -> None:
    seen: set[int] = set()
    for want in asked:
        line = by_number.get(want.line_no)
        if line is None or want.line_no in seen:
            raise ReturnRefused(
                problem=f"Line {want.line_no} {'stands twice on this return' if line else 'is not on the bill'}.",
                fix="Choose from the lines of the bill, each once.",
            )
        seen.add(want.line_no)
        if want.qty > line.left:
            raise ReturnRefused(
                problem=f"{line.name}: {plain_decimal(line.qty, 3)} were sold and {plain_decimal(line.back_qty, 3)} have come back; "
                f"{plain_decimal(want.qty, 3)} more cannot.",
                fix=f"Take back {plain_decimal(line.left, 3)} or less.",
            )


def _share(whole: int, back: int, line: SoldLine, qty: int) -> int:
    """This return's part of a figure of the line; never less than nothing, never more than is left of it."""
    by_now = rounded(whole * (line.back_qty + qty), line.qty)
    return min(max(by_now - back, 0), whole - back)


def _line_figures(line: SoldLine, qty: Qty) -> LineFigures:
    sold, back = line.figures, line.back

    def part(name: str) -> Paise:
        return Paise(_share(getattr(sold, name), getattr(back, name), line, qty))

    discount, bill_discount, taxable = part("discount"), part("bill_discount"), part("taxable")
    half, igst, cess = part("cgst"), part("igst"), part("cess")
    total = Paise(taxable + 2 * half + igst + cess)
    # gross - discounts is the amount the bill was worked from: the taxable value, or the total where prices include tax.
    amount = sold.gross - sold.discount - sold.bill_discount
    if amount == sold.taxable:
        gross = Paise(taxable + discount + bill_discount)
    elif amount == sold.total:
        gross = Paise(total + discount + bill_discount)
    else:
        gross = part("gross")
    return LineFigures(
        gross=gross,
        discount=discount,
        bill_discount=bill_discount,
        taxable=taxable,
        cgst=half,
        sgst=half,
        igst=igst,
        cess=cess,
        total=total,
    )


def _added(lines: tuple[LineFigures, ...], *, round_off: int, total: int) -> Figures:
    return Figures(
        lines=lines,
        gross=Paise(sum(line.gross for line in lines)),
        discount=Paise(sum(line.discount + line.bill_discount for line in lines)),
        taxable=Paise(sum(line.taxable for line in lines)),
        cgst=Paise(sum(line.cgst for line in lines)),
        sgst=Paise(sum(line.sgst for line in lines)),
        igst=Paise(sum(line.igst for line in lines)),
        cess=Paise(sum(line.cess for line in lines)),
        round_off=Paise(round_off),
        total=Paise(total),
    )
