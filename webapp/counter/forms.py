"""What reaches the counter from outside: pushes and enrolments as JSON, decisions as forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from webapp.counter.commands import Envelope, Push
from webapp.counter.reading import Fields, Unreadable, parse
from webapp.counter.reserving import MOST_LINES, ReservationWish
from webapp.counter.rules import FORMATS, MOST_BYTES, MOST_COMMANDS, MOST_SEQ, PIECES
from webapp.counter.tills import Wish
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.money import MOST_QTY, Paise, Qty, read_paise
from webapp.kernel.text import clean_text


class TooLarge(BooksError):
    """More in one push than is taken at once."""

    status = 413

    def __init__(self) -> None:
        super().__init__(
            problem=f"A push has at most {MOST_COMMANDS} commands and {MOST_BYTES // 1000} kB.", fix="Send half of it, then the rest."
        )


class UnknownFormat(BooksError):
    """The program on the device and this server do not speak alike."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            problem="The program on this device and the server are too far apart.",
            fix="Reload the counter to update it. Nothing is lost.",
        )


def read_push(data: bytes) -> Push:
    """A push. TooLarge, UnknownFormat, or Unreadable when not even its frame can be read; a bad body is not looked at here."""
    fields = Fields(parse(data), "The push")
    if fields.whole("format") not in FORMATS:
        raise UnknownFormat
    commands = fields.parts("commands", "Command")
    if len(commands) > MOST_COMMANDS or (len(data) > MOST_BYTES and len(commands) > 1):
        raise TooLarge
    envelopes = tuple(_envelope(one) for one in commands)
    if len({one.id for one in envelopes}) != len(envelopes):
        raise Unreadable("The push has the same command twice.")
    return Push(
        device=fields.id("device"),
        lease=fields.text("lease", most=100),
        build=fields.text("build", most=100),
        format=fields.whole("format"),
        report=_report(fields.part("report", "Report")),
        commands=envelopes,
    )


def _envelope(fields: Fields) -> Envelope:
    return Envelope(
        id=fields.id("id"),
        type=fields.text("type", most=40, needed=True),
        ref=fields.id_or_none("ref"),
        series=fields.text("series", most=16) or None,
        seq=fields.whole_or_none("seq", 1, MOST_SEQ),
        body=fields.raw_text("body"),
        sha256=fields.text("sha256", most=64, needed=True).lower(),
    )


def _report(fields: Fields) -> dict[str, Any]:
    oldest, clock = fields.instant_or_none("oldest"), fields.instant_or_none("clock")
    return {
        "pending": fields.whole("pending", 0, 1_000_000),
        "oldest": oldest.isoformat() if oldest else None,
        "clock": clock.isoformat() if clock else None,
        "last": fields.table("last", most=50),
    }


def read_enrolment(data: bytes) -> Wish:
    """What an owner asks for at a new till."""
    fields = Fields(parse(data), "The request")
    return Wish(
        name=fields.text("name", most=60),
        store_id=fields.id_or_none("store"),
        is_shared=fields.flag("shared") if fields.has("shared") else False,
        replaces_id=fields.id_or_none("replaces"),
    )


def read_versions(text: str) -> dict[str, int]:
    """Which versions of the price lists a till has: `<id>.<version>,…`. What is unreadable is left out, and sent anew."""
    found = {}
    for part in text[:20_000].split(","):
        list_id, _dot, version = part.partition(".")
        if version.isascii() and version.isdigit() and len(version) < 10:
            found[list_id] = int(version)
    return found


def parse_count(form: Any) -> tuple[Paise, dict[int, int]]:
    """A count of the drawer: pieces by note and coin, or one sum. InvalidInput by field."""
    errors: dict[str, str] = {}
    pieces: dict[int, int] = {}
    for worth in PIECES:
        text = form.get(f"piece-{worth}", "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
            errors[f"piece-{worth}"] = "Type how many there are, in plain digits."
        elif text and int(text):
            pieces[worth] = int(text)
    counted = Paise(sum(worth * number for worth, number in pieces.items()))
    if not pieces and not errors:
        try:
            counted = read_paise(form.get("counted", ""))
            if counted < 0:
                errors["counted"] = "Cash in a drawer is not less than nought."
        except ValueError as error:
            errors["counted"] = str(error)
    if errors:
        raise InvalidInput(errors)
    return counted, pieces


def parse_settlement(form: Any) -> tuple[str, str]:
    """What a person decided, and why."""
    return form.get("settlement", ""), clean_text(form.get("note", ""))[:500]


def read_reservation(data: bytes) -> ReservationWish:
    """What a bill about to be issued takes, its lines of one item added up. Unreadable when it is not."""
    fields = Fields(parse(data), "The reservation")
    wanted: dict[UUID, Qty] = {}
    for line in fields.parts("lines", "Line", most=MOST_LINES):
        item_id = line.id("item")
        wanted[item_id] = Qty(wanted.get(item_id, 0) + line.whole("qty", 1, MOST_QTY))
    return ReservationWish(fields.id("bill"), wanted)
