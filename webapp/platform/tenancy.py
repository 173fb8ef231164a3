"""One company, one actor, one transaction, one clock reading: `Books`. There is no other way to a company's rows.

Reads through the session are narrowed to the company; rows added to it or by `insert` are stamped with it. On
PostgreSQL a row policy stands behind (migrations). Nobody writes a company filter, so nobody can forget one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from datetime import date, datetime
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, ForeignKey, Insert, event, insert, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, declared_attr, mapped_column, with_loader_criteria

from webapp.kernel.dates import ist_day
from webapp.kernel.errors import BooksError, Refusal
from webapp.kernel.records import dataclass
from webapp.platform import clock, db
from webapp.platform.db import Base, insert_of
from webapp.platform.logging import log
from webapp.platform.permissions import OF_THE_WHOLE_BUSINESS, ROLE_PERMISSIONS, Permission, Role
from webapp.platform.prepared import insert_prepared
from webapp.platform.reach import narrowing


class CompanyScoped:
    """A table whose every key begins with the company. Mix into a model before `Base`."""

    @declared_attr
    def company_id(cls) -> Mapped[int]:
        table = getattr(cls, "__tablename__", "scoped")
        return mapped_column(ForeignKey("company.id", name=f"fk_{table}_company"), primary_key=True, sort_order=-10)


class Directory:
    """A table that is not one company's: people, sign-ins, the list of companies. Mix into a model before `Base`."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which company, in which role and by which road ("web", "till", "job", "console"). `why` is the reason typed on the
    form that is being sent, for passing a limit of the role (webapp.company.limits). `held_to` are the stores this member is held
    to, where that was asked already (webapp.company.held): none of them means all; None, that nobody asked. `role_id` and `grants` are
    of a role of the business's own alone: which it is, and what it holds. `only` is what a program's token was made for
    (webapp.api_access); None: nobody comes with a token."""

    company_id: int
    role: Role
    user_id: UUID | None = None
    name: str = ""
    via: str = "web"
    why: str = ""
    held_to: frozenset[UUID] | None = None
    role_id: UUID | None = None
    grants: frozenset[Permission] = frozenset()
    only: frozenset[Permission] | None = None

    @property
    def allowed(self) -> frozenset[Permission]:
        """All that this actor's role includes; of it what the token is for, where he comes with one."""
        held = self.grants if self.role is Role.CUSTOM else ROLE_PERMISSIONS[self.role]
        return held if self.only is None else held & self.only

    @property
    def role_key(self) -> str:
        """What this actor's role is kept by, where something is kept of a role: its name, or the id of the business's own."""
        return self.role_id.hex if self.role is Role.CUSTOM and self.role_id else self.role.value

    def may(self, permission: Permission) -> bool:
        """Whether this actor's role includes `permission`; what is of the whole business is not for who is held to stores."""
        return permission in self.allowed and not (self.held_to and permission in OF_THE_WHOLE_BUSINESS)


class CompanySession(Session):
    """A session that sees one company only."""

    def __init__(self, bind: Any, *, company_id: int, **options: Any) -> None:
        self.company_id = company_id
        self.own_stores: frozenset[UUID] = frozenset()  # what reads are narrowed to; none: every store
        self.narrowing: Sequence[Any] = ()
        super().__init__(bind, expire_on_commit=False, autoflush=False, **options)


class DirectorySession(Session):
    """A session for Directory tables; any company's own table is refused."""


@event.listens_for(CompanySession, "do_orm_execute")
def _read_only_own_rows(state: ORMExecuteState) -> None:
    if state.is_insert:
        raise TypeError("add rows with session.add_all or books.insert, so that they are stamped")
    if state.is_column_load or state.is_relationship_load:
        return
    session = cast("CompanySession", state.session)
    own = session.company_id
    state.statement = state.statement.options(
        with_loader_criteria(CompanyScoped, lambda row: row.company_id == own, include_aliases=True), *session.narrowing
    )


@event.listens_for(CompanySession, "before_flush")
def _stamp_new_rows(session: CompanySession, _context: object, _instances: object) -> None:
    for row in session.new:
        if isinstance(row, CompanyScoped):
            if row.company_id is not None and row.company_id != session.company_id:
                raise TypeError("a row of another company was added to this company's session")
            row.company_id = session.company_id


