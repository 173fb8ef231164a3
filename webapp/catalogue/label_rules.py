"""Labels of items: which sheets and rolls there are, and where each label stands. Pure; lengths in thousandths of a millimetre."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass

MOST_LABELS = 2000
MOST_BATCH = 40
# GS1 General Specifications ask 0.264 mm of a retail symbol; label printers and hand scanners read down to 0.19.
LEAST_MODULE = 190


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet or a roll: the paper, its labels in columns and rows, their size, the first one's place, from one to the next."""

    paper: tuple[int, int]
    columns: int
    rows: int
    label: tuple[int, int]
    first: tuple[int, int]
    pitch: tuple[int, int]

    @property
    def per_page(self) -> int:
        return self.columns * self.rows


_A4 = (210_000, 297_000)
LAYOUTS: Mapping[str, Layout] = {
    "a4-24": Layout(_A4, 3, 8, (63_500, 33_900), (7_200, 12_900), (66_000, 33_900)),
    "a4-40": Layout(_A4, 4, 10, (48_500, 25_400), (8_000, 21_500), (48_500, 25_400)),
    "a4-65": Layout(_A4, 5, 13, (38_100, 21_200), (4_750, 10_700), (40_600, 21_200)),
    "roll-50": Layout((50_000, 25_000), 1, 1, (50_000, 25_000), (0, 0), (50_000, 25_000)),
    "roll-38": Layout((38_000, 25_000), 1, 1, (38_000, 25_000), (0, 0), (38_000, 25_000)),
}


class Place(NamedTuple):
    """Where a label stands: its page from 0, its left and upper edge from those of the paper."""

    page: int
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Labels as they are asked for: `count` of each item, and `first`, the place on the first sheet, from 1: a sheet that was begun
    is used up."""

    layout: str
    count: int
    first: int = 1
    batch: str = ""
    is_qr: bool = False


def require_labels(asked: Asked, items: int = 1) -> Layout:
    """The layout of what is asked, for each of so many items. InvalidInput by field."""
    errors = {}
    layout = LAYOUTS.get(asked.layout)
    if layout is None:
        errors["layout"] = "Choose the sheet or roll from the list."
    if not 1 <= asked.count * items <= MOST_LABELS:
        errors["count"] = f"Print 1 to {MOST_LABELS} labels at once."
    if layout is not None and not 1 <= asked.first <= layout.per_page:
        errors["first"] = f"Give the place of the first label on this paper, 1 to {layout.per_page}."
    if len(asked.batch) > MOST_BATCH:
        errors["batch"] = f"Use at most {MOST_BATCH} characters."
    if errors or layout is None:
        raise InvalidInput(errors)
    return layout


def places(layout: Layout, count: int, first: int) -> Iterator[Place]:
    """Where each label stands, row by row, the first one at place `first` of the first page."""
    for number in range(first - 1, first - 1 + count):
        page, on_page = divmod(number, layout.per_page)
        row, column = divmod(on_page, layout.columns)
        yield Place(page, layout.first[0] + column * layout.pitch[0], layout.first[1] + row * layout.pitch[1])
