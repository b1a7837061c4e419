"""Streams logs, metrics and business events to jKool, and to a jKool on this machine.

The package brings the command ``tnt4`` (``tnt4 --help``, or ``python -m jKool --help``).

Importing it starts no thread, opens no file or socket, and prints nothing.
"""

from jKool._tnt4 import __version__

__all__ = ["__version__"]
