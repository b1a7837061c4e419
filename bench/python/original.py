"""What the original tnt4py does at a log call, written again for comparison: it is not in the package index.

One object a call, made by ``json.dumps`` and sent by ``http.client`` over one connection; the call waits for the answer,
and does not look at it. The constructor sends the token. A connection that has failed stays failed. The fields are
those that a recording server was sent by the original, and so are blanks and headers.
"""

import http.client
import json
import logging
import time
import urllib.parse
import uuid


class OriginalHandler(logging.Handler):
    def __init__(self, token, url, level=logging.INFO):
        super().__init__(level)
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=10)
        self._post(f"<access-request><token>{token}</token></access-request>", "text/plain")

    def emit(self, record):
        fields = {
            "operation": record.name,
            "type": "EVENT",
            "msg-text": record.getMessage(),
            "severity": record.levelname,
        }
        fields.update(getattr(record, "decorations", {}))
        self._post(json.dumps(fields, default=vars), "application/json")

    def _post(self, body, kind):
        self.connection.request("POST", "/", body=body.encode(), headers={"Content-Type": kind})
        self.connection.getresponse().read()

    def close(self):
        self.connection.close()
        super().close()


class Property:
    def __init__(self, name, value, kind):
        self.name, self.value, self.type = name, value, kind


class Snapshot:
    def __init__(self, name, category):
        self.name, self.category = name, category
        self.type = "SNAPSHOT"
        self.properties = []

    def addProperty(self, name, value, kind):  # noqa: N802
        self.properties.append(Property(name, value, kind))


def logEvent(logger, message, source, snapshots, **fields):  # noqa: N802
    decorations = {"source-fqn": source, "tracking-id": str(uuid.uuid4()), "time-usec": int(time.time() * 1e6)}
    decorations.update((name.replace("_", "-"), value) for name, value in fields.items())
    decorations["snapshots"] = snapshots
    logger.info(message, extra={"decorations": decorations})
