"""What a row of a voucher may be put under: the accounts of the chart, and each customer and supplier by name.

A form names a head by what a person reads ("Cash", "Ravi Kumar"), and by a key when it was chosen from the list. The key
counts only while it says what the person reads; a name alone is looked up, so that a plain form needs no script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from webapp import ledger, parties
from webapp.kernel.ids import read_id
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.ledger import AccountRow
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books
from webapp.vouchers import rules

# A till's worth of parties goes with the page; where there are more, they are asked for while one types.
MOST_PARTIES = 500
MOST_FOUND = 30
_MONEY_GROUPS = frozenset({"cash-in-hand", "bank-accounts", "bank-od"})
# Where a name alone means what the shop owes, and not what it is owed.
_TO_SUPPLIERS = frozenset({"payment", "debit_note"})


@dataclass(frozen=True, slots=True)
class Head:
    """One choice. `balance` is signed paise, debit positive; `is_money` is cash or bank."""

    account_id: UUID
    party_id: UUID | None
    label: str
    about: str
    balance: int
    is_money: bool

    @property
    def key(self) -> str:
        return self.account_id.hex + (f":{self.party_id.hex}" if self.party_id else "")


class Chart:
    """The chart as this room asks it: by id, by name, and where money lies. Read once for a voucher, however many rows it has."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._whole = ledger.chart_of_accounts(books)
        self.accounts: Mapping[UUID, AccountRow] = {row.id: row for row in self._whole.accounts}
        self.groups = self._whole.groups
        parents = {row.id: row.parent_id for row in self.groups}
        codes = {row.id: row.code for row in self.groups}
        self.natures = {row.id: row.nature for row in self.groups}

        def is_money_group(group_id: UUID | None) -> bool:
            while group_id is not None:
                if codes[group_id] in _MONEY_GROUPS:
                    return True
                group_id = parents[group_id]
            return False

        money_groups = {group for group in parents if is_money_group(group)}
        self.money = frozenset(row.id for row in self._whole.accounts if row.group_id in money_groups)
        heads = ledger.heads(books)
        self.debtors, self.creditors = heads["debtors"], heads["creditors"]
        self._names: dict[str, AccountRow] = {
            folded(row.name): row for row in self._whole.accounts if not row.wants_party and not row.is_archived
        }

    def for_rules(self) -> rules.Chart:
        """What the rules must know."""
        rows = self.accounts.values()
        return rules.Chart(
            names={row.id: row.name for row in rows},
            wants_party=frozenset(row.id for row in rows if row.wants_party),
            money=self.money,
            archived=frozenset(row.id for row in rows if row.is_archived),
        )

    def nature(self, account_id: UUID) -> str:
        """asset, liability, income or expense."""
        return self.natures[self.accounts[account_id].group_id]

    def account_named(self, text: str) -> AccountRow | None:
        """The account in use called exactly so, whatever its letters' size."""
        return self._names.get(folded(text))

    def accounts_like(self, text: str) -> list[AccountRow]:
        """Accounts in use that have every word typed."""
        words = folded(text).split()
        return [row for name, row in self._names.items() if words and all(word in name for word in words)]

    def choices(self) -> list[AccountRow]:
        """The accounts in use that take a row as they are, by name."""
        return sorted(self._names.values(), key=lambda row: folded(row.name))


def label(account_id: UUID, party: PartyRow | None, chart: Chart) -> str:
    """What a person reads for a head. A party that is customer and supplier both says which is meant."""
    if party is None:
        account = chart.accounts.get(account_id)
        return account.name if account else ""
    if party.is_customer and party.is_supplier:
        return f"{party.name} ({'supplier' if account_id == chart.creditors else 'customer'})"
    return party.name


def all_heads(books: Books, chart: Chart, today: date) -> tuple[list[Head], bool]:
    """Every choice by name, with its balance, and whether those are all: only the first parties come when there are very many."""
    totals = ledger.account_totals(books, today, today)
    own = [
        Head(
            row.id, None, row.name, "", totals[row.id].opening + totals[row.id].debit - totals[row.id].credit if row.id in totals else 0,
            row.id in chart.money,
        )
        for row in chart.choices()
    ]  # fmt: skip
    found = parties.search_parties(books, "", most=MOST_PARTIES + 1)
    return own + party_heads(books, chart, found[:MOST_PARTIES]), len(found) <= MOST_PARTIES


