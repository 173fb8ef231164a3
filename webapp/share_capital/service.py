"""The verbs of the register of shares. Every change stands in the edit log."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select

from webapp.kernel.dates import FinancialYear, written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.platform import audit
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.share_capital import queries, rules
from webapp.share_capital.models import ShareClass, ShareHolding, ShareMove
from webapp.share_capital.queries import ClassRow
from webapp.share_capital.rules import Holder, Move

MOST_NAME = 120
MOST_WORDS = 2_000
MOST_HOLDERS = 200


@dataclass(frozen=True, slots=True)
class ClassDraft:
    """A class as a form gives it."""

    name: str
    is_preference: bool
    face_value_paise: int
    authorised: int
    rights: str


def add_class(books: Books, class_id: UUID, draft: ClassDraft) -> None:
    """Make a class. The same id again makes nothing new; InvalidInput by field."""
    write_one(books, class_id)
    if any(one.id == class_id for one in queries.share_classes(books)):
        return
    checked = _checked(books, draft, None)
    books.session.add(ShareClass(id=class_id, **asdict(checked), version=1))
    books.session.flush()
    audit.record(books, "create", "share_class", class_id, new=asdict(checked))


def change_class(books: Books, class_id: UUID, draft: ClassDraft, version: int) -> None:
    """Change a class. Its face value stays once shares were issued: a split is a new class. Conflict when it was changed meanwhile."""
    write_one(books, class_id)
    before = queries.share_class(books, class_id)
    if before.version != version:
        raise _changed_meanwhile()
    checked = _checked(books, draft, before)
    row = books.session.scalars(select(ShareClass).where(ShareClass.id == class_id)).one()
    old = {name: getattr(before, name) for name in asdict(checked)}
    if audit.record_change(books, "share_class", str(class_id), old, asdict(checked)):
        for name, value in asdict(checked).items():
            setattr(row, name, value)
        row.version += 1
        books.session.flush()


def _changed_meanwhile() -> Conflict:
    return Conflict(problem="This was changed by somebody else since you opened it.", fix="Open it again, then make your change.")


def _checked(books: Books, draft: ClassDraft, before: ClassRow | None) -> ClassDraft:
    errors: dict[str, str] = {}
    name = clean_text(draft.name)
    if not 1 <= len(name) <= MOST_NAME:
        errors["name"] = f"Type a name of up to {MOST_NAME} signs."
    elif any(folded(one.name) == folded(name) and (before is None or one.id != before.id) for one in queries.share_classes(books)):
        errors["name"] = "Another class has this name."
    if draft.face_value_paise <= 0:
        errors["face_value"] = "Type the face value of a share."
    moves = queries.standing(queries.moves_of(books, before.id)) if before else []
    if before and moves and draft.face_value_paise != before.face_value_paise:
        errors["face_value"] = "Shares were issued at this face value. Take them back and issue them in a new class."
    most = max((rules.outstanding(moves, one.day) for one in moves), default=0)
    if draft.authorised < most:
        errors["authorised"] = f"{most} shares were issued: no fewer can be authorised."
    rights = draft.rights.strip()
    if len(rights) > MOST_WORDS:
        errors["rights"] = f"Say it in {MOST_WORDS} signs."
    if errors:
        raise InvalidInput(errors)
    return ClassDraft(name, draft.is_preference, draft.face_value_paise, draft.authorised, rights)


def add_move(books: Books, move_id: UUID, class_id: UUID, move: Move, note: str) -> None:
    """Enter shares that were issued or taken back. The same id again enters nothing new.

    InvalidInput: a day to come, more shares than are authorised, more taken back than there were on some day, a second opening.
    """
    write_one(books, class_id)  # two entries at once would each look at a register without the other
    own = queries.share_class(books, class_id)
    rows = queries.moves_of(books, class_id)
    if any(row.id == move_id for row in rows):
        return
    errors: dict[str, str] = {}
    if move.day > books.today:
        errors["day"] = f"{written(move.day)} has not come yet."
    if move.kind not in rules.KINDS:
        errors["kind"] = "Choose what happened to the shares."
    if not 0 < move.shares <= rules.MOST_SHARES:
        errors["shares"] = "Type the number of shares as a whole number above 0."
    note = clean_text(note)
    if len(note) > MOST_NAME:
        errors["note"] = f"Say it in {MOST_NAME} signs."
    before = queries.standing(rows)
    if not errors and move.kind == "opening" and any(one.kind == "opening" or one.day < move.day for one in before):
        errors["kind"] = "What was there when the register began is entered once, on the first day of the register."
    if not errors and move.kind != "opening" and any(one.kind == "opening" and one.day > move.day for one in before):
        errors["day"] = "This is before the day the register began. Its opening number has it already."
    if not errors:
        _require_possible(books, own, [*before, move], "shares")
    if errors:
        raise InvalidInput(errors)
    row = {"id": move_id, "class_id": class_id, **move._asdict(), "note": note, "undoes_id": None}
    if insert_once(books, ShareMove, {**row, "made_by": books.actor.name, "made_at": books.now}):
        audit.record(books, "create", "share_move", move_id, new={"class": own.name, **move._asdict(), "note": note})


def take_back(books: Books, new_id: UUID, move_id: UUID, reason: str) -> UUID:
    """Say that an entry was a mistake; it stays and counts no more. Returns the class. Safe to repeat; InvalidInput without a reason, or
    where later entries need the shares."""
    found = next((row for row in queries.moves_of(books) if row.id == move_id), None)
    if found is None:
        raise NotFound("entry of the register")
    write_one(books, found.class_id)
    rows = queries.moves_of(books, found.class_id)
    if next(row for row in rows if row.id == move_id).is_undone:
        return found.class_id
    reason = clean_text(reason)
    if not 3 <= len(reason) <= MOST_NAME:
        raise InvalidInput({"reason": "Say in a few words what was wrong with it."})
    _require_possible(
        books, queries.share_class(books, found.class_id), queries.standing([row for row in rows if row.id != move_id]), "reason"
    )
    row = {"id": new_id, "class_id": found.class_id, **found.move._asdict(), "note": reason, "undoes_id": move_id}
    if insert_once(books, ShareMove, {**row, "made_by": books.actor.name, "made_at": books.now}):
        audit.record(books, "cancel", "share_move", move_id, new={"reason": reason})
    return found.class_id


def _require_possible(books: Books, own: ClassRow, moves: list[Move], field: str) -> None:
    if rules.least(moves) < 0:
        raise InvalidInput({field: "On some day more shares would have been taken back than there were. Look at the entries by day."})
    most = max((rules.outstanding(moves, one.day) for one in moves), default=0)
    if most > own.authorised:
        raise InvalidInput({field: f"{most} shares would be issued; {own.authorised} are authorised. Raise what is authorised first."})
    for named in queries.years_with_holders(books, own.id):
        year = FinancialYear(named.start_year)
        held, whole = sum(one.shares for one in named.holders), rules.outstanding(moves, min(year.last_day, books.today))
        if held > whole:
            raise InvalidInput(
                {field: f"The holders named at the end of {year} have {held} shares; there would be {whole}. Change the holders first."}
            )


def name_holders(books: Books, class_id: UUID, start_year: int, holders: tuple[Holder, ...], version: int) -> None:
    """Say who held a class at the end of a year: those above 5 % and every promoter. InvalidInput by field, Conflict when it was changed
    meanwhile."""
    write_one(books, class_id)
    own = queries.share_class(books, class_id)
    before = queries.holders_of(books, class_id, start_year)
    if before.version != version:
        raise _changed_meanwhile()
    year = FinancialYear(start_year)
    whole = rules.outstanding(queries.standing(queries.moves_of(books, class_id)), min(year.last_day, books.today))
    errors: dict[str, str] = {}
    seen: set[str] = set()
    for place, one in enumerate(holders):
        if not 1 <= len(one.name) <= MOST_NAME:
            errors[f"name_{place}"] = f"Type the name in up to {MOST_NAME} signs."
        elif folded(one.name) in seen:
            errors[f"name_{place}"] = "This name stands above already. Add the shares up."
        if not 0 < one.shares <= rules.MOST_SHARES:
            errors[f"shares_{place}"] = "Type the number of shares as a whole number above 0."
        seen.add(folded(one.name))
    held = sum(one.shares for one in holders)
    if not errors and held > whole:
        errors[f"shares_{len(holders) - 1}"] = f"Together they hold {held}; {whole} shares of this class were outstanding."
    if len(holders) > MOST_HOLDERS:
        errors["name_0"] = f"Name at most {MOST_HOLDERS}."
    if errors:
        raise InvalidInput(errors)
    old = {"year": str(year), "holders": [one._asdict() for one in before.holders]}
    new = {"year": str(year), "holders": [one._asdict() for one in holders]}
    if audit.record_change(books, "share_holding", f"{own.name} {year}", old, new):
        key = {"company_id": books.company_id, "class_id": class_id, "start_year": start_year}
        books.session.merge(ShareHolding(**key, holders=new["holders"], version=version + 1))
        books.session.flush()
