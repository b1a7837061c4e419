"""``python -m jKool.streaming``: the options of the original, done by the command ``tnt4 send``."""

import argparse
import signal
from collections.abc import Sequence

from jKool._tnt4 import run

NAME = "tnt4py"


def main(arguments: Sequence[str]) -> int:
    """Sends one message and returns the command's exit code."""
    parser = argparse.ArgumentParser(
        prog="streaming.py",
        description="Stream a message to jKool.",
        epilog="It ends with 0 only when the message was acknowledged; `tnt4 send --help` has the other exit codes, "
        "and more options.",
    )
    parser.add_argument("msg", help="the message")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--https", metavar="TOKEN", help="stream over https, with this access token")
    way.add_argument(
        "--mqtt",
        nargs=3,
        metavar=("BROKER", "USER", "PASSWORD"),
        help="stream over mqtt to this broker; USER and PASSWORD may be empty",
    )
    parser.add_argument("-t", "--topic", default=NAME, help="the topic of a message over mqtt (default: %(default)s)")
    parser.add_argument("--url", help="where to stream over https (default: https://data.jkoolcloud.com)")
    given = parser.parse_args(arguments)
    if given.mqtt is not None:
        if given.url is not None:
            parser.error("--url goes with --https; the broker's address is the first word behind --mqtt")
        words = ["--mqtt", *given.mqtt, f"--topic={given.topic}"]
    else:
        words = [f"--https={given.https}"]
        if given.url:
            words.append(f"--url={given.url}")
    # As in `_command`.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run(["tnt4", "send", "--operation", NAME, *words, "--", given.msg])
