"""The console script ``tnt4``. All that it does is done in Rust, by ``jKool._tnt4.run``."""

import signal
import sys

from jKool._tnt4 import run


def main() -> int:
    """Runs the command with the arguments of this process and returns its exit code."""
    # Python's handler only leaves a note for an interpreter that is not running meanwhile: Ctrl-C would wait until
    # the command has ended. With the default, a command that has no handler of its own ends at once, and one that
    # has (`tnt4 serve`) sets it over this.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run(["tnt4", *sys.argv[1:]])
