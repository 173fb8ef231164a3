"""Several things for one price: which of them says how the whole is taxed (CGST Act s.8)."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.kernel.errors import BooksError
from webapp.kernel.money import BasisPoints
from webapp.kernel.records import dataclass
from webapp.tax.kinds import Treatment


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of a bundle, as it would be taxed by itself."""

    treatment: Treatment
    rate_bp: BasisPoints
    cess_bp: BasisPoints


def taxed_as(parts: Sequence[Part], principal: int | None) -> int:
    """The place, in `parts`, of the one by which the whole is taxed.

    With a principal supply it is composite: naturally bundled, and taxed as the principal (s.8(a)). With none it is mixed: taxed as the
    part with the highest rate (s.8(b)), cess counted in; of equals the first. BooksError for less than two parts or no such principal.
    """
    if len(parts) < 2:
        raise BooksError(problem="A bundle has two things or more.", fix="Bill a single thing by itself.")
    if principal is not None:
        if not 0 <= principal < len(parts):
            raise BooksError(problem="The principal supply is not among the things of the bundle.", fix="Choose one of them.")
        return principal
    return max(range(len(parts)), key=lambda place: (parts[place].rate_bp + parts[place].cess_bp, -place))
