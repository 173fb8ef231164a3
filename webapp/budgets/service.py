"""Verbs of budgets: made, renamed, put away; lines written, taken out, read from a file, filled from the year before.

Each change is written into the edit log field by field: that log is the history of a budget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import delete, select

from webapp import company, ledger
from webapp.budgets import actuals, queries, rules
from webapp.budgets.models import Budget, BudgetAmount, BudgetLine
from webapp.budgets.queries import BudgetCard, Head, LineCard
from webapp.budgets.rules import BudgetDraft, LineDraft
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE
from webapp.kernel.text import folded
from webapp.platform import audit
from webapp.platform.tenancy import Books


def create_budget(books: Books, draft: BudgetDraft, id_: UUID | None = None) -> UUID:
    """Make an empty budget. The same id again makes nothing new; InvalidInput by field."""
    if id_ is not None and books.session.scalars(select(Budget).where(Budget.id == id_)).first():
        return id_
    _check(books, draft, None)
    row = Budget(id=id_ or new_id(), name=draft.name, start_year=draft.start_year, store_id=draft.store_id, archived_at=None)
    books.session.add(row)
    books.session.flush()
    audit.record(books, "create", "budget", row.id, new=_shown(books, draft))
    return row.id


def change_budget(books: Books, budget_id: UUID, draft: BudgetDraft, version: int) -> None:
    """Rename a budget, or say which store it is of. Its year stays once it has lines; Conflict when it was changed meanwhile."""
    row = _row(books, budget_id, version)
    _check(books, draft, row)
    if audit.record_change(books, "budget", budget_id, _shown(books, _draft_of(row)), _shown(books, draft)):
        row.name, row.start_year, row.store_id = draft.name, draft.start_year, draft.store_id
        _touch(books, row)


def set_archived(books: Books, budget_id: UUID, version: int, *, archived: bool) -> None:
    """Put a budget away, or bring it back. Nothing of it is lost."""
    row = _row(books, budget_id, version)
    if (row.archived_at is not None) != archived:
        row.archived_at = books.now if archived else None
        _touch(books, row)
        audit.record(books, "archive" if archived else "restore", "budget", row.id, new={"name": row.name})


def save_line(books: Books, budget_id: UUID, draft: LineDraft, version: int, line_id: UUID | None = None, *, is_new: bool = False) -> UUID:
    """Write a line, new or one there is. Refused (InvalidInput): a head that is not in the chart, figures that another line
    of the budget counts already. Conflict when the budget was changed since the form was opened."""
    card = queries.budget_card(books, budget_id)
    lines = queries.lines_of(books, card)
    if is_new and any(one.id == line_id for one in lines):
        return line_id or new_id()
    row = _row(books, budget_id, version)
    before = next((one for one in lines if one.id == line_id), None)
    if not is_new and before is None:
        raise NotFound("line of the budget")
    head = _check_line(books, draft, [one for one in lines if one.id != line_id])
    made = line_id or new_id()
    if before is None and books.session.execute(select(BudgetLine.id).where(BudgetLine.id == made)).first():
        made = new_id()  # the id is of a line of another budget, which stays as it is
    _write(books, card, made, draft, before)
    old = _line_shown(books, before.head, _draft_of_line(before)) if before else {}
    audit.record_change(books, "budget", budget_id, {"line": old}, {"line": _line_shown(books, head.name, draft)})
    _touch(books, row)
    return made


def save_grid(books: Books, budget_id: UUID, months: Mapping[UUID, tuple[int, ...]], version: int) -> int:
    """Write the months of many lines at once, all or none; how many changed. NotFound: a line that is not the budget's;
    Conflict when the budget was changed since the grid was opened. One entry in the edit log says all."""
    row = _row(books, budget_id, version)
    card = queries.budget_card(books, budget_id)
    there = {one.id: one for one in queries.lines_of(books, card)}
    if months.keys() - there.keys():
        raise NotFound("line of the budget")
    if any(abs(amount) > MOST_PAISE for figures in months.values() for amount in figures):
        raise InvalidInput({"": "A month is larger than the books can hold. Check the figures."})
    changed = [there[id_] for id_, figures in months.items() if there[id_].months != figures]
    if not changed:
        return 0
    _write_months(books, card, {one.id: months[one.id] for one in changed})
    old = [rules.described(one.head, one.centre, one.months) for one in changed]
    new = [rules.described(one.head, one.centre, months[one.id]) for one in changed]
    audit.record_change(books, "budget", budget_id, {"lines": old}, {"lines": new})
    _touch(books, row)
    return len(changed)


def remove_line(books: Books, budget_id: UUID, line_id: UUID, version: int) -> None:
    """Take a line out. What it said stays in the edit log."""
    card = queries.budget_card(books, budget_id)
    found = queries.line_card(books, card, line_id)
    row = _row(books, budget_id, version)
    _erase(books, [line_id])
    audit.record(
        books, "change", "budget", budget_id, old={"line": _line_shown(books, found.head, _draft_of_line(found))}, new={"line": {}}
    )
    _touch(books, row)


def replace_lines(books: Books, budget_id: UUID, drafts: Sequence[LineDraft], version: int) -> int:
    """Put these lines in the place of all there are; how many. Refused as `save_line`, all or none."""
    card = queries.budget_card(books, budget_id)
    row = _row(books, budget_id, version)
    if len(drafts) > rules.MOST_LINES:
        raise InvalidInput({"": f"A budget has at most {rules.MOST_LINES} lines; these are {len(drafts)}."})
    before = queries.lines_of(books, card)
    _check_lines(books, drafts)
    _erase(books, [one.id for one in before])
    for draft in drafts:
        _write(books, card, new_id(), draft, None)
    heads = {one.id: one.name for one in queries.every_head(books)}
    old = [_line_shown(books, one.head, _draft_of_line(one)) for one in before]
    new = [_line_shown(books, heads[one.account_id or one.group_id or budget_id], one) for one in drafts]
    audit.record_change(books, "budget", budget_id, {"lines": old}, {"lines": new})
    _touch(books, row)
    return len(drafts)


def copy_last_year(books: Books, budget_id: UUID, change_bp: int, version: int) -> int:
    """Fill the budget with what the year before came to, each month changed by `change_bp`; how many lines it has then.

    Lines that are there are filled; in an empty budget each income and expense that moved gets one. InvalidInput when the
    year before had nothing.
    """
    card = queries.budget_card(books, budget_id)
    if not rules.LEAST_CHANGE_BP <= change_bp <= rules.MOST_CHANGE_BP:
        raise InvalidInput({"change": "Give a change between -100 and 1000 percent."})
    there = queries.lines_of(books, card)
    found = actuals.read(books, FinancialYear(card.year.start_year - 1), card.store_id)
    drafts = [_draft_of_line(one) for one in there] or [
        LineDraft(head.id, None, None, ())
        for head in queries.every_head(books)
        if not head.is_group and head.nature in ("income", "expense")
    ]
    heads = {one.id: one for one in queries.every_head(books)}
    filled = [replace(one, months=rules.changed_by(found.months_of_draft(one, heads), change_bp)) for one in drafts]
    if not any(any(one.months) for one in filled):
        raise InvalidInput({"change": f"The books say nothing of {FinancialYear(card.year.start_year - 1)}: there is nothing to copy."})
    return replace_lines(books, budget_id, [one for one in filled if there or any(one.months)], version)


# Checks and writing ---------------------------------------------------------------------------------------------------


def _check(books: Books, draft: BudgetDraft, row: Budget | None) -> None:
    errors: dict[str, str] = {}
    if not draft.name:
        errors["name"] = "Give the budget a name."
    elif len(draft.name) > rules.MOST_NAME:
        errors["name"] = f"The name has {len(draft.name)} characters; at most {rules.MOST_NAME} fit."
    if not 1990 <= draft.start_year < 2099:
        errors["start_year"] = "Choose the financial year from the list."
    elif row is not None and row.start_year != draft.start_year and queries.budget_card(books, row.id).lines:
        errors["start_year"] = "This budget has lines for its year. Make a new one for another year."
    if draft.store_id is not None and draft.store_id not in {one.id for one in company.stores(books)}:
        errors["store_id"] = "Choose the store from the list."
    same_year = books.session.scalars(select(Budget).where(Budget.start_year == draft.start_year))
    if any(folded(one.name) == folded(draft.name) for one in same_year if row is None or one.id != row.id):
        errors.setdefault("name", f"There is a budget called {draft.name} for this year already. Choose another name.")
    if errors:
        raise InvalidInput(errors)


def _check_line(books: Books, draft: LineDraft, others: Sequence[LineCard]) -> Head:
    heads = {one.id: one for one in queries.every_head(books)}
    centres = {one.id: one for one in ledger.cost_centres(books)}
    errors: dict[str, str] = {}
    head = _head_of(draft, heads)
    if head is None:
        errors["head"] = "Choose the account or group from the list."
    if draft.cost_centre_id is not None and draft.cost_centre_id not in centres:
        errors["cost_centre_id"] = "Choose the cost centre from the list."
    if any(abs(amount) > MOST_PAISE for amount in draft.months) or len(draft.months) != rules.MONTHS:
        errors[""] = "A month is larger than the books can hold. Check the figures."
    if head is not None and (other := rules.twin(rules.Place(head.name, head.path, draft.cost_centre_id), [one.place for one in others])):
        errors.setdefault("head", f"The line of {other.head} counts these figures already. Change that line, or choose another head.")
    if len(others) >= rules.MOST_LINES:
        errors.setdefault("", f"A budget has at most {rules.MOST_LINES} lines.")
    if errors or head is None:
        raise InvalidInput(errors)
    return head


def _check_lines(books: Books, drafts: Sequence[LineDraft]) -> None:
    heads = {one.id: one for one in queries.every_head(books)}
    seen: list[rules.Place] = []
    for draft in drafts:
        head = _head_of(draft, heads)
        if head is None:
            raise InvalidInput({"": "A line names an account or group that is not in the chart."})
        if any(abs(amount) > MOST_PAISE for amount in draft.months):
            raise InvalidInput({"": f"A month of {head.name} is larger than the books can hold. Check the figures."})
        place = rules.Place(head.name, head.path, draft.cost_centre_id)
        if other := rules.twin(place, seen):
            raise InvalidInput({"": f"{head.name} and {other.head} would count the same figures twice. Keep one of the two lines."})
        seen.append(place)


def _head_of(draft: LineDraft, heads: dict[UUID, Head]) -> Head | None:
    head = heads.get(draft.account_id or draft.group_id or UUID(int=0))
    return head if head is not None and head.is_group == (draft.group_id is not None) else None


def _write(books: Books, card: BudgetCard, line_id: UUID, draft: LineDraft, before: LineCard | None) -> None:
    if before is not None:
        _erase(books, [line_id])
    line = {"id": line_id, "budget_id": card.id, "account_id": draft.account_id, "group_id": draft.group_id}
    books.insert(BudgetLine, [{**line, "cost_centre_id": draft.cost_centre_id}])
    months = zip(rules.months_of(card.year), draft.months, strict=True)
    books.insert(BudgetAmount, [{"line_id": line_id, "month": month, "amount_paise": amount} for month, amount in months if amount])


def _write_months(books: Books, card: BudgetCard, figures: Mapping[UUID, tuple[int, ...]]) -> None:
    gone = delete(BudgetAmount).where(BudgetAmount.line_id.in_(list(figures)))
    books.session.execute(gone, execution_options={"synchronize_session": False})
    named = rules.months_of(card.year)
    rows = [
        {"line_id": id_, "month": month, "amount_paise": amount}
        for id_, months in figures.items()
        for month, amount in zip(named, months, strict=True)
        if amount
    ]
    books.insert(BudgetAmount, rows)


def _erase(books: Books, line_ids: Sequence[UUID]) -> None:
    books.session.execute(delete(BudgetAmount).where(BudgetAmount.line_id.in_(line_ids)), execution_options={"synchronize_session": False})
    books.session.execute(delete(BudgetLine).where(BudgetLine.id.in_(line_ids)), execution_options={"synchronize_session": False})


def _row(books: Books, budget_id: UUID, version: int) -> Budget:
    row = books.session.scalars(select(Budget).where(Budget.id == budget_id)).first()
    if row is None:
        raise NotFound("budget")
    if row.version != version:
        raise Conflict(
            problem=f"{row.name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )
    return row


def _touch(books: Books, row: Budget) -> None:
    row.version += 1
    books.session.flush()


def _draft_of(row: Budget) -> BudgetDraft:
    return BudgetDraft(row.name, row.start_year, row.store_id)


def _draft_of_line(line: LineCard) -> LineDraft:
    return LineDraft(line.account_id, line.group_id, line.cost_centre_id, line.months)


def _shown(books: Books, draft: BudgetDraft) -> dict[str, str]:
    stores = {one.id: one.name for one in company.stores(books)}
    return {
        "name": draft.name,
        "year": str(FinancialYear(draft.start_year)),
        "store": stores.get(draft.store_id, "") if draft.store_id else "",
    }


def _line_shown(books: Books, head: str, draft: LineDraft) -> dict[str, object]:
    centres = {one.id: one.name for one in ledger.cost_centres(books)} if draft.cost_centre_id else {}
    return dict(rules.described(head, centres.get(draft.cost_centre_id, "") if draft.cost_centre_id else "", draft.months))
