"""Streams logs, metrics and business events to jKool, and to a jKool on this machine.

* ``jKool.streaming``: handlers for ``logging``, and ``logEvent``
* ``jKool.metrics``: snapshots and properties, gauges, counters and timers
* ``jKool.activity``: what takes time and contains events
* ``jKool.testing``: a collector within the process, for tests

The package brings the command ``tnt4`` (``tnt4 --help``, or ``python -m jKool --help``).

Importing it starts no thread, opens no file or socket, and prints nothing.
"""

from typing import TYPE_CHECKING, Any

from jKool._tnt4 import __version__

if TYPE_CHECKING:
    from jKool import metrics as metrics
    from jKool import streaming as streaming
    from jKool import testing as testing
    from jKool._activity import activity

__all__ = ["__version__", "activity"]


def __getattr__(name: str) -> Any:
    # Not before it is used: it brings `logging`.
    if name == "activity":
        from jKool._activity import activity

        return activity
    if name in ("metrics", "streaming", "testing"):
        from importlib import import_module

        return import_module(f"jKool.{name}")
    raise AttributeError(f"module 'jKool' has no attribute {name!r}")
