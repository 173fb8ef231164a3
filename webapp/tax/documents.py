"""Which paper a sale is written on, and the summary by HSN that stands at its foot."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.kernel.money import BasisPoints, Paise, Qty
from webapp.kernel.records import dataclass
from webapp.tax.kinds import DocumentKind, Scheme, Treatment


def document_kind(scheme: Scheme, treatments: Iterable[Treatment]) -> DocumentKind:
    """The paper of a sale, from the seller's scheme and what the law says of each line.

    Rule 49: a composition seller, or a sale wholly exempt, nil-rated or outside GST: a bill of supply. Rule 46A: one
    invoice may carry taxable and exempt lines for an unregistered buyer. An unregistered seller writes a plain bill.
    """
    if scheme is Scheme.UNREGISTERED:
        return DocumentKind.BILL
    if scheme is Scheme.COMPOSITION:
        return DocumentKind.BILL_OF_SUPPLY
    kinds = set(treatments)
    return DocumentKind.BILL_OF_SUPPLY if kinds and Treatment.TAXABLE not in kinds else DocumentKind.TAX_INVOICE


def hsn_digits_required(*, aato_over_5_crore: bool) -> int:
    """Digits of HSN on a tax invoice: 4, or 6 for a turnover above Rs 5 crore in the preceding year.

    Notification 78/2020-Central Tax, from 1-Apr-2021. Up to Rs 5 crore it is optional on bills to unregistered buyers.
    """
    return 6 if aato_over_5_crore else 4


@dataclass(frozen=True, slots=True)
class HsnRow:
    """A line's, or a group's, figures under its HSN. Quantity in the unit code (UQC) named."""

    hsn: str
    uqc: str
    rate_bp: BasisPoints
    qty: Qty
    taxable: Paise
    cgst: Paise
    sgst: Paise
    igst: Paise
    cess: Paise


def hsn_summary(rows: Iterable[HsnRow]) -> tuple[HsnRow, ...]:
    """Rows added up by HSN, rate and unit (the key of GSTR-1 table 12), in that order."""
    groups: dict[tuple[str, int, str], list[HsnRow]] = {}
    for row in rows:
        groups.setdefault((row.hsn, row.rate_bp, row.uqc), []).append(row)
    return tuple(_added(groups[key]) for key in sorted(groups))


def _added(rows: list[HsnRow]) -> HsnRow:
    first = rows[0]
    return HsnRow(
        hsn=first.hsn,
        uqc=first.uqc,
        rate_bp=first.rate_bp,
        qty=Qty(sum(row.qty for row in rows)),
        taxable=Paise(sum(row.taxable for row in rows)),
        cgst=Paise(sum(row.cgst for row in rows)),
        sgst=Paise(sum(row.sgst for row in rows)),
        igst=Paise(sum(row.igst for row in rows)),
        cess=Paise(sum(row.cess for row in rows)),
    )
