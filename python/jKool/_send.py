"""``python -m jKool.streaming``: the options of the original, done by the command ``tnt4 send``."""

import argparse
import logging
import signal
import sys
from collections.abc import Sequence

from jKool._tnt4 import run

NAME = "tnt4py"
# How long a broker has to acknowledge the message, in seconds.
PATIENCE = 25
EXITS = {"unauthorized": 3, "unreachable": 4, "unanswered": 4, "tls": 5}


def main(arguments: Sequence[str]) -> int:
    """Sends one message and returns the command's exit code."""
    parser = argparse.ArgumentParser(prog="streaming.py", description="Stream a message to jKool.")
    parser.add_argument("msg", help="the message")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--https", metavar="TOKEN", help="stream over https, with this access token")
    way.add_argument(
        "--mqtt",
        nargs=3,
        metavar=("BROKER", "USER", "PASSWORD"),
        help="stream over mqtt to this broker",
    )
    parser.add_argument("-t", "--topic", default=NAME, help="the topic of a message over mqtt (default: %(default)s)")
    parser.add_argument("--url", help="where to stream over https (default: https://data.jkoolcloud.com)")
    given = parser.parse_args(arguments)
    # As in `_command`.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if given.mqtt is not None:
        return _over_mqtt(given.msg, given.topic, *given.mqtt)
    words = ["tnt4", "send", "--operation", NAME, "--https", given.https]
    if given.url:
        words += ["--url", given.url]
    return run([*words, "--", given.msg])


def _over_mqtt(message: str, topic: str, broker: str, user: str, password: str) -> int:
    """Sends one message to a broker; the exit codes are those of ``tnt4 send``."""
    from jKool._mqtt import MqttHandler

    try:
        handler = MqttHandler(broker, topic=topic, username=user, password=password, diagnostics="off")
    except ValueError as error:
        return _failed(str(error), 2)
    logger = logging.getLogger(NAME)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.info("%s", message)
    arrived = handler.flush(PATIENCE)
    stats = handler.stats()
    handler.close()
    if arrived:
        return 0
    return _failed(f"not acknowledged: {stats['problem'] or 'no answer'}", EXITS.get(stats["problem_kind"], 1))


def _failed(words: str, code: int) -> int:
    print(f"tnt4py: {words}", file=sys.stderr)
    return code
