"""Handlers for ``logging`` that stream to jKool, and ``logEvent``, which says more than a log call.

Run as a program it sends one message: ``python -m jKool.streaming "msg" --https TOKEN``.
"""

import json
import logging
import sys
from typing import Any

from jKool._handler import AuthorizationError
from jKool._http import HttpHandler
from jKool._mqtt import MqttHandler
from jKool._tnt4 import Property, Snapshot, logEvent, record_to_json

__all__ = ["AuthorizationError", "HttpHandler", "MqttHandler", "SnapshotEncoder", "logEvent", "logRecordToJsonString"]


class SnapshotEncoder(json.JSONEncoder):
    """Makes snapshots and properties serialisable: ``json.dumps(snapshot, cls=SnapshotEncoder)``."""

    def default(self, o: Any) -> Any:
        if isinstance(o, (Property, Snapshot)):
            return o.getDict()
        return super().default(o)


def logRecordToJsonString(record: logging.LogRecord) -> str:  # noqa: N802
    """The JSON that a handler would send of this record, but for the key that makes it stored once."""
    return record_to_json(record)


if __name__ == "__main__":
    from jKool._send import main

    sys.exit(main(sys.argv[1:]))
