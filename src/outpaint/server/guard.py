"""Who may speak to the server, and how much: everything that is decided before a request is read.

A page from elsewhere in the same browser can send requests here, and by changing what its own name resolves to (DNS
rebinding) even read the answers. So the Host has to be a name that only this server has, and an Origin, where the
browser sends one, has to be that same Host. Beyond the own machine only a token counts.
"""

import asyncio
import hmac
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outpaint.server.limits import Limits

COOKIE = "outpaint_token"
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
ANYWHERE = frozenset({"0.0.0.0", "::", ""})
_UPLOADS = re.compile(r"/api/v1/(canvas/(import|mask)|extend)")
_CSP = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


@dataclass(frozen=True)
class Door:
    """host: the address that is listened on.   token: what everybody has to show, None for nothing."""

    host: str = "127.0.0.1"
    token: str | None = None

    def knows(self, name: str) -> bool:
        """Whether this server can be meant by a Host header's name; an IP address cannot be rebound."""
        return name in LOCAL or name == self.host.lower() or (self.host in ANYWHERE and _is_address(name))


class Refused(Exception):
    """The body went on beyond its limit, or did not go on at all."""


class Guard:
    """Middleware around the whole application."""

    def __init__(self, app: ASGIApp, door: Door, limits: Limits) -> None:
        self._app = app
        self._door = door
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = _headers(scope["headers"])
        extra = list(_HEADERS)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *extra]
            await send(message)

        refused = self._refusal(scope, headers)
        if refused is not None:
            await _refuse(answer, *refused)
            return
        if self._shown_in_query(scope):
            extra.append((b"set-cookie", f"{COOKIE}={self._door.token}; HttpOnly; SameSite=Strict; Path=/".encode()))
        limit = self._limits.upload if _UPLOADS.fullmatch(scope["path"]) else self._limits.body
        await self._measured(scope, receive, answer, limit, headers.get("content-length", "0"))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        """Status and what to do about it; None lets the request in."""
        host = headers.get("host", "")
        if not self._door.knows(_name(host)):
            return 403, f"this server is not called {host[:100]!r}; open it by the address it printed"
        origin = headers.get("origin")
        if origin is not None and _netloc(origin) != host.lower():
            return 403, "pages from elsewhere may not use this server; open its own address"
        inside = scope["path"].startswith("/api/")
        if inside and headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return 403, "pages from elsewhere may not use this server; open its own address"
        if self._door.token is not None and not self._shown(scope, headers):
            return 401, "a token is needed; open the address with ?token=... that the server printed"
        return None

    def _shown(self, scope: Scope, headers: dict[str, str]) -> bool:
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._is_token(bearer.strip()):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        return (cookie is not None and self._is_token(cookie.value)) or self._shown_in_query(scope)

    def _shown_in_query(self, scope: Scope) -> bool:
        query = scope.get("query_string", b"")
        if self._door.token is None or b"token=" not in query:
            return False
        given = parse_qs(query.decode("latin-1"), max_num_fields=None).get("token", [])
        return any(map(self._is_token, given))

    def _is_token(self, given: str) -> bool:
        token = self._door.token or ""
        return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())

    async def _measured(self, scope: Scope, receive: Receive, send: Send, limit: int, announced: str) -> None:
        """The application, with a body that ends in 413 when it becomes longer than it may, in 408 when it stops."""
        text = f"the request is larger than {limit} bytes; send a smaller file"
        if announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
            await _refuse(send, 413, text)
            return
        seen, begun, complete = 0, False, False
        refusal: tuple[int, str] | None = None

        async def counted() -> Message:
            nonlocal seen, complete, refusal
            if complete:  # what is waited for now is that the client hangs up
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self._limits.patience)
            except TimeoutError:
                refusal = 408, f"nothing came for {self._limits.patience:g} seconds; send it again, in one go"
                raise Refused from None
            seen += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if seen > limit:
                refusal = 413, text
                raise Refused
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            if refusal is None or begun:
                begun = True
                await send(message)

        with suppress(Refused):
            await self._app(scope, counted, watched)
        if refusal is not None and not begun:
            await _refuse(send, *refusal)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """By name; of a header that comes twice, both, which then is nothing that is allowed."""
    found: dict[str, str] = {}
    for key, value in raw:
        name, text = key.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _name(host: str) -> str:
    """A Host header without its port and brackets, in lower case; empty if it cannot be read."""
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^\[\]:/@\s]+))(?::\d{1,5})?", host)
    return (found[1] or found[2]).lower() if found else ""


def _netloc(origin: str) -> str:
    """Host and port of an Origin; empty for `null` and whatever is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(send: Send, status: int, text: str) -> None:
    body = json.dumps({"error": text}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
