"""What is open of each party at the ends of several days, and how old all of it was: the comparison of receivables and payables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from webapp import ledger
from webapp.kernel.records import dataclass
from webapp.outstandings import ages, lines
from webapp.outstandings.ages import Ageing, PartyAge
from webapp.outstandings.forms import Shown
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class ComparedParty:
    """A party and what it stood at on each day, in paise."""

    party_id: UUID
    name: str
    phone: str
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Every party that stood at something on one of `days`, and the ages of all of them by day (none for months of balances).

    The day that is asked for is the first, and what it is held against the second; of months it is the last.
    """

    days: tuple[date, ...]
    is_by_month: bool
    rows: tuple[ComparedParty, ...]
    ages: tuple[PartyAge, ...] = ()

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(sum(row.figures[place] for row in self.rows) for place in range(len(self.days)))

    def change(self, figures: Sequence[int]) -> int:
        """What is open on the day more than on the other; of months, than at the end of the first."""
        return figures[-1] - figures[0] if self.is_by_month else figures[0] - figures[-1]


def compared(books: Books, shown: Shown, days: tuple[date, ...], *, is_by_month: bool) -> Compared:
    """Balances of months come from the kept totals; two days, what is overdue and what names a cost centre are worked out bill by
    bill."""
    if shown.narrowed.overdue_only or shown.asked.centres or not is_by_month:
        return _by_age(
            shown, days, ages.ageings(books, shown.asked, days, edges=shown.edges, netted=shown.is_netted), is_by_month=is_by_month
        )
    accounts = set(lines.accounts_of(books, shown.asked))
    sums: dict[UUID, list[int]] = {}
    for (account, party), nets in ledger.party_balances_at(books, days, store_id=shown.asked.store_id).items():
        if account in accounts:
            own = sums.setdefault(party, [0] * len(days))
            for place, net in enumerate(nets):
                own[place] += net * shown.asked.sign
    found = [(*one, sums[one[0]]) for one in ages.names_of(books, shown.asked, sums)]
    return Compared(days, is_by_month, _sorted(found, is_by_month=is_by_month))


def ages_at(books: Books, shown: Shown, days: tuple[date, ...], *, is_by_month: bool) -> Compared:
    """The ages of all parties together at the end of each of `days`, without the parties."""
    found = ages.ageings(books, shown.asked, days, edges=shown.edges, netted=shown.is_netted)
    return Compared(days, is_by_month, (), tuple(one.totals for one in found))


def _by_age(shown: Shown, days: tuple[date, ...], found: Sequence[Ageing], *, is_by_month: bool) -> Compared:
    people: dict[UUID, tuple[str, str, list[int]]] = {}
    for place, one in enumerate(found):
        for row in one.rows:
            own = people.setdefault(row.party_id, (row.name, row.phone, [0] * len(days)))
            own[2][place] = row.overdue(by_due=shown.asked.by_due) if shown.narrowed.overdue_only else row.balance
    rows = _sorted([(id_, name, phone, figures) for id_, (name, phone, figures) in people.items()], is_by_month=is_by_month)
    return Compared(days, is_by_month, rows, tuple(one.totals for one in found))


def _sorted(found: Sequence[tuple[UUID, str, str, list[int]]], *, is_by_month: bool) -> tuple[ComparedParty, ...]:
    rows = [ComparedParty(id_, name, phone, tuple(figures)) for id_, name, phone, figures in found if any(figures)]
    main = -1 if is_by_month else 0
    return tuple(sorted(rows, key=lambda row: (-row.figures[main], row.name, row.party_id)))
