"""What comes from the screens of this room, read into commands and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from webapp.gst_inward import matching
from webapp.gst_inward.deciding import HEADS
from webapp.gst_inward.lists import IGNORED, WHICH, Wanted
from webapp.gst_inward.values import Action
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import read_id
from webapp.kernel.money import read_paise
from webapp.kernel.text import clean_text


def month_of(number: int) -> int:
    """A month an address names. NotFound for none since GST began."""
    if not (201707 <= number < 209900 and 1 <= number % 100 <= 12):
        raise NotFound("month")
    return number


def read_month(text: str) -> int:
    """A month as its field gives it, 2026-10, or nothing: as the file says. InvalidInput beside it."""
    if not text:
        return 0
    year, _dash, month = text.partition("-")
    if not (len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()):
        raise InvalidInput({"month": "Choose a month."})
    number = int(year + month)
    if not (201707 <= number < 209900 and 1 <= number % 100 <= 12):
        raise InvalidInput({"month": "Choose a month since July 2017."})
    return number


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """Which rows of a list are asked for."""
    state, stage, which, decision = (args.get(name, "") for name in ("state", "stage", "which", "decision"))
    return Wanted(
        text=clean_text(args.get("q", ""))[:60],
        state=state if state in matching.STATES else "",
        stage=stage if stage in matching.STAGES else "",
        supplier=args.get("supplier", "")[:15],
        which=which if which in WHICH else "month",
        decision=decision if decision in {IGNORED, *Action} else "",
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """The same as an address carries it, without what is usual."""
    all_of = {"q": wanted.text, "state": wanted.state, "stage": wanted.stage, "supplier": wanted.supplier, "decision": wanted.decision}
    return {name: value for name, value in all_of.items() if value} | ({"which": "open"} if wanted.which == "open" else {})


def chosen(ticked: Sequence[str]) -> dict[UUID, int | None]:
    """The rows that were ticked, each with how often it was decided of when the list was drawn, where it says so: id.version."""
    parts = [text.partition(".") for text in ticked]
    return {id_: read_version(version) if dot else None for text, dot, version in parts if (id_ := read_id(text))}


def action_of(text: str) -> Action:
    """What is decided. InvalidInput for what the portal does not know."""
    if text not in set(Action):
        raise InvalidInput({"rows": "Choose what is decided of them."})
    return Action(text)


def read_version(text: str) -> int:
    """How often something was decided of when the form was drawn."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def read_link(form: Mapping[str, str]) -> UUID:
    """The bill that a document is linked with. InvalidInput beside the field."""
    bill_id = read_id(form.get("bill"))
    if bill_id is None:
        raise InvalidInput({"bill": "Choose the bill."})
    return bill_id


def read_reversal(form: Mapping[str, str]) -> dict[str, int]:
    """The sums of a credit note's form, by head. InvalidInput by field."""
    found: dict[str, int] = {}
    errors: dict[str, str] = {}
    for head in HEADS:
        try:
            found[head] = read_paise(form.get(head, "").strip() or "0")
        except ValueError as error:
            errors[head] = str(error)
    if errors:
        raise InvalidInput(errors)
    return found


def read_tolerance(form: Mapping[str, str]) -> tuple[int, int]:
    """Paise of each figure, and days. InvalidInput by field."""
    errors, paise = {}, 0
    try:
        paise = read_paise(form.get("tolerance", "").strip() or "0")
    except ValueError as error:
        errors["tolerance"] = str(error)
    days = form.get("days", "").strip()
    if not (days.isascii() and days.isdigit() and len(days) < 4):
        errors["days"] = "Type a number of days from 0 to 90."
    if errors:
        raise InvalidInput(errors)
    return paise, int(days)
