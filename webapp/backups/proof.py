"""`python -m webapp prove-copy FILE`: prove the database of this process's environment, a copy that was brought back aside.

A process of its own: it works on other files than the program beside it, and what it loads goes with it. It writes into FILE what the
database holds before, brings it to the newest schema, checks the books of every company, and writes what it holds then.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from webapp.platform import db
from webapp.platform.permissions import Role
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor, open_books, open_directory


def write_proof(settings: Settings, connect: Callable[[], object], file: Path) -> None:
    """Write into `file` what the database held, what breaks a promise in it, and what it holds with the newest schema. `connect`
    brings it there and connects the rooms."""
    from webapp import books_check, identity  # who only makes a backup need not load the check

    before = _figures(settings.database_url)
    connect()
    breaches: list[str] = []
    with open_directory(writes=False) as directory:
        companies = identity.company_ids(directory)
    for company_id in companies:
        with open_books(Actor(company_id=company_id, role=Role.OWNER, name="proof", via="job")) as books:
            report = books_check.verify_books(books)
        if report.breaches:
            breaches += [f"company {company_id}: {line}" for line in (breach.words for breach in report.breaches)]
    db.engine().dispose()
    found = {"before": before, "breaches": breaches, "after": _figures(settings.database_url)}
    file.write_text(json.dumps(found), encoding="utf-8")


def _figures(database_url: str) -> dict[str, Any]:
    from webapp.platform import copies  # for who proves a copy alone

    engine = db.make_engine(database_url)
    try:
        with copies.steady_view(engine) as connection:
            return copies.figures(connection)
    finally:
        engine.dispose()
