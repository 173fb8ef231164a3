"""Schedule III laid out in rows: its two parts, the tables of ages, the names of its notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from webapp import ledger
from webapp.final_accounts.ages import Age, Ages
from webapp.final_accounts.rows import Row, part
from webapp.final_accounts.rules.schedule_iii import ASSET_PARTS, LIABILITY_PARTS, NoteRow, Printed, Schedule
from webapp.final_accounts.rules.schedule_results import EXPENSE_LINES
from webapp.final_accounts.rules.tree import added
from webapp.final_accounts.schedule_reads import ScheduleIII
from webapp.kernel.dates import written
from webapp.kernel.money import rupees
from webapp.kernel.records import dataclass
from webapp.platform.templating import account_name


def schedule_rows(found: Schedule) -> list[Row]:
    """Part I of Schedule III, each line with the number of its note."""
    rows: list[Row] = []
    for title, parts, total in (
        (_("Equity and liabilities"), LIABILITY_PARTS, _("Total of equity and liabilities")),
        (_("Assets"), ASSET_PARTS, _("Total of assets")),
    ):
        rows.append(part(title))
        for name in parts:
            lines = found.part(name)
            if not lines:
                continue
            if name != "difference":
                rows.append(Row("group", part_words()[name], added(one.figures for one in lines)))
            rows += [_printed(one) for one in lines]
        rows.append(Row("total", total, found.total(parts)))
    return rows


def _printed(one: Printed) -> Row:
    is_lacking = one.line.part == "difference"
    return Row(
        "lacking" if is_lacking else "account",
        line_words(one.line.code),
        one.figures,
        depth=0 if is_lacking else 1,
        note=str(one.note),
        url=f"#note-{one.note}",
    )


def results_rows(found: ScheduleIII) -> list[Row]:
    """Part II of Schedule III. Expenses and taxes without an amount are left out (General Instruction 6)."""
    own, words = found.results, ledger.schedule_head_words()
    rows = [
        Row("account", words["revenue"], own.line("revenue")),
        Row("account", words["other-income"], own.line("other-income")),
        Row("sum", _("Total income"), own.total_income),
        Row("account", words["purchases"], own.purchases),
        Row("account", _("Changes in inventories of stock-in-trade"), own.change_in_stock),
        *(Row("account", words[code], own.line(code)) for code in EXPENSE_LINES if any(own.line(code))),
        Row("sum", _("Total expenses"), own.total_expenses),
    ]
    if any(own.line("exceptional")):
        rows.append(Row("sum", _("Profit before exceptional items and tax"), own.before_exceptional))
        rows.append(Row("account", words["exceptional"], own.line("exceptional")))
    rows.append(Row("total", _("Profit before tax"), own.before_tax))
    if any(own.tax):
        rows.append(Row("group", _("Tax expense"), own.tax))
        rows += [Row("account", words[code], own.line(code), 1) for code in ("current-tax", "deferred-tax") if any(own.line(code))]
        rows.append(Row("total", _("Profit for the period"), own.profit))
    return rows


def per_share_rows(found: ScheduleIII) -> list[tuple[str, tuple[int | None, ...]]]:
    """Earnings per equity share in paise (AS 20), basic and diluted, which are both presented also where they are equal
    (paragraph 8). None in a year whose shares are not given; no rows where none are. The words say the face value and the
    number of shares of the newest year that has them."""
    own = next((one for one in found.notes if one.shares), None)
    if own is None:
        return []
    value = rupees(own.face_value_paise)
    basic = _("Basic earnings per equity share of %(value)s (%(shares)s shares)", value=value, shares=own.shares)
    diluted = _("Diluted earnings per equity share of %(value)s (%(shares)s shares)", value=value, shares=own.shares + own.potential_shares)
    return [(basic, found.per_share), (diluted, found.diluted_per_share)]


def part_words() -> dict[str, str]:
    """The parts of Schedule III."""
    return {
        "shareholders-funds": _("Shareholders' funds"),
        "non-current-liabilities": _("Non-current liabilities"),
        "current-liabilities": _("Current liabilities"),
        "non-current-assets": _("Non-current assets"),
        "current-assets": _("Current assets"),
    }


def line_words(code: str) -> str:
    """A line of Schedule III in the reader's language."""
    own: dict[str, str] = {
        "trade-payables-small": _("Trade payables: micro and small enterprises"),
        "trade-payables": _("Trade payables: others"),
        "opening-difference": _("Difference in opening balances"),
    }
    return own.get(code) or ledger.schedule_head_words()[code]


