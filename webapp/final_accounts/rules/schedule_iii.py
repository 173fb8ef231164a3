"""Part I of Schedule III, Division I (Companies Act 2013): the balance sheet, each account by the line it stands on.

Division I is for companies that keep to the Accounting Standards of 2021 (not Ind AS). The layout in force since
1 April 2021 is that of notification G.S.R. 207(E) of 24 March 2021, which among others moved security deposits to other
non-current assets, current maturities of long-term borrowings to short-term borrowings, and renamed fixed assets; before,
that of 2014. The mapping is dated accordingly, and pure. An account stands where the accountant has put it
(webapp.kernel.schedule_iii), else where its group does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from datetime import date
from uuid import UUID

from webapp.final_accounts.rules.statements import OPENING_DIFFERENCE, PROFIT_AND_LOSS, BalanceSheet
from webapp.final_accounts.rules.tree import Account, Chart, Figures, added, known_codes, less
from webapp.kernel.records import dataclass
from webapp.kernel.schedule_iii import HEADS

AMENDED_ON = date(2021, 4, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the balance sheet: its part and its code, which is ours and stable."""

    part: str
    code: str


# Part I of Division I, in the order of the Schedule. General Instruction 6 lets a line without an amount be left out.
LINES: tuple[Line, ...] = (
    Line("shareholders-funds", "share-capital"),
    Line("shareholders-funds", "reserves"),
    Line("non-current-liabilities", "long-term-borrowings"),
    Line("non-current-liabilities", "deferred-tax-liability"),
    Line("non-current-liabilities", "other-long-term-liabilities"),
    Line("non-current-liabilities", "long-term-provisions"),
    Line("current-liabilities", "short-term-borrowings"),
    Line("current-liabilities", "trade-payables-small"),
    Line("current-liabilities", "trade-payables"),
    Line("current-liabilities", "other-current-liabilities"),
    Line("current-liabilities", "short-term-provisions"),
    Line("difference", "opening-difference"),
    Line("non-current-assets", "fixed-assets"),
    Line("non-current-assets", "intangible-assets"),
    Line("non-current-assets", "capital-work"),
    Line("non-current-assets", "non-current-investments"),
    Line("non-current-assets", "deferred-tax-asset"),
    Line("non-current-assets", "long-term-loans"),
    Line("non-current-assets", "other-non-current-assets"),
    Line("current-assets", "current-investments"),
    Line("current-assets", "inventories"),
    Line("current-assets", "trade-receivables"),
    Line("current-assets", "cash"),
    Line("current-assets", "short-term-loans"),
    Line("current-assets", "other-current-assets"),
)
LIABILITY_PARTS = ("shareholders-funds", "non-current-liabilities", "current-liabilities", "difference")
ASSET_PARTS = ("non-current-assets", "current-assets")
PAYABLES = ("trade-payables-small", "trade-payables")
RECEIVABLES = ("trade-receivables",)
ALLOWANCE = "doubtful-allowance"

