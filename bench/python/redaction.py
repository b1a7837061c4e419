"""What it costs an event that its texts are searched for secrets: the fixtures of the package's tests, one after the other."""

import logging
import sys
import tempfile
import time
from pathlib import Path

from rounds import spread, table

TESTS = Path(__file__).parent.parent.parent / "python" / "tests" / "support"
#: What a text may cost at the most, in microseconds.
GOAL = 20


def redaction(receiver, rounds, count=100):
    sys.path.append(str(TESTS))
    from fixtures import fixtures
    from jKool.streaming import HttpHandler

    loggers = []
    with tempfile.TemporaryDirectory(prefix="tnt4-bench-") as state:
        for way in ("keys", "patterns"):
            logger = logging.getLogger(f"redact-{way}")
            logger.setLevel(logging.INFO)
            logger.propagate = False
            logger.addHandler(HttpHandler("a-token", receiver.url, redact=way, state_dir=state))
            loggers.append(logger)
        extra = []
        for fixture in fixtures():
            costs = ([], [])
            for _ in range(rounds):
                for logger, cost in zip(loggers, costs):
                    cost.append(timed(logger, fixture.text, count))
            # Of so little, the least is what it costs, and all above that is the machine's.
            extra.append((min(costs[1]) - min(costs[0]), fixture.kind, fixture.text))
        for logger in loggers:
            logger.handlers[0].close()
    microseconds, kind, text = max(extra)
    rows = [["all", spread([cost for cost, _, _ in extra])], [f"the dearest, {kind} in {len(text)} bytes", f"{microseconds:.2f}"]]
    table(f"redaction: microseconds more an event, {len(extra)} texts; {GOAL} are allowed", ["text", "µs"], rows)


def timed(logger, text, count):
    begun = time.thread_time()
    for _ in range(count):
        logger.info("%s", text)
    return (time.thread_time() - begun) / count * 1e6
