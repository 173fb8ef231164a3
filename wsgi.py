"""The door for a WSGI server: `granian --interface wsgi wsgi:app`."""

from __future__ import annotations

from webapp.app import create_app
from webapp.platform.settings import Settings

app = create_app(Settings.from_environment())
