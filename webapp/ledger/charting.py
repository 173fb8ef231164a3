"""Verbs of the chart of accounts: own groups and accounts, where they stand, what is put away, what is merged.

The 28 groups keep their names and places, for statements are drawn by them. A name stays taken while anything bears it,
an archived account too: its old vouchers are read by it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.text import clean_text, folded
from webapp.ledger import bank_numbers, chart_rules, queries
from webapp.ledger.chart_reads import AccountCard, account_card, accounts_with_lines, balance_today, has_later_lines
from webapp.ledger.chart_rules import AccountDraft, GroupDraft, Tree
from webapp.ledger.models import Account, AccountDetail, AccountGroup
from webapp.ledger.queries import GroupRow
from webapp.platform import audit
from webapp.platform.tenancy import Books


def create_group(books: Books, draft: GroupDraft, id_: UUID | None = None) -> UUID:
    """Make a group under another; it has that one's nature. The same id again makes nothing new. InvalidInput by field."""
    chart = queries.chart_of_accounts(books)
    if id_ is not None and any(row.id == id_ for row in chart.groups):
        return id_
    parent = _fit_group(chart, draft, None)
    made = id_ or new_id()
    place = 1 + max((row for row in books.session.scalars(select(AccountGroup.sort_order))), default=0)
    books.session.add(
        AccountGroup(id=made, code=f"own-{made.hex}", name=draft.name, parent_id=parent.id, nature=parent.nature, sort_order=place)
    )
    books.session.flush()
    audit.record(books, "create", "account_group", made, new={"name": draft.name, "under": parent.name})
    return made


def change_group(books: Books, group_id: UUID, draft: GroupDraft, version: int) -> None:
    """Rename an own group, or move it with all beneath it. Refused: one of the 28, under itself, another nature while
    anything beneath has lines; Conflict when it was changed since the form was opened."""
    group = _own_group(books, group_id, version)
    chart = queries.chart_of_accounts(books)
    parent = _fit_group(chart, draft, group_id)
    tree = Tree(chart)
    beneath = tree.groups_beneath(group_id)
    if parent.nature != group.nature:
        moved = {one.id for one in chart.accounts if one.group_id in beneath}
        _refuse_other_nature(books, moved, group.nature, parent)
        for row in books.session.scalars(select(AccountGroup).where(AccountGroup.id.in_(beneath))):
            row.nature = parent.nature
    before = {"name": group.name, "under": tree.name_of(group.parent_id)}
    if audit.record_change(books, "account_group", group_id, before, {"name": draft.name, "under": parent.name}):
        group.name, group.parent_id = draft.name, parent.id
        group.version += 1
    books.session.flush()


def remove_group(books: Books, group_id: UUID, version: int) -> None:
    """Take an own group away that nothing stands in. Conflict when something does, an archived account too."""
    group = _own_group(books, group_id, version)
    chart = queries.chart_of_accounts(books)
    inside = [one.name for one in chart.accounts if one.group_id == group_id] + [
        one.name for one in chart.groups if one.parent_id == group_id
    ]
    if inside:
        raise Conflict(
            problem=f"{group.name} is not empty: {', '.join(inside[:3])} stands in it.",
            fix="Move what stands in it to another group first. Archived accounts count too.",
        )
    books.session.execute(delete(AccountGroup).where(AccountGroup.id == group_id))
    audit.record(books, "remove", "account_group", group_id, old={"name": group.name})


def create_account(books: Books, draft: AccountDraft, id_: UUID | None = None) -> UUID:
    """Make an account of the company's own: the only way. The same id again makes nothing new. InvalidInput by field."""
    draft = replace(draft, name=clean_text(draft.name))
    chart = queries.chart_of_accounts(books)
    if id_ is not None and any(row.id == id_ for row in chart.accounts):
        return id_
    group = _fit_account(books, chart, draft, None)
    made = id_ or new_id()
    books.session.add(Account(id=made, code=None, name=draft.name, group_id=group.id, wants_party=False, archived_at=None))
    books.session.flush()
    _keep_detail(books, made, draft)
    kept = {name: value for name, value in _shown(draft, group.name).items() if value}
    audit.record(books, "create", "account", made, new=kept)
    return made


