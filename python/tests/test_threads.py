"""Threads may log, configure and close at once, with the GIL or without one, and the books are right.

``TNT4_THREAD_RECORDS`` is how many records each of the sixteen threads logs.
"""

import os
import sys

import pytest

RECORDS = os.environ.get("TNT4_THREAD_RECORDS", "200")

START = """
import logging, os, sys, threading, warnings
import jKool
from jKool.metrics import Snapshot
from jKool.streaming import HttpHandler, logEvent
COUNT, THREADS = int(sys.argv[2]), 16

def together(*works):
    barrier = threading.Barrier(len(works))
    failures = []
    def run(work):
        barrier.wait()
        try:
            work()
        except BaseException as error:
            failures.append(error)
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert not failures, failures

def handler_of(**settings):
    # Nothing is dropped for want of room.
    return HttpHandler("a-token", sys.argv[1], level=1, queue_bytes="1 GiB", spool_bytes="4 GiB", **settings)

def balanced(stats):
    inherited = stats["inherited"]["adopted"]
    assert stats["enqueued"] + inherited == stats["acknowledged"] + sum(stats["dropped"].values()) + stats["pending"], stats
"""

BOOKS = (
    START
    + """
logger = logging.getLogger("shop")
logger.setLevel(1)
logger.propagate = False
handler = handler_of()
logger.addHandler(handler)
reading = True

def log():
    for number in range(COUNT):
        logger.info("number %d", number, extra={"item": number, "more": {"a": 1}})

def read():
    while reading:
        balanced(handler.stats())
        repr(handler), handler.flush(0.001)

def logs():
    global reading
    together(*[log] * THREADS)
    reading = False

together(logs, read)
stats = handler.stats()
assert stats["enqueued"] == COUNT * THREADS and stats["dropped"] == {}, stats
assert handler.flush(int(sys.argv[3])), handler.stats()
stats = handler.stats()
assert stats["acknowledged"] == COUNT * THREADS and stats["pending"] == 0, stats
"""
)

CHANGES = (
    START
    + """
logger = logging.getLogger("shop")
logger.setLevel(1)
logger.propagate = False
first = handler_of()
logger.addHandler(first)
shared = {f"key-{number}": number for number in range(50)}
snapshot = Snapshot("shared")
logging_still = THREADS
guard = threading.Lock()

def log():
    global logging_still
    try:
        for number in range(COUNT):
            logger.info("number %d", number, extra={"shared": shared})
            if number % 10 == 0:
                logEvent(logger, "event", properties=shared, snapshots=snapshot, corr_id=["a", "b"])
            if number % 50 == 0:
                with jKool.activity("work", logger=logger):
                    jKool.metrics.gauge("depth", number)
    finally:
        with guard:
            logging_still -= 1

def while_they_log(work):
    def again():
        while logging_still:
            work()
    return again

def level():
    logger.setLevel(logging.DEBUG)
    first.setLevel(5)
    first.setFormatter(logging.Formatter("%(message)s"))
    first.setFormatter(None)

def handlers():
    # Another handler of the same stream, and one of its own.
    for settings in ({}, {"location": "here"}):
        handler = handler_of(**settings)
        logger.addHandler(handler)
        logger.info("to all of them")
        logger.removeHandler(handler)
        handler.close()

def closes():
    first.stop(0)
    first.start()
    balanced(first.stats())

def changes():
    for number in range(100):
        shared[f"more-{number}"] = number
        snapshot.addProperty(f"more-{number}", number)
    for number in range(100):
        shared.pop(f"more-{number}")
    snapshot.properties = None

together(*[log] * THREADS, *map(while_they_log, (level, handlers, closes, changes)))
assert first.flush(int(sys.argv[3])), first.stats()
logger.removeHandler(first)
first.close()
"""
)

OPTIONS = ("-W", "error", "-X", "faulthandler")


def assert_it_went_well(done):
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    # A module that counts on the GIL has it switched on, and Python says so; with -W error it would not be imported.
    assert "GIL" not in done.stderr and "Traceback" not in done.stderr and "panic" not in done.stderr, done.stderr


def test_the_gil_stays_off(run):
    if not hasattr(sys, "_is_gil_enabled") or sys._is_gil_enabled():
        pytest.skip("this interpreter has a GIL")
    script = "import sys, jKool.streaming, jKool.metrics, jKool.testing\nassert not sys._is_gil_enabled()"
    done = run(script, options=("-W", "error"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("program", [BOOKS, CHANGES], ids=["the_books_are_right", "everything_changes"])
def test_sixteen_threads_log_and(run, collector, program):
    _, url = collector
    minutes = 1 + int(RECORDS) // 5_000
    done = run(program, url, RECORDS, str(60 * minutes), options=OPTIONS, timeout=120 * minutes)
    assert_it_went_well(done)
