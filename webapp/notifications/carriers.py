"""The room that carries messages, as this one needs it. Its clients are loaded by whoever sends, not when the program starts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from webapp.kernel.errors import NotFound
from webapp.platform import sealing
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor, Books

if TYPE_CHECKING:
    from webapp.messaging import Delivery, Message

UNSUBSCRIBE = "unsubscribe"


def ready(books: Books) -> frozenset[str]:
    """The channels by which this business can send."""
    from webapp import messaging

    return frozenset(channel.value for channel in messaging.ready(books))


def deliver(actor: Actor, message: Message) -> Delivery:
    """Hand a message to its provider. Asks the network, so no transaction is open."""
    from webapp import messaging

    return messaging.deliver(actor, message)


def push_targets(books: Books, user_id: UUID) -> list[str]:
    """The devices of a member that take pushes."""
    from webapp import messaging

    return [str(target.id) for target in messaging.subscriptions(books, user_id)]


@cache
def _public_url() -> str:
    return Settings.from_environment().public_url


def absolute(path: str) -> str:
    """A path of ours as an address that works outside; an address is left as it is."""
    return f"{_public_url()}{path}" if path.startswith("/") else path


def unsubscribe_link(company_id: int, message_id: UUID) -> str:
    """Where the recipient of a message ends such messages: a sealed token, which nobody can guess or alter."""
    return absolute(f"/unsubscribe/{sealing.token_of(UNSUBSCRIBE, f'{company_id} {message_id.hex}')}")


def opened_token(token: str) -> tuple[int, UUID]:
    """The company and message of such a token. NotFound when it is forged or altered."""
    try:
        company_id, message_id = sealing.text_of(UNSUBSCRIBE, token).split()
    except (sealing.SealBroken, ValueError):
        raise NotFound("link") from None
    return int(company_id), UUID(hex=message_id)
