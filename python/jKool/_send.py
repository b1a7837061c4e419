"""``python -m jKool.streaming``: the options of the original, done by the command ``tnt4 send``."""

import argparse
import os
import signal
from collections.abc import Sequence

from jKool._tnt4 import run

NAME = "tnt4py"


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
    words = ["tnt4", "send", "--operation", NAME]
    if given.https is not None:
        words += ["--https", given.https]
        if given.url:
            words += ["--url", given.url]
        return run([*words, "--", given.msg])
    broker, user, password = given.mqtt
    return run([*words, *_mqtt(broker, user, password, given.topic), "--", given.msg])


def _mqtt(broker: str, user: str, password: str, topic: str) -> list[str]:
    # The command line of a process can be read by others; this one goes no further than this process.
    os.environ["TNT4_MQTT_PASSWORD"] = password
    return ["--mqtt", broker, "--mqtt-user", user, "--topic", topic]
