"""The portal's file of a return against the books', document by document. What comes from outside is hostile until it is read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from webapp.gst_returns import flat
from webapp.gst_returns.flat import Fact, Key
from webapp.gst_returns.periods import ReturnPeriod, read_fp
from webapp.gst_returns.told import Taxes
from webapp.kernel import portal_json
from webapp.kernel.errors import BooksError, InvalidInput

MOST_BYTES = 20_000_000  # several of the portal's parts; a request takes 25 MB
_MOST_DEPTH = 12  # the file has six levels
_TOO_LARGE = f"The file is larger than {MOST_BYTES // 1_000_000} MB. Download one period of one GSTIN."


class Difference(NamedTuple):
    """A row that is not the same in both. `here` and `there` are None where only the other side has it; `what` names what differs."""

    key: Key
    here: Fact | None
    there: Fact | None
    what: tuple[str, ...]


def read_file(content: bytes) -> Mapping[str, Any]:
    """A file of the portal as values, money exact. InvalidInput beside the field for what is none."""
    found = portal_json.read(content, portal_json.Bounds(MOST_BYTES, _MOST_DEPTH, _TOO_LARGE), may_repeat=True)
    if isinstance(found, dict) and "gstin" not in found and isinstance(found.get("data"), dict):
        found = found["data"]  # as the portal's interface wraps it
    if not isinstance(found, dict):
        raise InvalidInput({"file": "This JSON is no return: a return begins with the GSTIN."})
    return found


def together(parts: Sequence[Mapping[Key, Fact]]) -> dict[Key, Fact]:
    """What the parts of one large return tell: each has some of its documents."""
    found: dict[Key, Fact] = {}
    for part in parts:
        found |= {key: fact for key, fact in part.items() if key not in found}
    return found


def require_of(payload: Mapping[str, Any], gstin: str, period: ReturnPeriod) -> None:
    """InvalidInput for a file of another registration or another period."""
    theirs = payload.get("gstin")
    if theirs != gstin:
        named = theirs if isinstance(theirs, str) and 0 < len(theirs) <= 20 else "no GSTIN"
        raise InvalidInput({"file": f"The file is of {named}; this return is of {gstin}."})
    told = payload.get("fp", payload.get("ret_period"))
    month = read_fp(str(told).zfill(6) if isinstance(told, int) else told)
    if month != period.month:
        named = f"{month % 100:02d}-{month // 100}" if month else "no period"
        raise InvalidInput({"file": f"The file is of {named}; this return is of {period.month % 100:02d}-{period.month // 100}."})


def facts_of(payload: Mapping[str, Any]) -> dict[Key, Fact]:
    """What a file tells. InvalidInput, with where, for what is not of the portal's shape."""
    try:
        return flat.facts(payload)
    except BooksError as error:
        raise InvalidInput({"file": f"{error.problem} {error.fix}"}) from None


def differences(here: Mapping[Key, Fact], there: Mapping[Key, Fact]) -> list[Difference]:
    """Every row that is not the same in both, by section. Rows of nothing on one side and missing on the other are the same."""
    found = []
    for key in sorted({*here, *there}):
        own, theirs = here.get(key), there.get(key)
        if own is None or theirs is None:
            if _says_something(own or theirs):
                found.append(Difference(key, own, theirs, ()))
            continue
        what = []
        if own.value != theirs.value:
            what.append("value")
        if own.rates != theirs.rates and not (own.taxes == theirs.taxes == _NOUGHT):
            what.append("taxes" if own.taxes != theirs.taxes else "rates")
        if not _is_alike(own.about, theirs.about) or own.original != theirs.original:
            what.append("details")
        if what:
            found.append(Difference(key, own, theirs, tuple(what)))
    return found


_NOUGHT = Taxes()
# What a file may leave out, and what it means then; a place that is left out is not compared (notes of before 2021 have none).
_LEFT_OUT = {"rchrg": "N", "inv_typ": "R"}


def _is_alike(own: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    if own == theirs:
        return True
    mine, other = (dict(words.split(" ", 1) for words in some if " " in words) for some in (own, theirs))
    if not mine or not other:
        return not (mine or other) and (not own or not theirs)
    left_out = {"pos"} if "pos" not in mine or "pos" not in other else set()
    names = {*mine, *other} - left_out
    return all(mine.get(name, _LEFT_OUT.get(name, "")) == other.get(name, _LEFT_OUT.get(name, "")) for name in names)


def _says_something(fact: Fact | None) -> bool:
    return fact is not None and bool(fact.value or any(taxes != _NOUGHT for _rate, taxes in fact.rates) or not fact.rates)
