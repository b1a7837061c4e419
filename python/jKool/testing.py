"""A jKool within the process, for tests of what an application streams.

With pytest the fixture ``jkool`` is one for each test::

    def test_an_order_is_reported(jkool):
        handler = HttpHandler("any-token", jkool.url)
        ...
        assert handler.flush()
        assert jkool.query("get events where severity >= ERROR")["rows"] == []
"""

import json
import tempfile
from collections.abc import Sequence
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from jKool import _tnt4

PATH = "/jkool-service/jkql"


class Collector:
    """A collector that serves on a free port of this machine, and keeps what it receives until it is closed."""

    def __init__(self, tokens: Sequence[str] = ()) -> None:
        if isinstance(tokens, str):
            raise TypeError("tokens is a list of them, and not one")
        self._folder = tempfile.TemporaryDirectory(prefix="jkool-")
        try:
            self._native = _tnt4.Collector(f"{self._folder.name}/collector.db", list(tokens))
        except BaseException:
            self._folder.cleanup()
            raise
        self._token = tokens[0] if tokens else "test"
        self.url = self._native.url

    def query(self, jkql: str, date: str | None = None) -> dict[str, Any]:
        """Asks in jKQL; the answer's ``rows`` are dictionaries. Raises ``ValueError`` where it cannot be answered."""
        form = {"jk_query": jkql, "jk_token": self._token, "jk_maxrows": "100000"}
        if date is not None:
            form["jk_date"] = date
        request = Request(self.url + PATH, data=urlencode(form).encode(), method="POST")
        # No proxy stands between a test and its own process.
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=30) as response:
                answer: dict[str, Any] = json.load(response)
            return answer
        except HTTPError as error:
            with error:
                said = error.read()
        try:
            why = json.loads(said)["jk_error"]
        except (ValueError, KeyError, TypeError):
            why = said.decode(errors="replace")
        raise ValueError(f"{jkql!r} cannot be answered: {why}")

    def close(self) -> None:
        """Stops it and forgets what it has received."""
        self._native.stop()
        self._folder.cleanup()

    def __enter__(self) -> "Collector":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
