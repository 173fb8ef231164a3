"""What the cash flow and the flow of funds are drawn from: balances, and the vouchers that touch cash or what lasts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from webapp import ledger
from webapp.final_accounts.queries import around
from webapp.final_accounts.rules import flows, funds
from webapp.final_accounts.rules.flows import CashFlow, DirectFlow, Moved
from webapp.final_accounts.rules.funds import FundFlow
from webapp.final_accounts.rules.tree import Figures, added, less
from webapp.kernel.dates import Period
from webapp.platform.tenancy import Books

Places = dict[UUID, str]


def cash_flow(books: Books, columns: Sequence[Period], *, store_id: UUID | None = None, naming: Collection[UUID] = ()) -> CashFlow:
    """The indirect method over each of `columns`; `naming` cost centres, of the vouchers that name them. Of those that touch cash
    it asks for those alone that touch what is not operating, so it costs no look at the bills and receipts of the days."""
    chart, place, moved = _moved(books, columns, store_id, naming, is_whole=False)
    return replace(flows.cash_flow(chart, place, moved), movements=_movements(chart, moved.whole, len(columns)))


def direct_flow(
    books: Books, columns: Sequence[Period], *, main: int = 0, store_id: UUID | None = None, naming: Collection[UUID] = ()
) -> DirectFlow:
    """The direct method over each of `columns`; `naming` as above, `main` sorts receipts from payments."""
    chart, place, moved = _moved(books, columns, store_id, naming, is_whole=True)
    return replace(flows.direct_flow(chart, place, moved, main), movements=_movements(chart, moved.whole, len(columns)))


def _moved(
    books: Books, columns: Sequence[Period], store_id: UUID | None, naming: Collection[UUID], *, is_whole: bool
) -> tuple[ledger.Chart, Places, Moved]:
    """Balances in one read, and one read for each kind of voucher, whatever the number of columns. Unless `is_whole`, what
    moved against cash is right for what is not operating alone."""
    spans = partial(ledger.voucher_spans, books, columns, store_id=store_id, naming=naming)
    chart = ledger.chart_of_accounts(books)
    place = flows.sorted_places(chart, ledger.schedule_heads(books))
    own = flows.places(chart)
    opening, closing = around(books, columns, store_id, naming)
    nil = (0,) * len(columns)
    cash = [id_ for id_, code in own.items() if code in flows.CASH]
    fixed, invested = ([id_ for id_, code in own.items() if code == wanted] for wanted in flows.LASTING)
    of_sales = {}
    if fixed:
        of_sales["fixed-assets"] = _results(chart, spans(touching=(cash, fixed)))
    if invested:
        sold = spans(touching=(cash, invested), without=fixed)
        of_sales["investments"] = _results(chart, sold)
    special = flows.special(place)
    apart = [id_ for id_ in special if id_ not in set(cash)]
    moved = Moved(
        whole={id_: less(closing.get(id_, nil), opening.get(id_, nil)) for id_ in {**opening, **closing}},
        cash=spans(touching=(cash,) if is_whole else (special, cash)),
        of_sales=of_sales,
        without_cash=spans(touching=(apart,), without=cash),
        opening=added((opening.get(id_, nil) for id_ in cash), len(columns)),
        closing=added((closing.get(id_, nil) for id_ in cash), len(columns)),
    )
    return chart, place, moved


def fund_flow(
    books: Books, columns: Sequence[Period], *, main: int = 0, store_id: UUID | None = None, naming: Collection[UUID] = ()
) -> FundFlow:
    """Sources and applications of funds over each of `columns`, and what they did to working capital; `naming` as above."""
    spans = partial(ledger.voucher_spans, books, columns, store_id=store_id, naming=naming)
    chart = ledger.chart_of_accounts(books)
    opening, closing = around(books, columns, store_id, naming)
    place, not_cash = flows.places(chart), {}
    taken: list[UUID] = []
    for code in flows.LASTING:
        accounts = [id_ for id_, own in place.items() if own == code]
        if accounts:
            found = spans(touching=(accounts,), without=taken)
            not_cash[code] = _results(chart, found)
            taken += accounts
    return funds.fund_flow(chart, opening, closing, not_cash, width=len(columns), main=main)


def _results(chart: ledger.Chart, moved: dict[UUID, Figures]) -> dict[UUID, Figures]:
    natures = {one.id: one.nature for one in chart.groups}
    results = {one.id for one in chart.accounts if natures[one.group_id] in ("income", "expense")}
    return {id_: figures for id_, figures in moved.items() if id_ in results}


def _movements(chart: ledger.Chart, whole: Mapping[UUID, Figures], width: int) -> dict[UUID, Figures]:
    """What each account, and each group with all beneath it, moved in each column: signed paise, debit positive."""
    parents = {one.id: one.parent_id for one in chart.groups}
    found = dict(whole)
    for one in chart.accounts:
        above: UUID | None = one.group_id if one.id in whole else None
        while above is not None:
            found[above] = added((found.get(above, (0,) * width), whole[one.id]))
            above = parents[above]
    return found