# Seeded group → (line for a debit balance, line for a credit balance). What is owed and owned may not be set off
# against each other (General Instructions, and AS 1), so an account stands by the side its balance is on.
_SINCE_2021: Mapping[str, tuple[str, str]] = {
    "capital-account": ("share-capital", "share-capital"),
    "reserves-surplus": ("reserves", "reserves"),
    "loans-liability": ("long-term-borrowings", "long-term-borrowings"),
    "bank-od": ("cash", "short-term-borrowings"),
    "secured-loans": ("long-term-borrowings", "long-term-borrowings"),
    "unsecured-loans": ("long-term-borrowings", "long-term-borrowings"),
    "current-liabilities": ("other-current-assets", "other-current-liabilities"),
    "duties-taxes": ("other-current-assets", "other-current-liabilities"),
    "provisions": ("short-term-provisions", "short-term-provisions"),
    "sundry-creditors": ("short-term-loans", "trade-payables"),
    "suspense": ("other-current-assets", "other-current-liabilities"),
    "branch-divisions": ("other-current-assets", "other-current-liabilities"),
    "fixed-assets": ("fixed-assets", "fixed-assets"),
    "investments": ("non-current-investments", "non-current-investments"),
    "current-assets": ("other-current-assets", "other-current-liabilities"),
    "bank-accounts": ("cash", "short-term-borrowings"),
    "cash-in-hand": ("cash", "cash"),
    "deposits": ("other-non-current-assets", "other-non-current-assets"),
    "loans-advances": ("short-term-loans", "other-current-liabilities"),
    "stock-in-hand": ("inventories", "inventories"),
    "sundry-debtors": ("trade-receivables", "other-current-liabilities"),
    "misc-expenses-asset": ("other-non-current-assets", "other-non-current-assets"),
}
_BEFORE_2021: Mapping[str, tuple[str, str]] = {**_SINCE_2021, "deposits": ("long-term-loans", "long-term-loans")}
# A head that was chosen → its lines, where they are not the head itself on both sides.
_BY_HEAD: Mapping[str, tuple[str, str]] = {
    "short-term-borrowings": ("cash", "short-term-borrowings"),
    "trade-payables": ("short-term-loans", "trade-payables"),
    "interest-accrued": ("other-current-assets", "other-current-liabilities"),
    "other-current-liabilities": ("other-current-assets", "other-current-liabilities"),
    "provision-for-tax": ("short-term-loans", "short-term-provisions"),
    "trade-receivables": ("trade-receivables", "other-current-liabilities"),
    # Trade receivables are shown less the allowance for bad and doubtful debts (General Instructions, trade receivables).
    ALLOWANCE: ("trade-receivables", "trade-receivables"),
    "cash": ("cash", "short-term-borrowings"),
    "short-term-loans": ("short-term-loans", "other-current-liabilities"),
    "advance-tax": ("short-term-loans", "short-term-provisions"),
    "other-current-assets": ("other-current-assets", "other-current-liabilities"),
}
# Accounts of the program's own whose group says less than they do themselves: goods on the shelf whose bill has not come
# are dues to suppliers, unbilled; tax that others deducted is income tax paid in advance.
OWN_HEADS: Mapping[str, str] = {"goods-received": "trade-payables", "tds-receivable": "advance-tax"}
# Input tax is paid with output tax: what is due to the government is one net figure (CGST Act, section 49).
_SET_OFF = "duties-taxes"
_OF_BALANCES = frozenset(HEADS["asset"] + HEADS["liability"])


def mapping(on: date) -> Mapping[str, tuple[str, str]]:
    """Seeded group → lines for a debit and for a credit balance, as the Schedule stood on this day."""
    return _SINCE_2021 if on >= AMENDED_ON else _BEFORE_2021


def head_of(account: Account, heads: Mapping[UUID, str]) -> str:
    """The head an account was put under, or has by itself; nothing when its group decides."""
    chosen = heads.get(account.id) or OWN_HEADS.get(account.code or "", "")
    return chosen if chosen in _OF_BALANCES else ""


@dataclass(frozen=True, slots=True)
class PartySides:
    """An account that is kept by party: what parties with a debit balance stand at, those with a credit balance, and of
    these the micro and small enterprises (MSMED Act 2006, section 2(h) and (m)). Each unsigned, by column."""

    debit: Figures
    credit: Figures
    small: Figures


