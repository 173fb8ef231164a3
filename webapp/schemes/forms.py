"""What the form of a scheme sends, as a scheme; or errors by field. And a scheme as its form shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import plain_decimal, read_basis_points, read_paise, read_qty
from webapp.kernel.text import clean_text, folded
from webapp.schemes.rules import ONE, Goods, Kind, Scheme, Step
from webapp.schemes.service import MOST_ITEMS, MOST_PARTS, unfit

Form = Mapping[str, str]
ROWS = MOST_PARTS  # of a set, and of steps
MOST_TYPED = 100


class Wish(NamedTuple):
    """A form read: the scheme as far as it goes, and what cannot be read of it."""

    scheme: Scheme
    errors: dict[str, str]

    def required(self) -> Scheme:
        """The scheme, whole. InvalidInput by field, with what else cannot be."""
        if self.errors:
            raise InvalidInput(unfit(self.scheme) | self.errors)
        return self.scheme


def parse_kind(text: str) -> Kind | None:
    """The kind of scheme an address names."""
    return Kind(text) if text in set(Kind) else None


def parse_version(form: Form) -> int:
    """The version the form was opened at; 0, which is none, when it is unreadable."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def texts_of(form: Form) -> set[str]:
    """Every name of an item on the form."""
    rows = {clean_text(form.get(f"item-{place}", ""))[:MOST_TYPED] for place in range(1, ROWS + 1)}
    return (rows | set(_names(form, "goods_items")) | set(_names(form, "gives_items"))) - {""}


def read_scheme(form: Form, id_: UUID, kind: Kind, known: Mapping[str, list[UUID]], *, stores: set[str], lists: set[str]) -> Wish:
    """A form as a scheme. `known` says which items are called so (folded), `stores` and `lists` are the ids there are, as text."""
    errors: dict[str, str] = {}
    common: dict[str, Any] = {
        "id": str(id_),
        "name": clean_text(form.get("name", "")),
        "kind": kind,
        "starts_on": form.get("starts_on", "").strip(),
        "ends_on": form.get("ends_on", "").strip() or None,
        "days": sum(1 << day for day in range(7) if form.get(f"day-{day}")),
        "stores": frozenset(one for one in stores if form.get(f"store-{one}")),
        "lists": frozenset(one for one in lists if form.get(f"list-{one}")),
        "priority": _whole(form, "priority", errors),
        "is_alone": form.get("is_alone") == "1",
    }
    read: Callable[..., dict[str, Any]] = {Kind.FREE: _read_free, Kind.BUNDLE: _read_bundle}.get(kind, _read_steps)
    return Wish(Scheme(**common, **read(form, kind, known, errors)), errors)


def _read_free(form: Form, _kind: Kind, known: Mapping[str, list[UUID]], errors: dict[str, str]) -> dict[str, Any]:
    gives = _goods(form, "gives", known, errors)
    return {
        "goods": _goods(form, "goods", known, errors),
        "buy": _read(read_qty, form, "buy", errors),
        "get": _read(read_qty, form, "get", errors),
        "gives": None if gives == Goods() else gives,
        "off_bp": _read(read_basis_points, form, "off", errors),
        "most": _whole(form, "most", errors),
    }


def _read_bundle(form: Form, _kind: Kind, known: Mapping[str, list[UUID]], errors: dict[str, str]) -> dict[str, Any]:
    parts = []
    for place in range(1, ROWS + 1):
        text = clean_text(form.get(f"item-{place}", ""))[:MOST_TYPED]
        if text and (item := _item(text, known, f"item-{place}", errors)):
            parts.append((item, _read(read_qty, form, f"qty-{place}", errors) if form.get(f"qty-{place}", "").strip() else 1000))
    return {"parts": tuple(parts), "price": _read(read_paise, form, "price", errors), "most": _whole(form, "most", errors)}


