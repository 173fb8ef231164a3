"""One posting process of the two: `python -m webapp.bench.poster URL COMPANY COUNT SEED`. Begins when its input is closed."""

from __future__ import annotations

import random
import sys
from uuid import UUID

from sqlalchemy import select

from webapp.app import connect_rooms
from webapp.bench.ground import Ground, a_sale
from webapp.catalogue.models import Item
from webapp.company import default_store
from webapp.kernel.money import MilliPaise
from webapp.platform import db
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.sales import issue


def main(url: str, company_id: int, count: int, seed: int) -> None:
    """Post `count` bills of five lines."""
    db.use(db.make_engine(url))
    connect_rooms()
    actor = Actor(company_id, Role.OWNER, name="Bench", via="console")
    with read_books(actor) as books:
        items: list[tuple[UUID, MilliPaise]] = [
            (item, MilliPaise(price)) for item, price in books.session.execute(select(Item.id, Item.price_millipaise))
        ]
        ground = Ground(actor, default_store(books), tuple(items), url)
    chance = random.Random(seed)  # noqa: S311 - baskets, not secrets
    for number in range(count + 10):
        if number == 10:
            sys.stdout.write("warm\n")
            sys.stdout.flush()
            sys.stdin.read()
        with open_books(actor) as books:
            issue(books, a_sale(ground, 5, chance))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