@dataclass(frozen=True, slots=True)
class Facts:
    """What balances do not tell. `maturities`: what of a loan falls due within a year, by column; unsigned paise."""

    heads: Mapping[UUID, str] = field(default_factory=dict)
    parties: Mapping[UUID, PartySides] = field(default_factory=dict)
    maturities: Mapping[UUID, Figures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What a line is made of: an account, or a part of one. In the direction of its line.

    `kind` says what is no whole account: surplus, difference, parties (the balances on the other side), maturity.
    """

    name: str
    figures: Figures
    account_id: UUID | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A line with its note's number, its figures and its rows."""

    line: Line
    note: int
    figures: Figures
    rows: tuple[NoteRow, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The balance sheet of Division I, lines without an amount left out."""

    lines: tuple[Printed, ...]
    width: int

    def part(self, name: str) -> tuple[Printed, ...]:
        return tuple(one for one in self.lines if one.line.part == name)

    def total(self, parts: tuple[str, ...]) -> Figures:
        return added((one.figures for one in self.lines if one.line.part in parts), self.width)

    def line(self, *codes: str) -> Figures:
        """The figures of some lines together; nil where they are left out."""
        return added((one.figures for one in self.lines if one.line.code in codes), self.width)


_NO_FACTS = Facts()


def schedule(chart: Chart, closing: Mapping[UUID, Figures], sheet: BalanceSheet, on: date, facts: Facts = _NO_FACTS) -> Schedule:
    """Each balance by the line it belongs to, column by column: an account that has changed sides stands on two lines."""
    rows: dict[str, list[NoteRow]] = {}
    for line, row in _rows(chart, closing, sheet.width, on, facts):
        rows.setdefault(line, []).append(row)
    surplus = added((sheet.brought_forward, sheet.of_this_year))
    rows.setdefault("reserves", []).append(NoteRow("", surplus, kind="surplus"))
    rows["opening-difference"] = [NoteRow("", sheet.difference, kind="difference")]
    printed: list[Printed] = []
    for one in LINES:
        own = tuple(row for row in rows.get(one.code, ()) if any(row.figures))
        if own:
            printed.append(Printed(one, len(printed) + 1, added(row.figures for row in own), own))
    return Schedule(tuple(printed), sheet.width)


def unbilled(found: Schedule, codes: tuple[str, ...], known: Collection[UUID]) -> Figures:
    """What of some lines stands on no account of `known` (those kept by party, allowances): dues for which no bill has come, or
    been made, yet."""
    return added((row.figures for row in _rows_on(found, codes) if row.account_id not in known), found.width)


def allowance(found: Schedule, accounts: Collection[UUID]) -> Figures:
    """What is provided for doubtful debts on these accounts: unsigned, what receivables are less by."""
    rows = (row.figures for row in _rows_on(found, RECEIVABLES) if row.account_id in accounts)
    return tuple(-one for one in added(rows, found.width))


def _rows_on(found: Schedule, codes: tuple[str, ...]) -> Iterator[NoteRow]:
    return (row for one in found.lines if one.line.code in codes for row in one.rows)


def _rows(chart: Chart, closing: Mapping[UUID, Figures], width: int, on: date, facts: Facts) -> Iterator[tuple[str, NoteRow]]:
    """(line, row) for every account with a balance."""
    places, codes = mapping(on), known_codes(chart, _SINCE_2021)
    results = {group.id for group in chart.groups if group.nature in ("income", "expense")}
    accounts = [one for one in chart.accounts if one.id in closing and one.group_id not in results]
    accounts = [one for one in accounts if one.code not in (PROFIT_AND_LOSS, OPENING_DIFFERENCE)]
    heads = {one.id: head_of(one, facts.heads) for one in accounts}
    taxes = [one.id for one in accounts if not heads[one.id] and codes[one.group_id] == _SET_OFF]
    due = added((closing[id_] for id_ in taxes), width)
    for account in accounts:
        head, code, figures = heads[account.id], codes[account.group_id], closing[account.id]
        pair = _BY_HEAD.get(head, (head, head)) if head else places[code]
        if sides := facts.parties.get(account.id):
            yield from _of_parties(account, pair, sides)
            continue
        ruling = due if account.id in taxes else figures
        for line in dict.fromkeys(pair):
            own = tuple([amount if pair[0 if side > 0 else 1] == line else 0 for amount, side in zip(figures, ruling, strict=True)])
            yield from _with_maturity(line, NoteRow(account.name, _directed(line, own), account.id), on, facts)


def _of_parties(account: Account, pair: tuple[str, str], sides: PartySides) -> Iterator[tuple[str, NoteRow]]:
    """An account that is kept by party: debit and credit balances are not set off, each side stands on its line."""
    usual = 1 if pair[1] == "trade-payables" or pair[0] == "other-current-assets" else 0
    kinds = ["" if side == usual else "parties" for side in (0, 1)]
    yield pair[0], NoteRow(account.name, sides.debit, account.id, kinds[0])
    if pair[1] == "trade-payables":
        yield "trade-payables-small", NoteRow(account.name, sides.small, account.id)
        yield pair[1], NoteRow(account.name, less(sides.credit, sides.small), account.id)
    else:
        yield pair[1], NoteRow(account.name, sides.credit, account.id, kinds[1])


def _with_maturity(line: str, row: NoteRow, on: date, facts: Facts) -> Iterator[tuple[str, NoteRow]]:
    """A loan, and what of it falls due within a year, at most what is owed. Since 2021 that is a short-term borrowing."""
    soon = facts.maturities.get(row.account_id) if row.account_id and line == "long-term-borrowings" else None
    if soon:
        part = tuple([max(min(owed, due), 0) for owed, due in zip(row.figures, soon, strict=True)])
        current = "short-term-borrowings" if on >= AMENDED_ON else "other-current-liabilities"
        yield current, NoteRow(row.name, part, row.account_id, "maturity")
        row = NoteRow(row.name, less(row.figures, part), row.account_id)
    yield line, row


_OWNED = frozenset(one.code for one in LINES if one.part in ASSET_PARTS)


def _directed(line: str, figures: Figures) -> Figures:
    return figures if line in _OWNED else tuple(-one for one in figures)
