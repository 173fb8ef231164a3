"""What a person had typed when his sign-in was found ended: kept in the answer itself, sealed for him, and given to nobody else.

Nothing of it stays with the server or in the browser's storage. Passwords, secrets, answers of passkeys and
codes of a second step are not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from webapp.kernel.records import dataclass
from webapp.platform import sealing
from webapp.platform.sealing import SealBroken

MOST_KEPT = 300_000  # signs; the sealed text is a third longer
_NEVER = ("password", "secret", "csrf_token", "proof_code", "passkey")
_OWN_ACCOUNT = "/account/"  # where a field "code" is one of a second step; elsewhere it is an item's


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was not taken: where it was sent, in which business, and its fields in their order."""

    path: str
    company_id: int
    fields: tuple[tuple[str, str], ...]


def keep(user_id: UUID, path: str, company_id: int, fields: Iterable[tuple[str, str]]) -> str:
    """The form sealed for this person; "" when there is nothing to keep, or too much."""
    never = (*_NEVER, "code") if path.startswith(_OWN_ACCOUNT) else _NEVER
    kept = [(name, value) for name, value in fields if not name.endswith(never)]
    text = json.dumps([path, company_id, kept])
    return sealing.token_of(f"typed {user_id}", text) if kept and len(text) <= MOST_KEPT else ""


def given_back(user_id: UUID, sealed: str) -> Typed | None:
    """What `keep` sealed for this person; None for another person's, and for anything that we did not seal."""
    try:
        path, company_id, fields = json.loads(sealing.text_of(f"typed {user_id}", sealed))
    except (SealBroken, ValueError):
        return None
    return Typed(path, company_id, tuple((name, value) for name, value in fields))
