"""The papers whose pictures are kept: `python -m tests.printing.golden` draws them anew; look at the difference before it is committed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from tests.printing import made
from tests.printing.pictures import picture
from webapp.platform import tables_pdf
from webapp.platform.tables_pdf import Column

FOLDER = Path(__file__).parent / "golden"
COLUMNS = (
    Column("Date", "day", 12),
    Column("Particulars", "text", 40),
    Column("Number", "code", 16),
    Column("Debit", "amount", 14),
    Column("Credit", "amount", 14),
    Column("Balance", "amount", 16),
)


def statement(rows: int, names: tuple[tuple[str, str], ...] = made.ENGLISH, columns: tuple[Column, ...] = COLUMNS) -> bytes:
    """A customer's statement of so many rows, as the reports draw one."""
    title, about = ("Statement", "ஸ்ரீ Kavita Jadhav") if names is made.SCRIPTS else ("Statement", "Kavita Jadhav")
    paper = tables_pdf.Paper("Sharma Stores", title, (about, "01-Apr-2026 to 20-Nov-2026"), columns, ("Total", "", "", rows * 100, 0, None))
    told = [" ".join(name).strip() for name in names]
    return tables_pdf.draw(
        paper, [(date(2026, 4, 1), told[n % len(told)], f"26A1/{n + 1:06d}", 100, 0, 100 * (n + 1)) for n in range(rows)]
    )


@cache
def a4_of_400() -> bytes:
    """Some seconds of drawing, for all who look at it."""
    return made.a4(made.bill(400))


# What is drawn, and the pages of it that are kept: those between are as the one before them, and read word by word elsewhere.
PAPERS: Mapping[str, tuple[Callable[[], bytes], tuple[int, ...]]] = {
    "a4-1": (lambda: made.a4(made.bill(1)), (0,)),
    "a4-2": (lambda: made.a4(made.bill(2), "hi"), (0,)),
    "a4-40": (lambda: made.a4(made.bill(40)), (0, -1)),
    "a4-400": (a4_of_400, (-1,)),
    "a4-scripts": (lambda: made.a4(made.bill(3, made.SCRIPTS), "en+hi"), (0,)),
    "roll-1": (lambda: made.roll(made.bill(1)), (0,)),
    "roll-2": (lambda: made.roll(made.bill(2)), (0,)),
    "roll-40": (lambda: made.roll(made.bill(40)), (0,)),
    "roll-scripts": (lambda: made.roll(made.bill(3, made.SCRIPTS), "en+hi"), (0,)),
    "statement-1": (lambda: statement(1), (0,)),
    "statement-2": (lambda: statement(2), (0,)),
    "statement-40": (lambda: statement(40), (0,)),
    "statement-400": (lambda: statement(400), (-1,)),
    "statement-scripts": (lambda: statement(3, made.SCRIPTS), (0,)),
}


def kept(name: str) -> list[str]:
    """The pages of a paper that are kept, as drawn now."""
    draw, pages = PAPERS[name]
    drawn = picture(draw())
    return [f"pages {len(drawn)}", *(line for page in pages for line in drawn[page])]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in PAPERS:
        (FOLDER / f"{name}.txt").write_text("\n".join(kept(name)) + "\n")


if __name__ == "__main__":
    main()
