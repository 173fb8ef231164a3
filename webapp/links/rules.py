"""How often one address may open links, and what a payer may state: pure, given the clock."""

from __future__ import annotations

import unicodedata
from dataclasses import field
from uuid import UUID

from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import Paise, rupees
from webapp.kernel.networks import counted_as
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

MOST_A_MINUTE = 60
MOST_ANSWERS_A_MINUTE = 10  # what is sent by a form of a public page
WINDOW_SECONDS = 60
_MOST_ADDRESSES = 10_000
MOST_WAITING = 10  # statements of payment beside one document that nobody has looked at yet
UTR_DIGITS = 12
MOST_REASON = 300


class TooManyOpenings(BooksError):
    """One address opens links faster than a person does."""

    status = 429

    def __init__(self) -> None:
        super().__init__(problem="Too many links were opened from here.", fix="Wait a minute, then open it again.")


@dataclass(slots=True)
class Doorkeeper:
    """Counts openings by address in windows of a minute, of this process only: while no Redis counts for all of them, the limit is
    as many times larger, which still ends a flood. Forgets all when it knows too many addresses, so that it cannot be filled up."""

    most: int = MOST_A_MINUTE
    _window: int = 0
    _counts: dict[str, int] = field(default_factory=dict)

    def require_room(self, address: str, second: int) -> None:
        """Count one opening from `address` at `second`; TooManyOpenings beyond the limit."""
        address = counted_as(address)
        window = second // WINDOW_SECONDS
        if window != self._window or len(self._counts) >= _MOST_ADDRESSES:
            self._window, self._counts = window, {}
        self._counts[address] = self._counts.get(address, 0) + 1
        if self._counts[address] > self.most:
            raise TooManyOpenings


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays a shared document, and what its page asks for now, in paise: nought or less for nothing."""

    party_id: UUID
    party_name: str
    title: str
    due_paise: int


@dataclass(frozen=True, slots=True)
class Stated:
    """What a payer states: so many paise were paid by UPI, under this UTR. `address_hash` tells two senders apart."""

    utr: str
    amount_paise: Paise
    address_hash: str = ""


class NothingToPay(BooksError):
    """The page asks for no money, so no payment can be stated."""

    status = 409

    def __init__(self) -> None:
        super().__init__(problem="Nothing is to be paid here any more.", fix="Talk to the shop if you have paid all the same.")


class ToldEnough(BooksError):
    """So many statements wait beside one document that more would only bury them."""

    status = 409

    def __init__(self) -> None:
        super().__init__(problem="The shop was told of several payments already.", fix="Wait until it has looked at them, or talk to it.")


class OtherAmount(Conflict):
    """The same UTR was stated of this document with another amount."""

    def __init__(self, earlier_paise: int) -> None:
        super().__init__(
            problem=f"The shop was told of this UTR already, with {rupees(earlier_paise)}.",
            fix="Talk to the shop if that amount is wrong.",
        )


class Settled(Conflict):
    """Somebody has entered this payment, or put it aside."""

    def __init__(self) -> None:
        super().__init__(
            problem="This payment was entered or put aside already.", fix="Nothing was written. Look at the list of stated payments."
        )


def read_utr(text: str) -> str:
    """A UTR as it is kept: its twelve digits, in whichever script and with whatever blanks they were typed.

    ValueError, in words for the payer, for anything else. NPCI, UPI: the reference of a payment (RRN) has twelve digits.
    """
    signs = [sign for sign in text if not sign.isspace() and sign not in "-\u200b\u200c\u200d\u2010\u2011"]
    digits = "".join(str(unicodedata.decimal(sign)) for sign in signs if sign.isdecimal())
    if len(digits) != len(signs) or len(digits) != UTR_DIGITS or len(set(digits)) == 1:
        raise ValueError("Type the 12 digits of the UPI reference (UTR). Your UPI app shows it with the payment.")
    return digits


def require_reason(text: str) -> str:
    """Why a statement is put aside, as kept. InvalidInput for none, and for one too long."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({"reason": "Say in a few words why it is put aside."})
    return kept
