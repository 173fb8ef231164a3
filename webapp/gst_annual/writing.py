"""The annual return as a record: every line that it tells, by the number of its table. Pure.

It is what was on the screen when the return was filed. The portal's own file of GSTR-9 was not seen here, so this is not one to upload.
"""

from __future__ import annotations

from webapp.gst_annual.told import Gstr9, HsnRow
from webapp.gst_returns import Taxes
from webapp.kernel.rupee_json import InRupees, as_json

_KEYS = ("txval", "camt", "samt", "iamt", "csamt")


def as_text(told: Gstr9) -> str:
    """Both sides of each line, what was typed, and the codes."""
    lines: dict[str, dict[str, object]] = {}
    for line in told.lines:
        given = line.typed.taxes if line.typed else None
        sides = {
            name: _taxes(taxes) for name, taxes in (("filed", line.filed), ("books", line.books), ("typed", given)) if taxes is not None
        }
        if sides:
            lines[line.spec.key] = dict(sides)
    return as_json(
        {
            "gstin": told.gstin,
            "fp": told.period.fp,
            "lines": lines,
            "table17": [_code(row) for row in told.outward_codes],
            "table18": [_code(row) for row in told.inward_codes],
        }
    )


def _taxes(taxes: Taxes) -> dict[str, InRupees]:
    return {name: InRupees(amount) for name, amount in zip(_KEYS, taxes, strict=True)}


def _code(row: HsnRow) -> dict[str, object]:
    return {"hsn_sc": row.hsn, "uqc": row.uqc, "rt": InRupees(row.rate_bp), "qty": row.qty, **_taxes(row.taxes)}
