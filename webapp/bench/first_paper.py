"""The first paper of a worker just started: `python -m webapp.bench.first_paper URL COMPANY INVOICE` prints its CPU milliseconds."""

from __future__ import annotations

import sys
from uuid import UUID

from webapp.bench.ground import cpu_ms
from webapp.platform import db
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, read_books
from webapp.printing import Layout, draw_bill


def main(url: str, company_id: int, invoice_id: UUID) -> None:
    """Draw one bill."""
    db.use(db.make_engine(url))
    with read_books(Actor(company_id, Role.OWNER, name="Bench", via="console")) as books:
        sys.stdout.write(f"{cpu_ms(lambda: draw_bill(books, invoice_id, Layout.A4)):.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), UUID(sys.argv[3]))