def _read_steps(form: Form, kind: Kind, known: Mapping[str, list[UUID]], errors: dict[str, str]) -> dict[str, Any]:
    steps = []
    for place in range(1, ROWS + 1):
        least, off = form.get(f"least-{place}", "").strip(), form.get(f"off-{place}", "").strip()
        if not least and not off:
            continue
        bound = _read(read_paise if kind is Kind.BILL else read_qty, form, f"least-{place}", errors) if least else 0
        is_share = off.endswith("%")
        value = _read(read_basis_points if is_share else read_paise, form, f"off-{place}", errors)
        steps.append(Step(bound, value if is_share else 0, 0 if is_share else value))
    return {"goods": _goods(form, "goods", known, errors), "steps": tuple(steps)}


def _goods(form: Form, name: str, known: Mapping[str, list[UUID]], errors: dict[str, str]) -> Goods:
    """Named items, else a category and a brand."""
    field = f"{name}_items"
    items = [_item(text, known, field, errors) for text in _names(form, field)]
    if items:
        return Goods(frozenset(one for one in items if one))
    return Goods(category=clean_text(form.get(f"{name}_category", "")), brand=clean_text(form.get(f"{name}_brand", "")))


def _names(form: Form, field: str) -> list[str]:
    lines = form.get(field, "").splitlines()
    return [text[:MOST_TYPED] for line in lines[: MOST_ITEMS + 1] if (text := clean_text(line))]


def _item(text: str, known: Mapping[str, list[UUID]], field: str, errors: dict[str, str]) -> str:
    ids = known.get(folded(text), [])
    if len(ids) == 1:
        return str(ids[0])
    told = "Several items are called so: give the SKU or scan the barcode." if ids else "There is no such item in use."
    errors[field] = f"“{text}”: {told}"
    return ""


def _whole(form: Form, name: str, errors: dict[str, str]) -> int:
    text = form.get(name, "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        errors[name] = "Give a whole number in plain digits."
        return 0
    return int(text)


def _read(read: Callable[[str], int], form: Form, name: str, errors: dict[str, str]) -> int:
    try:
        return int(read(form.get(name, "")))
    except ValueError as refusal:
        errors[name] = str(refusal)
        return 0


def values_of(scheme: Scheme, names: Mapping[str, str]) -> dict[str, str]:
    """A scheme as its form shows it. `names` are those of the items it names."""
    values = {
        "name": scheme.name,
        "starts_on": scheme.starts_on,
        "ends_on": scheme.ends_on or "",
        "priority": str(scheme.priority or ""),
        "is_alone": "1" if scheme.is_alone else "",
        "most": str(scheme.most or ""),
        **{f"day-{day}": "1" for day in range(7) if scheme.days >> day & 1},
        **{f"store-{one}": "1" for one in scheme.stores},
        **{f"list-{one}": "1" for one in scheme.lists},
    }
    for name, goods in (("goods", scheme.goods), ("gives", scheme.gives or Goods())):
        values |= {f"{name}_items": "\n".join(sorted(names.get(item, item) for item in goods.items))}
        values |= {f"{name}_category": goods.category, f"{name}_brand": goods.brand}
    if scheme.kind is Kind.FREE:
        values |= {"buy": plain_decimal(scheme.buy, 3), "get": plain_decimal(scheme.get, 3), "off": plain_decimal(scheme.off_bp, 2)}
    for place, (item, qty) in enumerate(scheme.parts, 1):
        values |= {f"item-{place}": names.get(item, item), f"qty-{place}": plain_decimal(qty, 3)}
    for place, step in enumerate(scheme.steps, 1):
        values[f"least-{place}"] = plain_decimal(step.least, 2 if scheme.kind is Kind.BILL else 3) if step.least else ""
        values[f"off-{place}"] = f"{plain_decimal(step.off_bp, 2)}%" if step.off_bp else plain_decimal(step.off_paise, 2)
    return values | ({"price": plain_decimal(scheme.price, 2)} if scheme.price else {})


def blank_values(kind: Kind, today: str) -> dict[str, str]:
    """The form of a new scheme: every day from today on, and the commonest figures."""
    own = {"buy": "2", "get": "1", "off": plain_decimal(ONE, 2)} if kind is Kind.FREE else {}
    return {"starts_on": today, **{f"day-{day}": "1" for day in range(7)}, **own}
