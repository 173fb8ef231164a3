"""Where a supply is made (IGST Act s.10 to s.13): with the seller's state this decides between CGST with SGST, and IGST.

What a bill cannot know by itself is said by `Nature`; the place that each one looks at is a state code, or 96 for another country.
Section 13(8)(b), intermediaries, was omitted by the Finance Act 2026 from a day to be notified: unconfirmed, and not asked for here; until
then its place is the seller's, which whoever bills one chooses by hand.
"""

from __future__ import annotations

from enum import StrEnum

from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.tax.states import OTHER_COUNTRY, require_state


class Nature(StrEnum):
    """What is supplied, as far as its place depends on it."""

    GOODS = "goods"  # s.10(1)(a), (ca)
    BILL_TO_SHIP_TO = "bill_to_ship_to"  # s.10(1)(b): delivered to one person by the direction of another, who is billed
    NOT_MOVED = "not_moved"  # s.10(1)(c): goods that stay where they are
    INSTALLED = "installed"  # s.10(1)(d)
    ON_BOARD = "on_board"  # s.10(1)(e), s.12(10), s.13(12): taken on board, or supplied on board
    SERVICE = "service"  # s.12(2), s.13(2)
    IMMOVABLE_PROPERTY = "immovable_property"  # s.12(3), s.13(4): work on land and houses, hotels, halls
    PERFORMED = "performed"  # s.12(4): restaurant, grooming, fitness, beauty, health; s.13(3): on goods or a person made available
    TRAINING = "training"  # s.12(5)
    ADMISSION = "admission"  # s.12(6), s.13(5)
    EVENT = "event"  # s.12(7), s.13(5): organising one
    GOODS_TRANSPORT = "goods_transport"  # s.12(8)
    PASSENGERS = "passengers"  # s.12(9), s.13(10)
    TELECOM = "telecom"  # s.12(11): fixed lines
    BANKING = "banking"  # s.12(12), s.13(8)(a)
    INSURANCE = "insurance"  # s.12(13)


# What a service may be said to be, in the order of the Act; goods have s.10, which the address decides.
NATURES: tuple[Nature, ...] = (
    Nature.SERVICE,
    Nature.IMMOVABLE_PROPERTY,
    Nature.PERFORMED,
    Nature.TRAINING,
    Nature.ADMISSION,
    Nature.EVENT,
    Nature.GOODS_TRANSPORT,
    Nature.PASSENGERS,
    Nature.ON_BOARD,
    Nature.TELECOM,
    Nature.BANKING,
    Nature.INSURANCE,
)

# The section of the IGST Act that decides: with both at home, and with one of them abroad. Transport of goods has had no paragraph of its
# own in s.13 since 1-Oct-2023 (s.13(9) was omitted by the Finance Act 2023).
_SECTIONS: dict[Nature, tuple[str, str]] = {
    Nature.GOODS: ("10(1)(a)", "11"),
    Nature.BILL_TO_SHIP_TO: ("10(1)(b)", "11"),
    Nature.NOT_MOVED: ("10(1)(c)", "10(1)(c)"),
    Nature.INSTALLED: ("10(1)(d)", "10(1)(d)"),
    Nature.ON_BOARD: ("12(10)", "13(12)"),
    Nature.SERVICE: ("12(2)", "13(2)"),
    Nature.IMMOVABLE_PROPERTY: ("12(3)", "13(4)"),
    Nature.PERFORMED: ("12(4)", "13(3)"),
    Nature.TRAINING: ("12(5)", "13(2)"),
    Nature.ADMISSION: ("12(6)", "13(5)"),
    Nature.EVENT: ("12(7)", "13(5)"),
    Nature.GOODS_TRANSPORT: ("12(8)", "13(2)"),
    Nature.PASSENGERS: ("12(9)", "13(10)"),
    Nature.TELECOM: ("12(11)", "13(2)"),
    Nature.BANKING: ("12(12)", "13(8)(a)"),
    Nature.INSURANCE: ("12(13)", "13(2)"),
}


@dataclass(frozen=True, slots=True)
class Where:
    """What is known of a supply. States by code, 96 another country; empty: not known.

    `buyer` is the recipient's registration, or else the address on record; `event` is where it is performed, held, installed, taken on
    board or stands, the property's, or the place a passenger embarks or a transporter takes over the goods.
    """

    seller: str
    buyer: str = ""
    is_registered: bool = False
    ends: str = ""  # where the movement of goods ends
    event: str = ""


# Looks at where it happens, whoever the buyer is.
_WHERE_IT_IS = frozenset(
    {Nature.NOT_MOVED, Nature.INSTALLED, Nature.ON_BOARD, Nature.IMMOVABLE_PROPERTY, Nature.PERFORMED, Nature.ADMISSION}
)
# To a registered buyer: where he is; to anybody else: where it happens.
_BUYER_ELSE_EVENT = frozenset({Nature.TRAINING, Nature.EVENT, Nature.GOODS_TRANSPORT, Nature.PASSENGERS})


def place_of_supply(nature: Nature, where: Where) -> str:
    """The state code of the place of supply. BooksError where what decides it is not known."""
    require_state(where.seller)
    found = _place(nature, where)
    if not found:
        raise BooksError(
            problem="The place of supply of this cannot be told: where it happens is not known.",
            fix="Say in which state it is performed, held or stands.",
        )
    require_state(found)
    return found


def section_of(nature: Nature, where: Where) -> str:
    """The section of the IGST Act by which `place_of_supply` answers, as it is cited: 12(3)."""
    at_home, abroad = _SECTIONS[nature]
    return abroad if OTHER_COUNTRY in (where.seller, where.buyer) else at_home


def _place(nature: Nature, where: Where) -> str:
    is_abroad = OTHER_COUNTRY in (where.seller, where.buyer)
    if nature is Nature.GOODS:
        # (ca), from 1-Oct-2023: an unregistered buyer's address on the invoice, if only its state, before where the goods end up.
        return (where.ends if where.is_registered else "") or where.buyer or where.ends or where.seller
    if nature is Nature.BILL_TO_SHIP_TO:
        return where.buyer  # the principal place of who directed it, wherever the goods go
    if nature in (Nature.IMMOVABLE_PROPERTY, Nature.EVENT) and where.event == OTHER_COUNTRY and not is_abroad:
        return where.buyer or where.seller  # provisos of s.12(3) and s.12(7): outside India, the recipient's place
    if nature in _WHERE_IT_IS:
        return where.event
    if nature in _BUYER_ELSE_EVENT and is_abroad:
        # s.13: training and transport of goods by the default rule; events and passengers where they are (s.13(5), (10)).
        return where.event if nature in (Nature.EVENT, Nature.PASSENGERS) else where.buyer
    if nature is Nature.GOODS_TRANSPORT and where.event == OTHER_COUNTRY:
        return where.buyer if where.is_registered else where.event
    if nature in _BUYER_ELSE_EVENT:
        return where.buyer if where.is_registered else where.event
    if nature is Nature.TELECOM:
        return where.event or where.buyer or where.seller
    if nature is Nature.BANKING and is_abroad:
        return where.seller  # s.13(8)(a): to holders of accounts
    # s.12(2), (12), (13), s.13(2): the recipient's registration or address on record, else the supplier's own.
    return where.buyer or where.seller
