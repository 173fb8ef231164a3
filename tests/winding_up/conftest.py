"""A machine of its own with two shops in it, as backups have it."""

from tests.backups.conftest import machine, this_machine

__all__ = ["machine", "this_machine"]
