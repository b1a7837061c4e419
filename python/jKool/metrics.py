"""User defined metrics: snapshots of named values, and gauges, counters and timers that become snapshots."""

import functools
import os
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from jKool._tnt4 import Property, Snapshot, process_properties

__all__ = ["Property", "Snapshot", "counter", "gauge", "process", "timer"]

Function = TypeVar("Function", bound=Callable[..., Any])

CATEGORY = "Metric"


def gauge(
    name: str,
    value: float,
    unit: str | None = None,
    *,
    category: str = CATEGORY,
    logger: Any = None,
    **properties: Any,
) -> None:
    """Sends what a value is now, as a snapshot; inside an activity it belongs to that."""
    _send(name, value, unit or "gauge", category, logger, properties)


class counter:
    """A number that only grows: ``orders = counter("orders")``, then ``orders()`` or ``orders(3)``.

    Each call sends the sum as a snapshot, and returns it.
    """

    def __init__(
        self, name: str, unit: str | None = None, *, category: str = CATEGORY, logger: Any = None, **properties: Any
    ) -> None:
        self.name = name
        self.value: float = 0
        self._sent = (unit or "count", category, logger, properties)
        self._lock = threading.Lock()
        self._process = os.getpid()

    def __call__(self, increment: float = 1) -> float:
        if self._process != os.getpid():
            # Another thread may have had the lock when this process was forked off.
            self._lock, self._process = threading.Lock(), os.getpid()
        with self._lock:
            self.value += increment
            value = self.value
        _send(self.name, value, *self._sent)
        return value


class timer:
    """How long something takes: ``with timer("checkout"):``, or as a decorator. Sends microseconds as a snapshot."""

    def __init__(self, name: str, *, category: str = CATEGORY, logger: Any = None, **properties: Any) -> None:
        self.name = name
        self._sent = ("age.usec", category, logger, properties)

    def __enter__(self) -> "timer":
        self._begun = time.perf_counter_ns()
        return self

    def __exit__(self, *error: object) -> None:
        _send(self.name, (time.perf_counter_ns() - self._begun) // 1000, *self._sent)

    def __call__(self, function: Function) -> Function:
        @functools.wraps(function)
        def timed(*arguments: Any, **keywords: Any) -> Any:
            begun = time.perf_counter_ns()
            try:
                return function(*arguments, **keywords)
            finally:
                _send(self.name, (time.perf_counter_ns() - begun) // 1000, *self._sent)

        return timed  # type: ignore[return-value]


def process(*, logger: Any = None) -> Snapshot:
    """Sends what this process uses (CPU, memory, threads, descriptors, collections of garbage), and returns it.

    Handlers do that by themselves, every so often or with errors, where they are told to: ``process_snapshots="60,errors"``.
    """
    from jKool._handler import reach

    snapshot = Snapshot("Process", category="Process")
    for name, value, hint in process_properties():
        snapshot.addProperty(name, value, hint)
    for handler in reach(logger):
        handler.send_snapshot(snapshot)
    return snapshot


def _send(name: str, value: Any, unit: str, category: str, logger: Any, properties: dict[str, Any]) -> None:
    from jKool._handler import reach

    snapshot = Snapshot(name, category=category)
    snapshot.addProperty("value", value, unit)
    for key, more in properties.items():
        snapshot.addProperty(key, more)
    for handler in reach(logger):
        handler.send_snapshot(snapshot)
