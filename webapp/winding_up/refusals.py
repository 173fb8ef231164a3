"""What is refused about the end of a business."""

from __future__ import annotations

from datetime import date

from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict


class ClosedAlready(Conflict):
    """Nothing is taken back or asked for any more."""

    def __init__(self) -> None:
        super().__init__(problem="This business is closed.", fix="Bring it back from its file: python -m webapp restore-company FILE --new")


class StillOpen(Conflict):
    """Only a closed business is deleted, or kept for longer."""

    def __init__(self) -> None:
        super().__init__(problem="This business is not closed.", fix="Close it first: python -m webapp company close ID")


class StillKept(Conflict):
    """The law has the books kept."""

    def __init__(self, until: date) -> None:
        super().__init__(
            problem=f"The books of this business are kept through {written(until)}.",
            fix="They are deleted in the night after that day. docs/leaving.md says which law asks for it.",
        )


class KeptLonger(Conflict):
    """A time of keeping is never made shorter."""

    def __init__(self, until: date) -> None:
        super().__init__(problem=f"The books are kept through {written(until)} anyway.", fix="Give a later day.")
