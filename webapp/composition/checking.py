"""What a dealer under composition may not do, and what should be looked at before a form is filed: each with the way there."""

from __future__ import annotations

from uuid import UUID

from webapp.composition import building, facts, reading
from webapp.composition.told import Cmp08, Gstr4
from webapp.gst_returns import Registration, ReturnPeriod
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

MOST_BILLS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` says what (blueprint.problem_words); `is_refused`: the form cannot be right as it stands. `source` and `id` lead to a paper;
    `amount` is the figure that is meant, in paise."""

    code: str
    subject: str
    source: str = ""
    id: UUID | None = None
    detail: str = ""
    amount: int | None = None
    is_refused: bool = False


def of_quarter(books: Books, of: Registration, told: Cmp08) -> list[Problem]:
    """What is wrong with the statement of a quarter."""
    span = told.period.days
    found = []
    if told.rate is None:
        found.append(_wrong("kind", told.period.name))
    bills = reading.goods_to_other_states(books, of.gstin, span, MOST_BILLS)
    found += [_wrong("other_state", number, "invoice", id_, name) for id_, number, name in bills]
    sold = reading.through_operators(books, of.gstin, span, MOST_BILLS)
    found += [Problem("operator", number, "invoice", id_, operator) for id_, number, operator in sold]
    if count := reading.regular_bills(books, of.gstin, span):
        found.append(Problem("regular_bills", str(count)))
    if sent := reading.transfers(books, of.gstin, span):
        found.append(Problem("transfers", of.gstin, amount=sent))
    if told.outward.tax < 0:
        found.append(Problem("less_than_nothing", told.period.name, amount=told.outward.tax))
    return [*found, *_of_turnover(books, of, told)]


def of_year(books: Books, of: Registration, told: Gstr4) -> list[Problem]:
    """What is wrong with the return of a year: its statements first."""
    found = []
    for one in told.quarters:
        name = one.books.period.name
        if one.filed is None and one.books.period.days.last_day < books.today:
            found.append(_wrong("not_filed", name, "cmp08", None, one.books.period.key))
        elif one.filed and (one.filed.due != one.books.due or one.filed.outward != one.books.outward):
            found.append(Problem("differs", name, "cmp08", None, one.books.period.key, one.books.due.tax - one.filed.due.tax))
    abroad = sum(row.taxes.taxable for row in told.inward if not row.table)
    if abroad:
        found.append(Problem("goods_from_abroad", told.period.name, amount=abroad))
    if any(row.kind == "tcs" for row in told.credits):
        found.append(Problem("tcs", told.period.name))
    return found


def _of_turnover(books: Books, of: Registration, told: Cmp08) -> list[Problem]:
    """The limits, of the year so far."""
    if told.rate is None:
        return []
    found, month = [], told.period.month
    year = ReturnPeriod("year", month if month % 100 == 3 else (month // 100 + 1) * 100 + 3)
    so_far = building.turnover_of_year(books, told.period.days.last_day)
    limit = facts.limit_of(told.rate.kind, of.state_code, month).limit_paise
    if so_far > limit:
        found.append(_wrong("over_limit", year.name, amount=so_far))
    elif so_far > rounded(limit * facts.NEAR_BP, 10_000):
        found.append(Problem("near_limit", year.name, amount=so_far))
    if told.rate.kind != facts.SERVICES and (services := reading.turnover(books, of.gstin, year.days).services):
        allowed = max(facts.SERVICES_BESIDE_PAISE, rounded(so_far * facts.SERVICES_BESIDE_BP, 10_000))
        if services > allowed:
            found.append(Problem("services", year.name, amount=services))
    return found


def _wrong(code: str, subject: str, source: str = "", id_: UUID | None = None, detail: str = "", amount: int | None = None) -> Problem:
    return Problem(code, subject, source, id_, detail, amount, is_refused=True)
