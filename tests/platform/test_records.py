"""Records behave as frozen dataclasses of the library do, though they share their guards and their words."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    name: str
    paise: int = 0
    lines: tuple[Any, ...] = ()
    secret: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    name: str
    paise: int = 0
    lines: tuple[Any, ...] = ()
    secret: str = dataclasses.field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Child(Ours):
    more: int = 1


@dataclass(frozen=True, slots=True)
class Spoken:
    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(slots=True)
class Open:
    name: str


@pytest.mark.parametrize("values", [("a",), ("b", 5), ("c", -1, (1, "x"), "hidden")])
def test_it_is_what_the_library_makes(values: tuple[Any, ...]) -> None:
    ours, theirs = Ours(*values), Theirs(*values)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert "hidden" not in repr(ours)
    assert hash(ours) == hash(theirs)
    assert ours == Ours(*values)
    assert ours != dataclasses.replace(ours, paise=7)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert copy.deepcopy(ours) == pickle.loads(pickle.dumps(ours)) == ours
    assert Ours.__slots__ == Theirs.__slots__  # type: ignore[attr-defined]
    assert Ours.__match_args__ == Theirs.__match_args__


@pytest.mark.parametrize("record", [Ours("a"), Child("a"), Spoken("a")])
def test_nothing_of_it_can_be_changed(record: Any) -> None:
    for name in ("name", "new"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, name, "b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        del record.name
    assert record.name == "a"


def test_what_is_not_frozen_or_speaks_for_itself_is_left_alone() -> None:
    open_one = Open("a")
    open_one.name = "b"
    assert repr(open_one) == "Open(name='b')"
    assert repr(Spoken("a")) == "<a>"
    assert repr(Child("a", more=2)) == "Child(name='a', paise=0, lines=(), more=2)"


def test_one_that_holds_itself_can_be_told() -> None:
    inside: list[Any] = []
    record = Ours("a", lines=(inside,))
    inside.append(record)
    assert repr(record) == "Ours(name='a', paise=0, lines=([...],))"
    assert Ours.__setattr__ is Child.__setattr__, "shared, which is what it is for"
