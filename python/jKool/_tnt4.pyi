from collections.abc import Sequence

__version__: str
"""The version of the package, and of the command ``tnt4``."""

def run(args: Sequence[str]) -> int:
    """Runs the command ``tnt4`` and returns its exit code: 0 where all went well.

    ``args`` begins with the program's name. The command reads and writes the standard streams of the process itself,
    past ``sys.stdin``, ``sys.stdout`` and ``sys.stderr``. Other Python threads run on meanwhile.
    """
