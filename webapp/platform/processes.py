"""How our processes hang together: a child never outlives its parent."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from contextlib import suppress

# Worker and scheduler say every 15 s or sooner that they live; three silences are an absence.
LIFE_SIGN_SECONDS = 15
SEEN_SECONDS = 3 * LIFE_SIGN_SECONDS
SCHEDULER_SEEN_KEY = "munim:seen:scheduler"

PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Looked up before any fork: between fork and exec only plain calls are safe.
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int | None = None, *, by: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send us `by` when the process that started us ends, however it ends.

    `parent` is the pid we expect: if it has gone before we could ask, we go too.
    """
    _libc.prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def give_back_memory() -> None:
    """Return what start-up has freed to the machine: glibc keeps it otherwise. Another C library keeps what it likes."""
    with suppress(AttributeError):
        _libc.malloc_trim(0)


def in_own_group(parent: int) -> Callable[[], None]:
    """For `Popen(preexec_fn=…)`: a session of its own, so that a terminal's Ctrl-C reaches the supervisor alone, which then
    stops its children in order; and an end with the parent."""

    def prepare() -> None:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        die_with_parent(parent)

    return prepare