def found_heads(books: Books, chart: Chart, text: str) -> list[Head]:
    """The parties that have every word typed."""
    return party_heads(books, chart, parties.search_parties(books, text, most=MOST_FOUND))


def party_heads(books: Books, chart: Chart, rows: Sequence[PartyRow]) -> list[Head]:
    """The choices that parties are: one each, two for who is customer and supplier both."""
    totals = ledger.party_totals(books, [row.id for row in rows])
    return [
        Head(account, row.id, label(account, row, chart), row.phone or row.city, totals.get((row.id, account), 0), is_money=False)
        for row in rows
        for account in accounts_of(row, chart)
    ]


def accounts_of(party: PartyRow, chart: Chart) -> list[UUID]:
    """Where the lines of a party stand."""
    return [chart.debtors] * party.is_customer + [chart.creditors] * party.is_supplier


@dataclass(frozen=True, slots=True)
class Asked:
    """A head as a form names it: the key it was chosen by, or none, and what a person reads."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a form's head turned out to be; `words` instead when it is none of ours, or several."""

    account_id: UUID | None = None
    party_id: UUID | None = None
    words: str = ""


def resolve(books: Books, chart: Chart, asked: Iterable[Asked], kind: str) -> dict[Asked, Found]:
    """Each head of a form looked up. Parties chosen by key are read in one statement; other companies' keys are nobody's."""
    wanted = set(asked)
    pairs = {one: _read_key(one.key) for one in wanted}
    known = parties.parties_by_id(books, {pair[1] for pair in pairs.values() if pair and pair[1]})
    found: dict[Asked, Found] = {}
    for one in wanted:
        pair = pairs[one]
        found[one] = (_by_key(pair, one.text, chart, known) if pair else None) or _by_name(books, chart, one.text, kind)
    return found


def _read_key(key: str) -> tuple[UUID, UUID | None] | None:
    account, _, party = key.partition(":")
    account_id, party_id = read_id(account), read_id(party)
    return None if account_id is None or (party and party_id is None) else (account_id, party_id)


def _by_key(pair: tuple[UUID, UUID | None], text: str, chart: Chart, known: Mapping[UUID, PartyRow]) -> Found | None:
    account_id, party_id = pair
    party = known.get(party_id) if party_id else None
    if account_id not in chart.accounts or (party_id and (party is None or account_id not in accounts_of(party, chart))):
        return None
    if text and folded(text) != folded(label(account_id, party, chart)):
        return None  # another name was typed over it
    return Found(account_id, party_id)


def _by_name(books: Books, chart: Chart, text: str, kind: str) -> Found:
    name = text.strip()
    if not folded(name):
        return Found(words="Choose an account from the list.")
    if account := chart.account_named(name):
        return Found(account.id)
    archived = next((row.name for row in chart.accounts.values() if row.is_archived and folded(row.name) == folded(name)), None)
    if archived:
        return Found(words=f"The account {archived} is archived. Restore it, or choose another.")
    is_supplier, bare = name.endswith("(supplier)"), name.removesuffix("(supplier)").removesuffix("(customer)").strip()
    near = parties.search_parties(books, bare, most=5) if folded(bare) else []
    exact = [row for row in near if folded(row.name) == folded(bare)]
    if not exact and len(accounts := chart.accounts_like(name)) + len(near) == 1:
        return Found(accounts[0].id) if accounts else _party_found(near[0], chart, kind, is_supplier=is_supplier)
    if len(exact) == 1:
        return _party_found(exact[0], chart, kind, is_supplier=is_supplier)
    if exact or near or chart.accounts_like(name):
        return Found(words=f"Several are called like {name}. Choose one from the list.")
    return Found(words=f"No account, customer or supplier is called {name}. Press Alt+C to make it.")


def _party_found(party: PartyRow, chart: Chart, kind: str, *, is_supplier: bool) -> Found:
    """A party by name alone: as a supplier where that is what the kind, or its own mark, says."""
    as_supplier = party.is_supplier and (not party.is_customer or is_supplier or kind in _TO_SUPPLIERS)
    return Found(chart.creditors if as_supplier else chart.debtors, party.id)