def change_account(books: Books, account_id: UUID, draft: AccountDraft, version: int) -> None:
    """Rename, renumber or move an account, or note something of it. One the program posts to keeps its group; another
    nature is refused once there are lines; Conflict when it was changed since the form was opened."""
    card = _card(books, account_id, version)
    chart = queries.chart_of_accounts(books)
    group = _fit_account(books, chart, draft, card)
    if draft.group_id != card.group_id:
        if card.code is not None:
            raise Conflict(
                problem=f"{card.name} is posted to by the program itself and keeps its group.",
                fix="Rename it if you like. For a head of your own, make an account in the group you want.",
            )
        if group.nature != card.nature:
            _refuse_other_nature(books, {account_id}, card.nature, group)
    then = card.draft()
    before, after = _shown(then, card.group_name), _shown(draft, group.name)
    if then.bank_account != draft.bank_account and before["bank_account"] == after["bank_account"]:
        after["bank_account"] += " (another number)"  # of both the edit log holds the last four signs alone
    if audit.record_change(books, "account", account_id, before, after):
        row = _row(books, account_id)
        row.name, row.group_id = draft.name, group.id
        row.version += 1
        _keep_detail(books, account_id, draft)
    books.session.flush()


def put_away(books: Books, account_id: UUID, version: int | None = None) -> None:
    """Archive an account: no new line may name it. Conflict with a balance, or when the program posts to it."""
    card = _card(books, account_id, version)
    _require_own(card, "archived")
    if card.is_archived:
        return
    if balance := balance_today(books, card):
        raise Conflict(
            problem=f"{card.name} has a balance of {chart_rules.sided(balance)}.",
            fix="Post the balance to where it belongs, or merge this account into another.",
        )
    _archive(books, account_id)
    audit.record(books, "archive", "account", account_id, new={"name": card.name})


def bring_back(books: Books, account_id: UUID, version: int | None = None) -> None:
    """Restore an archived account. One that was merged begins again with what has been posted to it since: nothing."""
    card = _card(books, account_id, version)
    if not card.is_archived:
        return
    row = _row(books, account_id)
    row.archived_at = None
    row.version += 1
    if card.merged_into_id is not None:
        _detail(books, account_id).merged_into_id = None
    books.session.flush()
    audit.record(books, "restore", "account", account_id, new={"name": card.name})


def require_mergeable(books: Books, source: AccountCard, target: AccountCard) -> int:
    """The balance that merging `source` into `target` would move today, signed; a refusal where they cannot be merged."""
    if source.id == target.id:
        raise InvalidInput({"into": "An account cannot be merged into itself. Choose another."})
    _require_own(source, "merged")
    if source.is_archived:
        raise Conflict(problem=f"{source.name} is archived already.", fix="Restore it first, if it should be merged into another.")
    if problem := chart_rules.unfit_target(source, target):
        raise InvalidInput({"into": problem})
    if has_later_lines(books, source.id, books.today):
        raise Conflict(
            problem=f"{source.name} has vouchers dated after today.",
            fix="Merge it when their day has come, or reverse them and post them to the other account.",
        )
    return balance_today(books, source)


def mark_merged(books: Books, source: AccountCard, target: AccountCard) -> None:
    """Archive `source` and name who has taken over its balance. The transfer itself is posted by the caller, before."""
    _archive(books, source.id)
    _detail(books, source.id).merged_into_id = target.id
    books.session.flush()
    audit.record(books, "merge", "account", source.id, old={"name": source.name}, new={"into": target.name, "into_id": target.id})


# What these share -----------------------------------------------------------------------------------------------------


def _fit_group(chart: queries.Chart, draft: GroupDraft, own: UUID | None) -> GroupRow:
    errors = chart_rules.name_errors(draft.name)
    if not errors and any(folded(one.name) == folded(draft.name) and one.id != own for one in chart.groups):
        errors["name"] = f"There is a group called {draft.name} already. Choose another name."
    parent = next((one for one in chart.groups if one.id == draft.parent_id), None)
    tree = Tree(chart)
    if parent is None:
        errors["parent_id"] = "Choose the group it stands under."
    elif own is not None and parent.id in tree.groups_beneath(own):
        errors["parent_id"] = "A group cannot stand under itself or under a group beneath it."
    elif tree.depth_of(parent.id) + 1 + (tree.height_of(own) if own else 0) >= chart_rules.MOST_DEPTH:
        errors["parent_id"] = f"Groups stand at most {chart_rules.MOST_DEPTH} deep. Choose one further up."
    if errors or parent is None:
        raise InvalidInput(errors)
    return parent


