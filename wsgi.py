"""The door for a WSGI server: `granian --interface wsgi wsgi:app`."""

from __future__ import annotations

from webapp.app import create_app
from webapp.platform.settings import Settings

settings = Settings.from_environment()
settings.require_strong_keys()
app = create_app(settings)
