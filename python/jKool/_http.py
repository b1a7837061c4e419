"""The handler that sends over HTTPS."""

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jKool._handler import StreamHandler
from jKool._settings import DEFAULT_URL, resolved

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from jKool._keywords import Settings


class HttpHandler(StreamHandler):
    """Sends what is logged to jKool, or to a collector, over HTTP or HTTPS.

    Constructing it waits for nothing; ``connect`` does, if you want to know. A record that was handed to it is on
    disk and survives the process, unless ``spool="memory"``.

    ``accessToken`` is the token, ``env://NAME`` or ``file:///path``; without one ``TNT4_TOKEN`` or ``TNT4_TOKEN_FILE``.
    Where ``urlStr`` is left at its default, ``TNT4_URL`` counts. All other settings are keywords, and most are
    ``TNT4_…`` variables as well; see the documentation.
    """

    def __init__(
        self,
        accessToken: str | None = None,  # noqa: N803
        urlStr: str = DEFAULT_URL,  # noqa: N803
        level: int | str = logging.INFO,
        **settings: "Unpack[Settings]",
    ) -> None:
        self._given = (accessToken, urlStr, settings)
        worked_out = resolved(urlStr, accessToken, settings)
        super().__init__(level, worked_out, _origin(worked_out["url"]))

    def _recipe(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        token, url, settings = self._given
        return (token, url), dict(settings)


def _origin(url: str) -> str:
    """The address without what may be secret in it: user, password, query."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "***"
    return f"{parts.scheme}://{host}{port}"