@event.listens_for(CompanySession, "after_begin")
def _tell_the_row_policy(session: CompanySession, _transaction: SessionTransaction, connection: Any) -> None:
    if connection.dialect.name == "postgresql":
        # Local to the transaction, so a pooled connection carries nothing over (PgBouncer-safe).
        connection.execute(text("select set_config('app.company', :own, true)"), {"own": str(session.company_id)})


@event.listens_for(DirectorySession, "do_orm_execute")
def _no_company_rows(state: ORMExecuteState) -> None:
    if any(issubclass(mapper.class_, CompanyScoped) for mapper in state.all_mappers):
        raise TypeError("this table belongs to a company: open its books")


@dataclass(frozen=True, slots=True)
class Pending:
    """What a transaction writes last, all at once: its edit-log entries and its facts. And what it
    need not ask again: the turns it has (webapp.platform.turns), the months and stores it found open (webapp.company)."""

    log: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    turns: set[str] = field(default_factory=set)
    open_months: set[tuple[int, str]] = field(default_factory=set)
    open_stores: set[UUID] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)  # limits of a role that were passed for a reason, which stands in `log`


@dataclass(frozen=True, slots=True)
class Books:
    """A company's books, open for one transaction. Every verb takes it first and passes it down."""

    session: CompanySession
    connection: Connection  # the session's own, for what is prepared once and narrowed already (webapp.platform.rows)
    actor: Actor
    now: datetime
    pending: Pending

    @property
    def company_id(self) -> int:
        return self.actor.company_id

    @property
    def today(self) -> date:
        """The day in India at the moment these books were opened."""
        return ist_day(self.now)

    @property
    def own_stores(self) -> frozenset[UUID]:
        """The stores that reads are narrowed to just now; none: they are of every store."""
        return self.session.own_stores

    @contextmanager
    def narrowed(self) -> Iterator[None]:
        """A part of a writing transaction that reads as this actor's screens do: his own stores, where he is held to some."""
        before = self.session.own_stores
        _narrow(self, _held_to(self))
        try:
            yield
        finally:
            _narrow(self, before)

    @contextmanager
    def of_every_store(self) -> Iterator[None]:
        """A part of a read that is right of the company alone, whoever asks: a limit of credit, a name that must be unique."""
        before = self.session.own_stores
        _narrow(self, frozenset())
        try:
            yield
        finally:
            _narrow(self, before)

    def insert(self, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
        """Write many rows of one table, stamped with the company, without making objects of them."""
        if rows:
            insert_prepared(self.connection, rows, self.company_id, _plain_insert, model)

    def add_up(self, model: type[Base], rows: Sequence[Mapping[str, Any]], *, adding: tuple[str, ...]) -> None:
        """Add figures to kept totals: insert each row, or add its `adding` columns to the row with the same key.

        Rows are written in the order of their keys, so that two transactions on PostgreSQL do not deadlock.
        """
        if rows:
            keys = [column.key for column in model.__table__.primary_key if column.key != "company_id"]
            in_order = sorted(rows, key=itemgetter(*keys)) if len(rows) > 1 else rows
            insert_prepared(self.connection, in_order, self.company_id, _adding_insert, model, adding, self.connection.dialect.name)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail alone: on an error its rows, facts and log entries go, the rest stays."""
        logged, announced, turns = len(self.pending.log), len(self.pending.facts), set(self.pending.turns)
        nested = self.session.begin_nested()
        # The session says SAVEPOINT only when it is next asked for its connection, and ours is at hand without asking.
        self.session.connection()
        try:
            yield
            self.session.flush()
            nested.commit()
        except BaseException as failure:
            try:
                nested.rollback()
            except OperationalError:
                # On a full disk SQLite has rolled back the whole transaction by itself: what it said first is the news.
                if isinstance(failure, OperationalError):
                    raise failure from None
                raise
            del self.pending.log[logged:]
            del self.pending.facts[announced:]
            # PostgreSQL gave back the locks that the failed part had asked for.
            self.pending.turns.intersection_update(turns)
            self.pending.open_months.clear()
            self.pending.open_stores.clear()
            if isinstance(failure, BooksError) and failure.kept:
                _keep(self, failure.kept)  # the rest may go on and be committed; if not, open_books keeps it
            raise


def _plain_insert(model: type[Base]) -> Insert:
    return insert(model)


def _adding_insert(model: type[Base], adding: tuple[str, ...], dialect: str) -> Any:
    table = model.__table__
    statement = insert_of(dialect)(table)
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={name: table.c[name] + statement.excluded[name] for name in adding},
    )


# What runs at the end of a writing transaction, just before the commit (the edit log and the outbox register here).
_before_commit: list[Callable[[Books], None]] = []


def before_commit(step: Callable[[Books], None]) -> Callable[[Books], None]:
    """Have `step` run at the end of every writing transaction. For the platform's own use."""
    _before_commit.append(step)
    return step


# What keeps a refusal in the edit log (which registers here), in whatever books are open for it.
_keepers: list[Callable[[Books, Refusal], None]] = []


def keeps_refusals(step: Callable[[Books, Refusal], None]) -> Callable[[Books, Refusal], None]:
    """Have `step` write down each refusal that wants to be kept. For the platform's own use."""
    _keepers.append(step)
    return step


def _keep(books: Books, refusal: Refusal) -> None:
    for step in _keepers:
        step(books, refusal)


# Who knows the stores a member is held to: the room of the company, a storey above, which registers here.
_askers: list[Callable[[Books], frozenset[UUID]]] = []


def asks_stores(ask: Callable[[Books], frozenset[UUID]]) -> Callable[[Books], frozenset[UUID]]:
    """Have `ask` say which stores the actor of some books is held to (none: to no store, so all). For the company's own use."""
    _askers.append(ask)
    return ask


def _held_to(books: Books) -> frozenset[UUID]:
    if books.actor.held_to is not None:
        return books.actor.held_to
    if books.actor.role is Role.OWNER or books.actor.user_id is None:
        return frozenset()
    return frozenset[UUID]().union(*(ask(books) for ask in _askers))


def _narrow(books: Books, stores: frozenset[UUID]) -> None:
    books.session.own_stores, books.session.narrowing = stores, narrowing(stores) if stores else ()


@contextmanager
def open_books(actor: Actor) -> Iterator[Books]:
    """Open a company's books for writing. Commits at the end of the block, rolls back on any error; no other code commits.

    A refusal that is to be kept is written into the edit log afterwards, in a transaction of its own.
    """
    try:
        with _writing_books(actor) as books:
            yield books
    except BooksError as refusal:
        if refusal.kept:
            try:
                with _writing_books(actor) as books:
                    _keep(books, refusal.kept)
            except DBAPIError as trouble:  # the refusal itself is the news; that it was not kept is ours to look at
                log.error("a refusal was not kept", error=str(trouble.orig), refusal=refusal.problem)
        raise


@contextmanager
def _writing_books(actor: Actor) -> Iterator[Books]:
    with CompanySession(db.for_writing(db.engine()), company_id=actor.company_id) as session, session.begin():
        books = Books(session, session.connection(), actor, clock.now(), Pending())
        yield books
        session.flush()
        for step in _before_commit:
            step(books)


@contextmanager
def books_within(directory: Session, actor: Actor) -> Iterator[Books]:
    """Open a company's books inside a directory transaction, so that founding a company is all or nothing."""
    with CompanySession(directory.connection(), company_id=actor.company_id, join_transaction_mode="rollback_only") as session:
        books = Books(session, session.connection(), actor, clock.now(), Pending())
        yield books
        session.flush()
        for step in _before_commit:
            step(books)
        session.commit()


@contextmanager
def read_books(actor: Actor) -> Iterator[Books]:
    """Open a company's books for reading: a steady view, no write lock, nothing kept. Who is held to some stores reads of these."""
    with CompanySession(db.engine(), company_id=actor.company_id) as session, session.begin() as transaction:
        books = Books(session, session.connection(), actor, clock.now(), Pending())
        _narrow(books, _held_to(books))
        yield books
        transaction.rollback()


@contextmanager
def open_directory(*, writes: bool = True) -> Iterator[Session]:
    """A transaction on the tables that belong to no company: people, sign-ins, the list of companies."""
    bind = db.for_writing(db.engine()) if writes else db.engine()
    with DirectorySession(bind, expire_on_commit=False) as session, session.begin():
        yield session
