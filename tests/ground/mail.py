"""A mail server that others wrote (aiosmtpd), on a port of this machine."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class PostOffice(Controller):
    """It has its port from the first moment on, so that nobody else can take it before it is started. `close` when it never was."""

    def __init__(self, handler: Any, **more: Any) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.met: list[SMTP] = []
        super().__init__(handler, hostname="127.0.0.1", port=self.door.getsockname()[1], ready_timeout=300, **more)

    def factory(self) -> SMTP:
        self.met.append(super().factory())
        return self.met[-1]

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.door)

    def stop(self, no_assert: bool = False) -> None:
        """Hang up on who is still there, then stop: a line that the loop left open would be somebody else's warning."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for one in self.met:
            if one.transport is not None:
                one.transport.abort()
        for _turn in range(3):
            await asyncio.sleep(0)

    def close(self) -> None:
        """Shut the port."""
        self.door.close()