def note_words(row: NoteRow) -> str:
    """A row of a note: an account, or what part of one it is."""
    if row.kind == "surplus":
        return str(_("Surplus in the statement of profit and loss"))
    if row.kind == "difference":
        return str(_("Difference in opening balances"))
    name = account_name(row.name)
    if row.kind == "parties":
        return str(_("%(name)s: balances on the other side", name=name))
    return str(_("%(name)s: due within a year", name=name)) if row.kind == "maturity" else name


def age_words() -> dict[str, str]:
    """The rows of the tables of ages."""
    return {
        "considered-good": _("Undisputed, considered good"),
        "doubtful": _("Undisputed, considered doubtful"),
        "disputed-good": _("Disputed, considered good"),
        "disputed-doubtful": _("Disputed, considered doubtful"),
        "small": _("Micro and small enterprises"),
        "others": _("Others"),
        "disputed-small": _("Disputed: micro and small enterprises"),
        "disputed-others": _("Disputed: others"),
    }


def age_labels(*, of_customers: bool) -> tuple[str, ...]:
    """The columns of a table of ages: from the due date of payment."""
    first = (_("Less than 6 months"), _("6 months to 1 year")) if of_customers else (_("Less than 1 year"),)
    return (_("Unbilled"), _("Not due"), *first, _("1 to 2 years"), _("2 to 3 years"), _("More than 3 years"), _("Total"))


@dataclass(frozen=True, slots=True)
class AgeTable:
    """A table of ages as it is drawn. `feet` are (words, amount) beneath its sum: what is provided, and what is left."""

    title: str
    day: str
    labels: tuple[str, ...]
    rows: tuple[Age, ...]
    feet: tuple[tuple[str, int], ...] = ()


def age_tables(found: ScheduleIII) -> list[AgeTable]:
    """Each table that has an amount: customers, then suppliers, the newest day first."""
    own = _("Age of trade receivables"), age_labels(of_customers=True)
    others = _("Age of trade payables"), age_labels(of_customers=False)
    tables = [AgeTable(own[0], written(one.day), own[1], one.receivables, _feet(one)) for one in found.ages]
    tables += [AgeTable(others[0], written(one.day), others[1], one.payables) for one in found.ages]
    return [one for one in tables if any(row.total for row in one.rows) or one.feet]


def _feet(one: Ages) -> tuple[tuple[str, int], ...]:
    if not one.allowance:
        return ()
    net = sum(row.total for row in one.receivables) - one.allowance
    return (_("Less: allowance for doubtful debts"), -one.allowance), (_("Trade receivables, net"), net)


Cells = tuple[Any, ...]


def file_rows(found: ScheduleIII, labels: Sequence[str], rows: Sequence[Row], results: Sequence[Row]) -> list[Cells]:
    """Everything the screen shows, for a file: both parts, earnings per share, the ages, the notes. A row is its heading or
    group, its account, the number of its note, then amounts; a table of ages says its own headings in the place of amounts."""
    whole: list[Cells] = [_heading(_("Balance sheet")), *map(_file_row, rows)]
    whole += [_heading(_("Statement of profit and loss")), *map(_file_row, results)]
    if shares := per_share_rows(found):
        whole.append(_heading(_("Earnings per share")))
        whole += [_cells("", words, "", *figures) for words, figures in shares]
    for one in age_tables(found):
        whole.append(_cells(f"{one.title}, {one.day}", "", "", *one.labels))
        whole += [_cells("", age_words()[row.code], "", *row.figures, row.total) for row in one.rows]
        whole += [_cells("", words, "", *("",) * (len(one.labels) - 1), amount) for words, amount in one.feet]
    for line in found.schedule.lines:
        title = _("Note %(number)s: %(line)s", number=line.note, line=line_words(line.line.code))
        whole.append(_cells(title, "", str(line.note), *labels))
        whole += [_cells("", note_words(row), str(line.note), *row.figures) for row in line.rows]
        whole.append(_cells(_("Total"), "", str(line.note), *line.figures))
    return whole


FILE_AMOUNTS = 8  # the age of receivables, the widest table: seven columns and their sum


def _file_row(row: Row) -> Cells:
    names = ("", row.name) if row.kind == "account" else (row.name, "")
    return _cells(*names, row.note, *row.figures)


def _heading(words: str) -> Cells:
    return _cells(words, "", "")


def _cells(*cells: Any) -> Cells:
    return cells + ("",) * (3 + FILE_AMOUNTS - len(cells))
