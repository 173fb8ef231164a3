"""Trial balance and balance sheet of a cost centre: each figure is the sum of the lines that name it, worked out the slow way."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.company.test_stores import make_store
from tests.ground.shops import Shop
from webapp import company, ledger, parties
from webapp.final_accounts import flow_reads, queries
from webapp.final_accounts.rules.tree import Head
from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.kernel.posting import CostShare, Line, Slip
from webapp.ledger import Heading, centre_changes
from webapp.parties import PartyDraft
from webapp.platform.tenancy import Books, open_books, read_books

FIRST, LAST = date(2024, 12, 1), date(2026, 11, 20)
RESULTS = ("sales", "expenses", "cost-of-goods")
CODES = (*RESULTS, "cash", "bank", "capital", "output-cgst", "debtors", "creditors", "profit-loss")
CENTRES = {"Van": ("Van", "Road"), "Road": ("Road",), "Shop": ("Shop",)}
SPANS = (
    Period(date(2026, 4, 1), LAST),
    Period(date(2025, 4, 1), date(2026, 3, 31)),
    Period(date(2025, 8, 9), date(2026, 6, 17)),
    Period(date(2026, 9, 3), date(2026, 9, 3)),
)


class Share(NamedTuple):
    """What a centre bears of a line, as it was posted."""

    day: date
    store: UUID
    code: str
    centre: str
    amount: int


class Whole(NamedTuple):
    """A voucher with all its lines, and the centres that any of them names."""

    day: date
    store: UUID
    lines: tuple[tuple[str, int], ...]
    named: frozenset[str]


class Borne:
    """Two years of vouchers of any accounts, in two stores, whose lines name centres or none; what was posted is kept beside."""

    def __init__(self, shop: Shop, seed: int, vouchers: int = 70) -> None:
        self.actor, self.shares, self.vouchers, chance = shop.actor, list[Share](), list[Whole](), Random(seed)
        pune = make_store(shop, "Pune", "PUN")
        with open_books(self.actor) as books:
            van = ledger.create_cost_centre(books, "Van").id
            self.centres = {"Van": van, "Road": ledger.create_cost_centre(books, "Road", van).id}
            self.centres["Shop"] = ledger.create_cost_centre(books, "Shop").id
            self.stores = [company.default_store(books), pune]
            self.party = parties.create_party(books, PartyDraft(name="Ravi")).id
            self.heads = {code: ledger.heads(books)[code] for code in CODES}
            for number in range(vouchers):
                self._voucher(books, chance, number)

    def _voucher(self, books: Books, chance: Random, number: int) -> None:
        day, store = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days)), chance.choice(self.stores)
        codes = chance.sample(CODES, chance.choice((2, 3, 4)))
        amounts = [chance.choice((1, -1)) * chance.randrange(10, 90_000) for _ in codes[1:]]
        if not sum(amounts):
            return
        lines, found = [], []
        for code, amount in zip(codes, (*amounts, -sum(amounts)), strict=True):
            names = chance.sample(sorted(self.centres), chance.randrange(4)) if abs(amount) > 3 else []
            parts = [abs(amount) // len(names)] * len(names) if names else []
            if names:
                parts[0] += abs(amount) - sum(parts)
            party = self.party if code in ("debtors", "creditors") else None
            costs = tuple(CostShare(self.centres[name], Paise(part)) for name, part in zip(names, parts, strict=True))
            lines.append(Line(self.heads[code], Paise(amount), party, costs))
            sign = 1 if amount > 0 else -1
            found += [Share(day, store, code, name, sign * part) for name, part in zip(names, parts, strict=True)]
        id_ = new_id()
        ledger.post(
            books, voucher_id=id_, heading=Heading("journal", f"J/{number}", day, store, "journal", new_id()), slip=Slip(tuple(lines))
        )
        self.shares += found
        whole = Whole(day, store, tuple(zip(codes, (*amounts, -sum(amounts)), strict=True)), frozenset(one.centre for one in found))
        self.vouchers.append(whole)
        if chance.random() < 0.2:
            on = min(day + timedelta(days=chance.randrange(200)), LAST)
            ledger.reverse(books, voucher_id=id_, reversal_id=new_id(), on=on, reason="typed twice")
            self.shares += [one._replace(day=on, amount=-one.amount) for one in found]
            self.vouchers.append(whole._replace(day=on, lines=tuple((code, -amount) for code, amount in whole.lines)))

    def of(self, centre: str, store: UUID | None = None) -> list[Share]:
        return [one for one in self.shares if one.centre in CENTRES[centre] and store in (None, one.store)]

    def moved(self, centre: str, codes: Iterable[str], period: Period, store: UUID | None = None) -> int:
        """What vouchers that name a centre did, whole, to these accounts by the end of a period and since its first day."""
        within = (one for one in self.vouchers if one.named & set(CENTRES[centre]) and store in (None, one.store))
        return sum(
            sum(paise for code, paise in one.lines if code in codes) for one in within if period.first_day <= one.day <= period.last_day
        )

    def balances(self, shares: Iterable[Share], period: Period) -> tuple[dict[UUID, tuple[int, int, int]], int]:
        """Account → (opening, debit, credit) by the year rule, and what is brought forward of income and expenses."""
        begins, found, forward = FinancialYear.of(period.first_day).first_day, dict[UUID, list[int]](), 0
        for one in (one for one in shares if one.day <= period.last_day):
            if one.code in RESULTS and one.day < begins:
                forward += one.amount
                continue
            own = found.setdefault(self.heads[one.code], [0, 0, 0])
            place = 0 if one.day < period.first_day else 1 if one.amount > 0 else 2
            own[place] += -one.amount if place == 2 else one.amount
        return {id_: (one[0], one[1], one[2]) for id_, one in found.items() if any(one)}, forward


def accounts(heads: Iterable[Head]) -> Iterator[tuple[UUID, Any]]:
    for head in heads:
        if head.account_id:
            yield head.account_id, head.figures
        yield from accounts(head.beneath)


@pytest.fixture(params=range(2))
def borne(request: pytest.FixtureRequest, sharma: Shop, iyer: Shop) -> Borne:
    """The other company has centres of the same names, which must show nowhere."""
    Borne(iyer, 99, vouchers=8)
    return Borne(sharma, request.param)


def test_the_trial_balance_of_a_centre_is_the_sum_of_the_lines_that_name_it(borne: Borne) -> None:
    for centre in CENTRES:
        for store in (None, *borne.stores):
            for period in SPANS:
                figures, forward = borne.balances(borne.of(centre, store), period)
                own = figures.pop(borne.heads["profit-loss"], (0, 0, 0))
                with read_books(borne.actor) as books:
                    found = queries.trial_balance(books, period, store_id=store, centre_id=borne.centres[centre])
                assert dict(accounts(found.heads)) == figures
                brought = found.brought_forward.figures if found.brought_forward else (0, 0, 0)
                assert brought == (own[0] + forward, own[1], own[2])
                every = [*figures.values(), brought]
                rest = found.not_borne.figures if found.not_borne else (0, 0, 0)
                assert rest[0] == -sum(one[0] for one in every)
                assert rest[1] - rest[2] == sum(one[2] - one[1] for one in every)
                assert min(rest[1], rest[2]) == 0
                assert found.agrees
                assert found.debit == sum(one[1] for one in (*every, rest))
                assert found.closing_credit == sum(max(one[2] - one[0] - one[1], 0) for one in (*every, rest))


def test_compared_and_as_a_balance_sheet_it_is_the_same(borne: Borne) -> None:
    """Closing balances side by side are those of each column alone; the profit of the sheet is that of profit and loss."""
    for centre, id_ in borne.centres.items():
        with read_books(borne.actor) as books:
            for compare in ("previous", "last-year", "months"):
                columns = periods.columns(SPANS[0], compare)
                columns = columns[:-1] if compare == "months" else columns
                found = queries.compared_balances(books, columns, centre_id=id_)
                alone = [queries.trial_balance(books, one, centre_id=id_) for one in columns]
                assert found.agrees
                assert list(found.debit) == [one.closing_debit for one in alone]
            days = [LAST, date(2026, 3, 31), date(2025, 9, 12)]
            sheet = queries.balance_sheet(books, days, centre_id=id_)
            profits = [queries.profit_and_loss(books, [queries.year_of(day)], centre_id=id_).net_profit[0] for day in days]
        assert sheet.of_this_year == tuple(profits)
        assert sheet.agrees
        for place, day in enumerate(days):
            balances, forward = borne.balances(borne.of(centre), queries.year_of(day))
            closing = {account: one[0] + one[1] - one[2] for account, one in balances.items()}
            own = closing.pop(borne.heads["profit-loss"], 0)
            shown = {account: figures[place] for account, figures in accounts(sheet.assets)}
            shown |= {account: -figures[place] for account, figures in accounts(sheet.liabilities)}
            kept = {account: amount for account, amount in closing.items() if account not in {borne.heads[code] for code in RESULTS}}
            assert {account: amount for account, amount in shown.items() if amount} == {one: of for one, of in kept.items() if of}
            assert sheet.brought_forward[place] == -(forward + own)
            assert sheet.not_borne[place] == sum(closing.values()) + own + forward


PATHS = ("/trial-balance", "/trial-balance?compare=months", "/balance-sheet", "/receivables", "/payables", "/open-bills", "/exceptions")


@pytest.mark.parametrize("place", [None, 1])
def test_flows_and_ratios_are_of_the_vouchers_that_name_it_whole(borne: Borne, place: int | None) -> None:
    store = None if place is None else borne.stores[place]
    with read_books(borne.actor) as books:
        for centre, beneath in CENTRES.items():
            naming = tuple(borne.centres[name] for name in beneath)
            indirect = flow_reads.cash_flow(books, SPANS, store_id=store, naming=naming)
            direct = flow_reads.direct_flow(books, SPANS, store_id=store, naming=naming)
            funds = flow_reads.fund_flow(books, SPANS, store_id=store, naming=naming)
            amounts, _ = queries.ratio_summary(books, SPANS, store_id=store, naming=naming)
            cash_in_hand = next(one for one in amounts if one.code == "cash-in-hand")
            for column, span in enumerate(SPANS):
                before = Period(date.min, span.first_day - timedelta(days=1))
                opening, change = (borne.moved(centre, ("cash", "bank"), days, store) for days in (before, span))
                for found in (indirect, direct):
                    assert (found.opening[column], found.change[column], found.closing[column]) == (opening, change, opening + change)
                    parts = found.from_operating[column] + found.from_investing[column] + found.from_financing[column]
                    assert parts == change, "what stands above adds up to what cash did"
                assert indirect.profit[column] == -borne.moved(centre, RESULTS, span, store)
                assert funds.total_sources[column] - funds.total_applications[column] == funds.increase[column]
                lasting = borne.moved(centre, ("capital", "profit-loss", *RESULTS), span, store)
                assert funds.increase[column] == -lasting
                up_to = Period(date.min, span.last_day)
                assert cash_in_hand.figures[column] == borne.moved(centre, ("cash",), up_to, store)


def test_flows_and_ratios_say_whose_they_are(browse: Callable[[Shop], FlaskClient], sharma: Shop, iyer: Shop) -> None:
    borne, theirs = Borne(sharma, 3, vouchers=20), Borne(iyer, 4, vouchers=4)
    van, client = borne.centres["Van"], browse(sharma)
    days = "from=2025-04-01&to=2026-11-20&detail=accounts"
    beside = html.unescape(client.get(f"/profit-and-loss?{days}&centre={van}").text)
    for path in ("/cash-flow?", "/cash-flow?method=direct&", "/fund-flow?", "/ratios?"):
        page = html.unescape(client.get(f"{path}{days}&centre={van}").text)
        assert "each whole, its cash, bank and parties among it" in page
        assert "Van with the centres beneath it" in page
        down = re.findall(r'class="row-link" href="([^"]+)"', page)
        assert all(link.startswith("/day-book?") and f"centre={van}" in link for link in down)
        assert down or path not in ("/cash-flow?", "/fund-flow?")
        assert client.get(f"{path}{days}&centre={theirs.centres['Van']}").status_code == 404
        assert re.search(rf'href="{path.partition("?")[0]}\?[^"]*centre={van}', beside), "the other statements lead to it with the centre"
    with open_books(sharma.actor) as books:
        unused = ledger.create_cost_centre(books, "Unused").id
    assert "No voucher up to these days names this cost centre" in html.unescape(client.get(f"/cash-flow?{days}&centre={unused}").text)


def test_an_unknown_another_companys_and_an_archived_centre_are_refused(
    browse: Callable[[Shop], FlaskClient], sharma: Shop, iyer: Shop
) -> None:
    with open_books(iyer.actor) as books:
        theirs = ledger.create_cost_centre(books, "Theirs").id
    with open_books(sharma.actor) as books:
        old = ledger.create_cost_centre(books, "Old van").id
        centre_changes.archive_cost_centre(books, old, 1)
    client = browse(sharma)
    for path in PATHS:
        join = "&" if "?" in path else "?"
        for wrong in (theirs, new_id(), "0", "'; drop table cost_centre", "9" * 400):
            for more in ("", "&format=csv"):
                assert client.get(f"{path}{join}centre={wrong}{more}").status_code == 404, (path, wrong)
        refused = client.get(f"{path}{join}centre={old}")
        assert refused.status_code == 422
        assert "The cost centre Old van is archived." in html.unescape(refused.text)
        assert f'value="{old}"' not in client.get(path).text


def test_a_file_foots_and_every_link_keeps_the_centre(browse: Callable[[Shop], FlaskClient], sharma: Shop) -> None:
    borne = Borne(sharma, 3)
    van, client = borne.centres["Van"], browse(sharma)
    asked = f"from=2026-04-01&to=2026-11-20&centre={van}"
    rows = list(csv.reader(io.StringIO(client.get(f"/trial-balance?{asked}&format=csv").text.removeprefix("\ufeff"))))
    assert rows[-1][0] == "Not borne by this centre"
    sums = [sum(round(float(row[place]) * 100) for row in rows[1:]) for place in range(2, 8)]
    assert sums[0::2] == sums[1::2], "each pair of columns comes to the same"
    for path in ("/trial-balance", "/trial-balance?layout=groups", "/balance-sheet?detail=accounts", "/balance-sheet?layout=sides"):
        page = html.unescape(client.get(f"{path}{'&' if '?' in path else '?'}{asked}").text)
        assert "Not borne by this centre" in page
        assert "Van with the centres beneath it" in page, "the head of what is printed names the centre"
        down = re.findall(r'<a [^>]*href="(/(?:accounts|group-summary)/[^"]+)"', page)
        assert down
        assert all(f"centre={van}" in link for link in down)
    assert not re.search(r"\bVan\b", client.get(f"/schedule-iii?{asked}").text), (
        "a statement that no centre bears a part of is not said to be its"
    )


def test_without_a_centre_nothing_is_asked_of_centres(
    sharma: Shop, browse: Callable[[Shop], FlaskClient], max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    """The figures cost what they did before there was a filter; the form asks once for the centres it offers."""
    Borne(sharma, 5, vouchers=12)
    with read_books(sharma.actor) as books:
        books.session.connection()
        queries.trial_balance(books, SPANS[2])
        with max_queries(6) as sent:
            queries.trial_balance(books, SPANS[2])
        with max_queries(4) as sheet:
            queries.balance_sheet(books, [LAST])
    assert (len(sent), len(sheet)) == (6, 4)
    assert not [one for one in (*sent, *sheet) if "cost_" in one]
    client = browse(sharma)
    for path in ("/trial-balance", "/balance-sheet"):
        with max_queries(13) as asked:
            client.get(path)
        assert len([one for one in asked if "FROM cost_centre" in one]) == 1
        assert not [one for one in asked if "cost_allocation" in one]
