"""What every answer says to the browser beside its content: what may run, who may frame it, who may keep it."""

from __future__ import annotations

from flask import Response, current_app, request

from webapp.platform.settings import Settings

# No inline script or style stands on any page, so the policy needs no nonce, and a page that a device kept stays valid.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
# Pages with a camera decode what it sees; the worker's own policy holds for what it compiles.
_WITH_A_CAMERA = ("/counter", "/stock/counts/", "/sw.js")
_ON_EVERY_ANSWER = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # same-origin, not no-referrer: Flask-WTF asks for a Referer over TLS.
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    # A till's printer, scale and scanner may hang on any of the four; nothing here asks for the browser's own wallet.
    ("Permissions-Policy", "camera=(self), usb=(self), serial=(self), bluetooth=(self), payment=()"),
    # Private by default: neither the HTTP cache nor the back button keeps a page of the books.
    ("Cache-Control", "no-store"),
    # Without one the server tells its name.
    ("Server", "munim"),
)
# Of an answer that the application never saw (webapp.platform.arriving): it says nothing and is nothing to draw.
PLAIN_HEADERS = (("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"), *_ON_EVERY_ANSWER)
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def add_headers(response: Response) -> Response:
    """Complete the headers of one answer. A view that said one of them itself meant it: files of strangers have a stricter policy."""
    headers = response.headers
    wasm = " 'wasm-unsafe-eval'" if request.path.startswith(_WITH_A_CAMERA) else ""
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY.format(wasm=wasm))
    for name, value in _ON_EVERY_ANSWER:
        headers.setdefault(name, value)
    settings: Settings = current_app.extensions["munim.settings"]
    if settings.is_https:
        headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    return response
