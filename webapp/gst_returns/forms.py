"""What comes from the screens of returns, read into commands and choices."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.company import Registered
from webapp.gst_returns.filing import File
from webapp.gst_returns.papers import Wanted
from webapp.gst_returns.periods import ReturnPeriod, read_period
from webapp.gst_returns.queries import GSTR1
from webapp.gst_returns.told import SECTIONS, UNTAXED_KINDS
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.text import clean_text

MOST_PLACE = 10_000_000


def period_of(key: str) -> ReturnPeriod:
    """The period an address names. NotFound for none."""
    found = read_period(key)
    if found is None:
        raise NotFound("return period")
    return found


def section_of(name: str) -> str:
    """A section an address names. NotFound for none."""
    if name not in SECTIONS:
        raise NotFound("section")
    return name


def read_wanted(args: Mapping[str, str], section: str) -> Wanted:
    """Which papers of a section are asked for."""
    kind, side = args.get("kind", ""), args.get("side", "")
    code = args.get("hsn")
    return Wanted(
        section=section,
        words=clean_text(args.get("q", ""))[:60],
        place=args.get("place", "")[:2],
        rate_bp=read_whole(args.get("rate", ""), 10_000),
        kind=kind if kind in UNTAXED_KINDS else "",
        hsn=code[:8] if code is not None and code != "none" else "" if code == "none" else None,
        unit=args.get("unit", "")[:5],
        operator=args.get("operator", "")[:15],
        side=side if side in ("b2b", "b2c") else "",
    )


def read_whole(text: str, most: int) -> int | None:
    """A whole number from 0 to `most`, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most else None


def parse_days(form: Mapping[str, str]) -> Registered:
    """The days of a registration, each of which may be left empty. InvalidInput beside one that is no day."""
    days, errors = {}, {}
    for name in ("began_on", "ended_on"):
        text = form.get(name, "").strip()
        days[name] = read_day(text) if text else None
        if text and days[name] is None:
            errors[name] = "Type the day as it stands on the certificate, or leave it empty."
    if errors:
        raise InvalidInput(errors)
    return Registered(**days)


def parse_filing(form: Mapping[str, str], gstin: str, period: ReturnPeriod, of_form: str = GSTR1) -> File:
    """What was typed of the filing of any return. InvalidInput beside its day."""
    day = read_day(form.get("filed_on", ""))
    if day is None:
        raise InvalidInput({"filed_on": "Type the day on which the portal took the return."})
    return File(
        id=read_id(form.get("id")) or new_id(),
        gstin=gstin,
        period=period,
        filed_on=day,
        arn=clean_text(form.get("arn", "")).upper().replace(" ", "")[:40],
        shown=form.get("shown", "")[:64],
        form=of_form,
    )
