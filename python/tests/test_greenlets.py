"""Where greenlets take turns in one thread, waiting for a server lets the others run."""

import pytest

from recorder import HttpRecorder

SCRIPT = """
import sys
_, url, library, moment = sys.argv
def patch():
    if library == "gevent":
        from gevent import monkey
        monkey.patch_all()
    else:
        import eventlet
        eventlet.monkey_patch()
if moment == "before":
    patch()
import logging
from jKool.streaming import HttpHandler
if moment == "after":
    patch()
import threading, time

logger = logging.getLogger("shop")
logger.setLevel(logging.INFO)
handler = HttpHandler("a-token", url)
logger.addHandler(handler)
beats = 0
beating = True

def beat():
    global beats
    while beating:
        beats += 1
        time.sleep(0.005)

def log(first):
    for number in range(first, first + 5):
        logger.info("number %d", number)
        time.sleep(0)

def meanwhile(what, *arguments):
    global beats
    beats = 0
    answer = what(*arguments)
    assert beats > 3, (what, beats)
    return answer

# All of these are greenlets.
pulse = threading.Thread(target=beat)
pulse.start()
loggers = [threading.Thread(target=log, args=(first,)) for first in range(0, 20, 5)]
for thread in loggers: thread.start()
for thread in loggers: thread.join()
assert meanwhile(handler.flush, 30) is True
meanwhile(handler.connect)
logger.info("number 20")
meanwhile(handler.stop)
beating = False
pulse.join()
# The rest is for the end of the process, where the main greenlet waits.
logger.info("number 21")
"""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_others_run_while_one_waits(run, library, moment):
    pytest.importorskip(library)
    server = HttpRecorder(delay=0.05)
    try:
        done = run(SCRIPT, server.url, library, moment)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        messages = server.messages(22)
        assert sorted(messages) == sorted(f"number {number}" for number in range(22))
    finally:
        server.close()
