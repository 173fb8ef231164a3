"""The flow of funds: where long-term funds came from and went, and what that did to working capital. In paise by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from webapp.final_accounts.rules.flows import CASH, CURRENT_ASSETS, CURRENT_LIABILITIES, RESULTS, Flow, flow_of, in_order, places
from webapp.final_accounts.rules.tree import Chart, Figures, added, less
from webapp.kernel.records import dataclass

# Lasting assets (flows.LASTING) → income and expense they moved against, in all vouchers; debit positive.
NotCash = Mapping[str, Mapping[UUID, Figures]]
OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class CapitalRow:
    """A head of working capital: before and after (debit positive), and what it adds to it."""

    code: str
    name: str
    opening: Figures
    closing: Figures
    group_id: UUID | None = None

    @property
    def change(self) -> Figures:
        return less(self.closing, self.opening)


@dataclass(frozen=True, slots=True)
class FundFlow:
    """Sources of long-term funds, what they were applied to, and the working capital they changed. Each sorted by the main
    column: a source that was an application in another column stands below nil there."""

    sources: tuple[Flow, ...]
    applications: tuple[Flow, ...]
    current_assets: tuple[CapitalRow, ...]
    current_liabilities: tuple[CapitalRow, ...]
    width: int

    @property
    def total_sources(self) -> Figures:
        return added((one.figures for one in self.sources), self.width)

    @property
    def total_applications(self) -> Figures:
        return added((one.figures for one in self.applications), self.width)

    @property
    def increase(self) -> Figures:
        """By how much working capital grew: by what sources exceed applications."""
        return added((one.change for one in self.current_assets + self.current_liabilities), self.width)


def fund_flow(
    chart: Chart, opening: Mapping[UUID, Figures], closing: Mapping[UUID, Figures], not_cash: NotCash, *, width: int, main: int
) -> FundFlow:
    """From each account's balance before and after each column's days. The column `main` sorts."""
    nil = (0,) * width
    before, after = (_by_code(chart, side, nil) for side in (opening, closing))
    moved = {code: less(after.get(code, nil), before.get(code, nil)) for code in {**before, **after}}
    adjusted = {code: added(accounts.values(), width) for code, accounts in not_cash.items()}
    lasting = [code for code in dict.fromkeys((*moved, *adjusted)) if code not in CURRENT_ASSETS | CURRENT_LIABILITIES | RESULTS | CASH]
    back = added(adjusted.values(), width)
    profit = less(nil, added((figures for code, figures in moved.items() if code in RESULTS), width))
    flows = [Flow(OPERATIONS, "", added((profit, back)))]
    flows += [flow_of(chart, code, less(less(nil, moved.get(code, nil)), adjusted.get(code, nil))) for code in lasting]
    flows = [one for one in flows if any(one.figures)]

    def rows(codes: Iterable[str]) -> tuple[CapitalRow, ...]:
        wanted = frozenset(codes)
        both = [(flow_of(chart, code, ()), before.get(code, nil), after.get(code, nil)) for code in moved if code in wanted]
        return tuple(CapitalRow(flow.code, flow.name, first, last, flow.group_id) for flow, first, last in both if any(first + last))

    return FundFlow(
        sources=tuple(one for one in flows if _is_source(one, main)),
        applications=tuple(one._replace(figures=less(nil, one.figures)) for one in flows if not _is_source(one, main)),
        current_assets=rows(CURRENT_ASSETS),
        current_liabilities=rows(CURRENT_LIABILITIES),
        width=width,
    )


def _is_source(one: Flow, main: int) -> bool:
    return (one.figures[main] or sum(one.figures)) > 0


def _by_code(chart: Chart, figures: Mapping[UUID, Figures], nil: Figures) -> dict[str, Figures]:
    """Sums by code, in the order of the chart's groups."""
    place, found = places(chart), dict[str, Figures]()
    for one in in_order(chart):
        if any(figures.get(one.id, ())):
            found[place[one.id]] = added((found.get(place[one.id], nil), figures[one.id]))
    return found
