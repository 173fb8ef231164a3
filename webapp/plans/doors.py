"""What other parts of the program are given. It loads the rest of the room when it is called, so that to name it costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Command, Context, Group

    from webapp.platform.tenancy import Actor


def connect() -> None:
    """Have the rooms below ask what a plan has room for. For a process that was told of PLANS_FILE."""
    from webapp.plans import enforcing

    enforcing.connect()


def watch(actor: Actor) -> int:
    """Write down what a business's plan has become by itself, and tell of what is near; how many people were told."""
    from webapp.plans import watching

    return watching.watch(actor)


def check_at_start(path: str) -> None:
    """Read the file of plans. BadSetting with all that is wrong in it."""
    from webapp.plans import offered

    offered.read(path)


def plan_verbs(connect: Callable[[], object]) -> Group:
    """The console's verbs about the plan of a business; `connect` sets the process up."""

    def begin() -> None:
        from webapp.plans import verbs

        verbs.require_hosted()
        connect()

    def load() -> list[Command]:
        from webapp.plans import verbs

        return verbs.verbs_of_businesses()

    return _late("plan", "The plan of a business, where many are hosted: docs/plans.md.", load, begin)


def plans_verbs(connect: Callable[[], object]) -> Group:
    """The console's verbs about the file of plans; `connect` sets the process up."""

    def load() -> list[Command]:
        from webapp.plans import verbs

        return verbs.verbs_of_the_file(connect)

    return _late("plans", "The file of plans of who hosts: docs/plans.md.", load, None)


def _late(name: str, words: str, load: Callable[[], list[Command]], begin: Callable[[], None] | None) -> Group:
    import click

    class Late(click.Group):
        """A group whose verbs are loaded when one is asked for."""

        def list_commands(self, ctx: Context) -> list[str]:
            return [one.name or "" for one in load()]

        def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
            return next((one for one in load() if one.name == cmd_name), None)

    return Late(name, help=words, callback=begin)
