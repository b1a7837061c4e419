"""What one log call costs its caller, and how many events a second arrive. Run as a program it is one case of that.

A machine drifts by a factor of two within seconds. So calls of a logger with a ``NullHandler`` are between those that are
measured, fifteen after each block of 200, and each block is compared with those beside it: *A* is the median of the
blocks' ratios.
"""

import gc
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path
from statistics import median
from time import monotonic_ns, perf_counter_ns

from handlers import HANDLERS, MESSAGE
from rounds import spread, table

BLOCK = 200
#: The first ones only warm up what they run through.
REFERENCE, WARM = 20, 5
HERE = Path(__file__).parent


def calls(names, receiver, rounds, count):
    """What the call costs its caller."""
    found = in_turns(names, rounds, lambda name: child("call", name, receiver, count))
    rows = []
    for name, results in found.items():
        values = {key: [result[key] for result in results] for key in results[0]}
        rows.append([name, spread(values["ratio"]), spread(values["p50"], "{:.1f}"), spread(values["p99"], "{:.0f}"),
                     spread(values["null"], "{:.1f}")])  # fmt: skip
    title = f"call: {count:,} calls in a row, {rounds} rounds, median [lowest .. highest]"
    table(title, ["handler", "A, of NullHandler", "p50 µs", "p99 µs", "NullHandler µs"], rows)


def deliveries(names, receiver, rounds, count):
    """Events a second, from the first call until the server has the last one."""

    def run(name):
        receiver.tell("forget")
        result = child("end", name, receiver, count)
        counted = receiver.wait(count, 3)
        seconds = (counted.last - result["begun"]) / 1e9
        return {**result, "rate": counted.unique / seconds, "lost": count - counted.unique,
                "repeated": counted.events - counted.unique}  # fmt: skip

    names = [name for name in names if HANDLERS[name].ships]
    found = in_turns(names, rounds, run)
    rows = []
    for name, results in found.items():
        values = {key: [result[key] for result in results] for key in results[0]}
        original = "original-event" if name.endswith("-event") else "original"
        times = [one["rate"] / other["rate"] for one, other in zip(results, found.get(original, []))]
        rows.append([name, spread(values["rate"], "{:,.0f}"), spread(times, "{:.1f}"), spread(values["called"], "{:,.0f}"),
                     spread(values["cpu"], "{:.0f}"), spread(values["lost"], "{:,.0f}"), max(values["repeated"])])  # fmt: skip
    title = f"end: {count:,} events, {rounds} rounds, median [lowest .. highest]"
    columns = ["handler", "events/s", "of the original's", "calls/s", "processor µs/event", "lost", "repeated"]
    table(title, columns, rows)


def in_turns(names, rounds, run):
    """What ``run`` gives for each name, in each round. A handler that cannot be measured here is left out, and said."""
    found = {}
    for number in range(rounds):
        for name in names:
            if number and name not in found:
                continue
            try:
                found.setdefault(name, []).append(run(name))
            except subprocess.CalledProcessError as error:
                found.pop(name, None)
                print(f"{name} is left out: {error.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    return found


def child(part, name, receiver, count):
    """One case in a process of its own, with a state folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tnt4-bench-") as state:
        arguments = [sys.executable, __file__, part, name, receiver.url, str(count)]
        environment = {**os.environ, "TNT4_STATE_DIR": state, "PYTHONPATH": str(HERE)}
        done = subprocess.run(arguments, capture_output=True, text=True, env=environment, check=True, timeout=600)
    return json.loads(done.stdout.splitlines()[-1])


def measured_calls(case, count):
    """The times of the calls, and of a ``NullHandler``'s beside them, in nanoseconds."""
    reference = null_logger()
    log, clock, message = case.log, perf_counter_ns, MESSAGE
    for number in range(BLOCK):
        reference(message, number)
        log(number)
    times, beside = array("q", bytes(8 * count)), array("q", bytes(8 * REFERENCE))
    ratios, nulls = [], []
    gc.collect()
    for first in range(0, count, BLOCK):
        for number in range(first, min(count, first + BLOCK)):
            begun = clock()
            log(number)
            times[number] = clock() - begun
        for number in range(REFERENCE):
            begun = clock()
            reference(message, number)
            beside[number] = clock() - begun
        nulls.append(median(beside[WARM:]))
        ratios.append(median(times[first : first + BLOCK]) / nulls[-1])
    ordered = sorted(times)
    return {
        "ratio": median(ratios),
        "null": median(nulls) / 1e3,
        "p50": ordered[count // 2] / 1e3,
        "p99": ordered[count * 99 // 100] / 1e3,
    }


def null_logger():
    logger = logging.getLogger("null")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    return logger.info


def plain_calls(case, count):
    """When they began, and how many a second there were."""
    log = case.log
    gc.collect()
    begun = monotonic_ns()
    for number in range(count):
        log(number)
    return {"begun": begun, "called": count / (monotonic_ns() - begun) * 1e9}


def main(part, name, url, count):
    case = HANDLERS[name].make(url, int(url.rpartition(":")[2]))
    before = resource.getrusage(resource.RUSAGE_SELF)
    result = (measured_calls if part == "call" else plain_calls)(case, int(count))
    case.close()
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({**result, "cpu": used / int(count) * 1e6}), flush=True)
    # What handlers do at exit is measured by the faults.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
