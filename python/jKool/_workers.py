"""The end of worker processes that a package such as ``multiprocessing`` has started.

They end by ``os._exit``: neither ``atexit`` nor ``logging`` hears of it. What does run is the package's own finalizers, so
one of those waits for what is pending, as ``logging`` does at the end of other processes.

None of these packages is imported for that. Whoever has not imported one has no process of it.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

PACKAGES = ("multiprocessing", "multiprocess", "billiard")
# Finalizers with the lowest number run last: what the others log is waited for as well.
LAST = -(1 << 30)

_actions: list[Callable[[], object]] = []
_hooked: set[str] = set()
_finalizers: dict[str, Any] = {}


def at_end(action: Callable[[], object]) -> None:
    """Has the action run at the end of every worker that this process becomes the parent of, or is."""
    _actions.append(action)
    if hasattr(os, "register_at_fork"):
        # The package may be imported after the last handler was made.
        os.register_at_fork(after_in_child=_hook_all)


def watch() -> None:
    """Looks for packages that have been imported meanwhile. Raises nothing."""
    _hook_all()
    for package in _hooked:
        processes: Any = sys.modules.get(f"{package}.process")
        try:
            # This number is that of nobody in a process that the package has not started.
            if processes.current_process()._parent_pid is not None:
                _arm(sys.modules[f"{package}.util"])
        except Exception:  # one that has changed: then its workers end as before
            continue


def _hook_all() -> None:
    for package in PACKAGES:
        util: Any = sys.modules.get(f"{package}.util")
        if util is None or package in _hooked:
            continue
        try:
            # A worker begins by forgetting all finalizers, and then runs these.
            util.register_after_fork(util, _arm)
        except Exception:  # it is being imported, or it is another package of that name
            continue
        _hooked.add(package)


def _arm(util: Any) -> None:
    armed = _finalizers.get(util.__name__)
    if armed is None or not armed.still_active():
        _finalizers[util.__name__] = util.Finalize(None, _end, exitpriority=LAST)


def _end() -> None:
    for action in _actions:
        action()
