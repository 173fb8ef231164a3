"""The console's verbs about the end of a business: python -m webapp company …"""

from __future__ import annotations

from collections.abc import Callable

import click

from webapp import identity
from webapp.identity import Closing
from webapp.kernel.dates import IST, read_day, written
from webapp.kernel.errors import InvalidInput
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_directory
from webapp.winding_up import service


def company_verbs(connect: Callable[[], object]) -> click.Group:
    """The group of verbs; `connect` sets the process up."""

    @click.group("company")
    def group() -> None:
        """The end of a business: docs/leaving.md."""
        connect()

    for verb in (list_companies, close_company, take_back_company, keep_company, delete_company):
        group.add_command(verb)
    return group


@click.command("list")
def list_companies() -> None:
    """Every business that is to be closed, or is, and how it stands."""
    with open_directory(writes=False) as directory:
        found = identity.all_closings(directory)
    for one in found:
        click.echo(f"{one.company_id}  {one.name or '-'}  {_standing(one)}")
    if not found:
        click.echo("No business is to be closed.")


@click.command("close")
@click.argument("company_id", type=int)
def close_company(company_id: int) -> None:
    """Have a business closed in thirty days; or close it, where they are over."""
    if (until := service.close(_actor(company_id))) is not None:
        click.echo(f"Closed. Its books are kept through {written(until)}.")
        return
    closes_at = service.ask_closing(_actor(company_id))
    click.echo(f"It is closed in the night after {closes_at.astimezone(IST):%d-%b-%Y %H:%M}. Until then: company take-back {company_id}")


@click.command("take-back")
@click.argument("company_id", type=int)
def take_back_company(company_id: int) -> None:
    """A business is not closed after all, while the thirty days last."""
    service.take_back(_actor(company_id))
    click.echo("It stays open.")


@click.command("keep")
@click.argument("company_id", type=int)
@click.argument("day")
def keep_company(company_id: int, day: str) -> None:
    """Keep the books of a closed business for longer, through DAY (2035-03-31): an appeal or an investigation runs."""
    if (until := read_day(day)) is None:
        raise InvalidInput({"day": "Write the day like 2035-03-31."})
    service.keep_until(_actor(company_id), until)
    click.echo(f"Its books are kept through {written(until)}.")


@click.command("delete")
@click.argument("company_id", type=int)
def delete_company(company_id: int) -> None:
    """Delete the books of a closed business whose time of keeping is over; safe to repeat."""
    click.echo(f"{service.delete_books(_actor(company_id))} rows and all files are deleted. Backups from before today still hold them.")


def _standing(one: Closing) -> str:
    if one.deleted_at is not None:
        return f"deleted on {one.deleted_at.astimezone(IST):%d-%b-%Y}"
    if one.kept_until is not None:
        return f"closed, kept through {written(one.kept_until)}"
    return f"to be closed on {one.closes_at.astimezone(IST):%d-%b-%Y %H:%M}" if one.closes_at else "being closed"


def _actor(company_id: int) -> Actor:
    return Actor(company_id=company_id, role=Role.OWNER, name="console", via="console")
