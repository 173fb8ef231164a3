"""A process that makes a gift out of the last component of one item after another, while others do the same or sell it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError

from tests.assembly.making import Workshop
from tests.ground.databases import patient
from webapp.app import connect_rooms
from webapp.kernel.errors import BooksError
from webapp.platform import db


@dataclass
class Maker:
    """What a process needs: where the books are, its bench, and the bill by which it would close a circle."""

    url: str
    workshop: Workshop
    circle: tuple[str, str]

    def make(self, name: str) -> bool:
        try:
            self.workshop.post([self.workshop.use(name), self.workshop.use("Ribbon")], [self.workshop.make("Gift")])
        except BooksError:
            return False
        return True

    def close(self) -> bool:
        """One thing is made of another; the other process says it is the other way round."""
        whole, part = self.circle
        try:
            self.workshop.bom(whole, {part: 1})
        except BooksError:
            return False
        return True


def race(maker: Maker, names: list[str], gate: Barrier) -> list[bool | str]:
    """Round by round whether this process had the last one, then whether its bill of materials stands; a fault by its words."""
    db.use(patient(db.make_engine(maker.url)))
    connect_rooms()
    told: list[bool | str] = []
    try:
        for name in (*names, ""):
            gate.wait(600)
            try:
                told.append(maker.make(name) if name else maker.close())
            except Exception as fault:
                told.append(repr(fault))
    except BrokenBarrierError:
        pass  # another process died; its absence fails the test
    db.engine().dispose()
    return told
