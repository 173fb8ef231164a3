"""A carrier that keeps what it is handed and answers as it is told, in the place of the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from tests.ground.shops import Shop
from webapp import parties
from webapp.messaging import Delivery, Message, Outcome
from webapp.notifications import bell, carriers
from webapp.platform import sealing
from webapp.platform.tenancy import Actor, open_books

WORDS = {"amount": "₹1,180.00", "day": "01-Oct-2026", "days": "50"}


@dataclass
class Carrier:
    """What is ready, what was handed over, and how the next deliveries end; when nothing is said, they are taken."""

    ready: set[str] = field(default_factory=lambda: {"email", "sms", "whatsapp", "push"})
    sent: list[Message] = field(default_factory=list)
    answers: list[Delivery | Exception | Callable[[], Delivery]] = field(default_factory=list)

    def deliver(self, _actor: Actor, message: Message) -> Delivery:
        self.sent.append(message)
        answer = self.answers.pop(0) if self.answers else Delivery(Outcome.SENT, "fake", message.id.hex)
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer


@pytest.fixture(autouse=True)
def _nobody_was_told() -> None:
    """What another test counted is not this one's."""
    bell._counts.clear()


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    fake = Carrier()
    sealing.use("a secret of the tests alone")
    monkeypatch.setattr(carriers, "ready", lambda _books: frozenset(fake.ready))
    monkeypatch.setattr(carriers, "deliver", fake.deliver)
    monkeypatch.setattr(carriers, "push_targets", lambda _books, _user: [])
    monkeypatch.setattr(carriers, "_public_url", lambda: "https://munim.example")
    return fake


def make_party(shop: Shop, name: str = "Asha Rao", *, phone: str = "+919812345670", email: str = "asha@example.com") -> UUID:
    """A customer who can be reached."""
    with open_books(shop.actor) as books:
        draft = parties.PartyDraft(name=name, phone=phone, email=email, state_code=shop.state_code)
        return parties.create_party(books, draft).id


@pytest.fixture
def asha(sharma: Shop) -> UUID:
    return make_party(sharma)