def _own_group(books: Books, group_id: UUID, version: int) -> AccountGroup:
    group = books.session.scalars(select(AccountGroup).where(AccountGroup.id == group_id)).first()
    if group is None:
        raise NotFound("group")
    if not group.code.startswith("own-"):
        raise Conflict(
            problem=f"{group.name} is one of the 28 groups of every chart; it keeps its name and its place.",
            fix="Make a group of your own beneath it.",
        )
    _require_fresh(group.name, group.version, version)
    return group


def _fit_account(books: Books, chart: queries.Chart, draft: AccountDraft, card: AccountCard | None) -> GroupRow:
    own = card.id if card else None
    errors = chart_rules.name_errors(draft.name) | chart_rules.detail_errors(draft)
    twin = next((one for one in chart.accounts if folded(one.name) == folded(draft.name) and one.id != own), None)
    if twin is not None and "name" not in errors:
        errors["name"] = (
            f"{twin.name} is archived and keeps its name, because its vouchers are read by it. Restore it, or choose another name."
            if twin.is_archived
            else f"There is an account called {twin.name} already. Use it, or choose another name."
        )
    if draft.number and "number" not in errors:
        query = select(AccountDetail.account_id).where(AccountDetail.number == draft.number)
        if any(id_ != own for id_ in books.session.scalars(query)):
            errors["number"] = f"The number {draft.number} belongs to another account."
    group = next((one for one in chart.groups if one.id == draft.group_id), None)
    if group is None:
        errors["group_id"] = "Choose a group from the list."
    elif group.code in chart_rules.BY_PARTY and (card is None or card.group_id != group.id):
        errors["group_id"] = "Customers and suppliers are made as such, so that what they owe is kept by name."
    if group is not None:
        errors |= chart_rules.head_errors(draft, group.nature)
    if errors or group is None:
        raise InvalidInput(errors)
    return group


def _refuse_other_nature(books: Books, moved: set[UUID], nature: str, group: GroupRow) -> None:
    if names := accounts_with_lines(books, moved):
        raise Conflict(
            problem=f"{names[0]} has been posted to as {chart_rules.NATURES[nature]}; under {group.name} it would be "
            f"{chart_rules.NATURES[group.nature]}, and every statement until now would change.",
            fix="Make a new account there, and move the balance to it by a journal.",
        )


def _require_own(card: AccountCard, done: str) -> None:
    if card.code is not None:
        raise Conflict(
            problem=f"{card.name} is posted to by the program itself and cannot be {done}.",
            fix="Rename it if another name suits you better.",
        )


def _require_fresh(name: str, stands: int, version: int) -> None:
    if stands != version:
        raise Conflict(
            problem=f"{name} was changed by somebody else while you had it open.",
            fix="Open it again to see how it stands now, then make your change.",
        )


def _card(books: Books, account_id: UUID, version: int | None) -> AccountCard:
    card = account_card(books, account_id)
    if version is not None:
        _require_fresh(card.name, card.version, version)
    return card


def _row(books: Books, account_id: UUID) -> Account:
    return books.session.scalars(select(Account).where(Account.id == account_id)).one()


def _archive(books: Books, account_id: UUID) -> None:
    row = _row(books, account_id)
    row.archived_at = books.now
    row.version += 1
    books.session.flush()


def _detail(books: Books, account_id: UUID) -> AccountDetail:
    row = books.session.scalars(select(AccountDetail).where(AccountDetail.account_id == account_id)).first()
    if row is None:
        row = AccountDetail(account_id=account_id)
        books.session.add(row)
        books.session.flush()
    return row


def _keep_detail(books: Books, account_id: UUID, draft: AccountDraft) -> None:
    values = {name: value for name, value in asdict(draft).items() if name in chart_rules.DETAILS}
    if any(values.values()) or books.session.scalar(select(AccountDetail.account_id).where(AccountDetail.account_id == account_id)):
        row = _detail(books, account_id)
        bank_numbers.keep(row, books.company_id, values.pop("bank_account"))
        for name, value in values.items():
            setattr(row, name, value)
        books.session.flush()


def _shown(draft: AccountDraft, group: str) -> dict[str, Any]:
    """A draft as the edit log keeps it: the group by its name, the number at the bank by its last four signs."""
    kept = {name: value for name, value in asdict(draft).items() if name != "group_id"} | {"group": group}
    return kept | {"bank_account": bank_numbers.masked(draft.bank_account)}
