"""What the worker processes of ``multiprocessing`` log last is delivered, although such a process ends by ``os._exit``."""

import time

import pytest

from recorder import HttpRecorder

START = """
import logging, os, sys
from jKool.streaming import HttpHandler
logger = logging.getLogger("shop")
logger.setLevel(logging.DEBUG)
def handle(url=sys.argv[1]):
    # In memory: what is not delivered by a process's own end is lost.
    logger.addHandler(HttpHandler("a-token", url, spool="memory"))
def work(number):
    logger.info("number %d", number)
    return number
"""

METHODS = ("fork", "forkserver", "spawn")


@pytest.fixture
def slow():
    """A server that takes its time, so that nothing is delivered by chance before a process ends."""
    server = HttpRecorder(delay=0.3)
    yield server
    server.close()


def assert_each_came(server, *numbers):
    assert sorted(server.messages(len(numbers))) == sorted(f"number {number}" for number in numbers)


PROCESS = (
    START
    + """
def first(number):
    if not logger.handlers:
        handle(os.environ["SHOP_URL"])
    work(number)
if __name__ == "__main__":
    os.environ["SHOP_URL"] = sys.argv[1]
    handle()
    # After the handler was made: nobody has to import it before.
    import multiprocessing
    assert "multiprocessing.util" not in sys.modules
    process = multiprocessing.get_context(sys.argv[2]).Process(target=first, args=(7,))
    process.start()
    process.join()
    assert process.exitcode == 0, process.exitcode
    work(8)
"""
)


@pytest.mark.parametrize("method", METHODS)
def test_a_process_delivers_what_it_logs_last(run, slow, method):
    done = run(PROCESS, slow.url, method)
    assert (done.returncode, done.stderr) == (0, "")
    assert_each_came(slow, 7, 8)


PICKLED = (
    START
    + """
import multiprocessing
def pickled(handler):
    logger.handlers[:] = [handler]
    work(7)
if __name__ == "__main__":
    handle()
    process = multiprocessing.get_context(sys.argv[2]).Process(target=pickled, args=(logger.handlers[0],))
    process.start()
    process.join()
    assert process.exitcode == 0, process.exitcode
"""
)


@pytest.mark.parametrize("method", METHODS)
def test_a_handler_that_a_process_was_given_delivers(run, slow, method):
    done = run(PICKLED, slow.url, method)
    assert (done.returncode, done.stderr) == (0, "")
    assert_each_came(slow, 7)


NESTED = (
    START
    + """
import multiprocessing
fork = multiprocessing.get_context("fork")
def outer():
    inner = fork.Process(target=work, args=(1,))
    inner.start()
    inner.join()
    work(2)
if __name__ == "__main__":
    handle()
    work(0)
    process = fork.Process(target=outer)
    process.start()
    process.join()
    assert process.exitcode == 0, process.exitcode
"""
)


def test_a_process_of_a_process_delivers_too(run, slow):
    done = run(NESTED, slow.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert_each_came(slow, 0, 1, 2)


POOLS = (
    START
    + """
import multiprocessing, concurrent.futures
context = multiprocessing.get_context(sys.argv[2])
if __name__ == "__main__":
    # The end of the one is waited for by join, that of the other by its context manager.
    pool = context.Pool(2, initializer=handle, initargs=(sys.argv[1],))
    assert pool.map(work, range(4)) == [0, 1, 2, 3]
    pool.close()
    pool.join()
    with concurrent.futures.ProcessPoolExecutor(
        2, mp_context=context, initializer=handle, initargs=(sys.argv[1],)
    ) as pool:
        assert list(pool.map(work, range(4, 8))) == [4, 5, 6, 7]
"""
)


@pytest.mark.parametrize("method", METHODS)
def test_the_workers_of_pools_deliver(run, slow, method):
    done = run(POOLS, slow.url, method)
    assert (done.returncode, done.stderr) == (0, "")
    assert_each_came(slow, *range(8))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_process_ends_in_time_where_nobody_listens(run, nobody, method):
    begun = time.monotonic()
    done = run(PROCESS, nobody, method, TNT4_DIAGNOSTICS="off")
    assert (done.returncode, done.stderr) == (0, "")
    # Two seconds for each of the two processes, and their beginnings.
    assert time.monotonic() - begun < 8
