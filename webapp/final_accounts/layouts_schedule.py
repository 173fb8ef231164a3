"""Schedule III laid out in rows: its two parts, the tables of ages, the names of its notes."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp import ledger
from webapp.final_accounts.rows import Row, part
from webapp.final_accounts.rules.schedule_iii import ASSET_PARTS, LIABILITY_PARTS, NoteRow, Printed, Schedule
from webapp.final_accounts.rules.schedule_results import EXPENSE_LINES
from webapp.final_accounts.rules.tree import added
from webapp.final_accounts.schedule_reads import Age, ScheduleIII
from webapp.kernel.dates import written
from webapp.kernel.money import rupees
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


def per_share_words(found: ScheduleIII) -> tuple[str, ...]:
    """Basic earnings per share of each column, a dash where the shares are not given; nothing where none are."""
    return tuple("–" if one is None else rupees(one) for one in found.per_share) if any(one.shares for one in found.notes) else ()


def per_share_title(found: ScheduleIII) -> str:
    """What stands before it: the face value and the number of shares of the newest year that has them."""
    own = next(one for one in found.notes if one.shares)
    words: str = _(
        "Basic earnings per equity share of %(value)s (%(shares)s shares)", value=rupees(own.face_value_paise), shares=own.shares
    )
    return words


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
        "small": _("Micro and small enterprises"),
        "others": _("Others"),
    }


def age_labels(*, of_customers: bool) -> tuple[str, ...]:
    """The columns of a table of ages: from the due date of payment."""
    first = (_("Less than 6 months"), _("6 months to 1 year")) if of_customers else (_("Less than 1 year"),)
    return (_("Unbilled"), _("Not due"), *first, _("1 to 2 years"), _("2 to 3 years"), _("More than 3 years"), _("Total"))


def age_tables(found: ScheduleIII) -> list[tuple[str, str, tuple[str, ...], tuple[Age, ...]]]:
    """(title, day, columns, rows) of each table that has an amount: customers, then suppliers, the newest day first."""
    tables = [(_("Age of trade receivables"), written(one.day), age_labels(of_customers=True), one.receivables) for one in found.ages]
    tables += [(_("Age of trade payables"), written(one.day), age_labels(of_customers=False), one.payables) for one in found.ages]
    return [one for one in tables if any(row.total for row in one[3])]
