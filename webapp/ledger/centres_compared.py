"""What cost centres bear over several spans of days side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from webapp.kernel import periods
from webapp.kernel.dates import Period, month_of
from webapp.kernel.records import dataclass
from webapp.ledger import cost_centre_reads
from webapp.ledger.centre_totals import centre_months
from webapp.ledger.cost_centre_reads import CentreCard
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class ComparedAccount:
    """What a centre itself bears of an account in each span: net paise, debit positive."""

    account_id: UUID
    account: str
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ComparedCentre:
    """A centre, what it bears with those beneath it in each span, and its own accounts."""

    card: CentreCard
    figures: tuple[int, ...]
    own: tuple[ComparedAccount, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The spans left to right, and each centre that bears something in one of them. Months end with the whole of them."""

    spans: tuple[Period, ...]
    is_by_month: bool
    rows: tuple[ComparedCentre, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        return _sums((one.figures for row in self.rows for one in row.own), len(self.spans))

    def change(self, figures: Sequence[int]) -> int:
        """What the period bore more than the one beside it."""
        return figures[0] - figures[-1]


def compared(books: Books, period: Period, how: str, *, store_id: UUID | None = None) -> Compared:
    """The report over `periods.columns(period, how)`. Months cost one statement together. TooManyMonths beyond 24."""
    spans = periods.columns(period, how)
    found: dict[UUID, dict[UUID, list[int]]] = {}
    names: dict[tuple[str, UUID], UUID] = {}

    def own(centre_id: UUID, account_id: UUID) -> list[int]:
        return found.setdefault(centre_id, {}).setdefault(account_id, [0] * len(spans))

    whole = (len(spans) - 1,) if how == "months" else range(len(spans))
    for place in whole:
        for one in cost_centre_reads.borne(books, spans[place], store_id=store_id):
            own(one.centre_id, one.account_id)[place] = one.net
            names[one.account, one.account_id] = one.account_id
    if how == "months":
        places = {month_of(one.first_day): place for place, one in enumerate(spans[:-1])}
        for (centre, account, month), net in centre_months(books, period, store_id=store_id).items():
            own(centre, account)[places[month]] = net
    return Compared(spans, how == "months", tuple(_rows(cost_centre_reads.centre_tree(books), found, sorted(names), len(spans))))


def _rows(
    tree: list[CentreCard], found: dict[UUID, dict[UUID, list[int]]], names: list[tuple[str, UUID]], width: int
) -> Iterable[ComparedCentre]:
    for card, those in cost_centre_reads.with_those_beneath(tree):
        every = [figures for one in those for figures in found.get(one, {}).values()]
        mine = found.get(card.id, {})
        if every:
            accounts = tuple(ComparedAccount(id_, name, tuple(mine[id_])) for name, id_ in names if id_ in mine)
            yield ComparedCentre(card, _sums(every, width), accounts)


def _sums(every: Iterable[Sequence[int]], width: int) -> tuple[int, ...]:
    rows = list(every)
    return tuple(sum(row[place] for row in rows) for place in range(width))
