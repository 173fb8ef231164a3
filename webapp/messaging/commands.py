"""What pages ask of this room, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.kernel.records import dataclass
from webapp.messaging.rules import Provider


@dataclass(frozen=True, slots=True)
class SaveAccount:
    """An account as it was typed. A secret left empty stays as it is kept."""

    provider: Provider
    version: int  # what the form was drawn from; 0: nothing was kept yet
    is_on: bool
    settings: Mapping[str, str]
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SaveTemplate:
    """Under which name a provider has approved our words `name`; `approved_as` empty takes it away."""

    provider: Provider
    name: str
    approved_as: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A browser's subscription (PushSubscription.toJSON) and what the browser is called."""

    endpoint: str
    p256dh: str
    auth: str
    device: str
