"""Nothing that was accepted is lost, whatever fails: it arrives, if need be by the next start.

The numbers are small; ``bench/python`` has the same with large ones. The program and the test talk in lines, so that each
fault comes when it is to come.
"""

import subprocess
import sys
import threading

import pytest
from recorder import HttpRecorder

PROGRAM = """
import logging, os, signal, sys
from jKool.streaming import HttpHandler
logger = logging.getLogger("shop")
logger.setLevel(logging.INFO)
handler = HttpHandler("a-token", sys.argv[1])
logger.addHandler(handler)
def log(first, last):
    for number in range(first, last):
        logger.info("number %d", number)
def ask(word):
    print(word, flush=True)
    sys.stdin.readline()
"""
FORK = """
log(0, 1)
child = os.fork()
if child == 0:
    log(100, 150)
    handler.close()
    os._exit(0)
log(1, 51)
_, status = os.waitpid(child, 0)
assert status == 0
"""
#: What happens, how many events there are, and how the program ends.
FAULTS = {
    "absent": ("log(0, 51)", 51, 0),
    "outage": ("log(0, 20); ask('down'); log(20, 40); ask('up'); log(40, 60); assert handler.flush(30)", 60, 0),
    "exit": ("log(0, 200)", 200, 0),
    "os._exit": ("log(0, 200); os._exit(0)", 200, 0),
    "kill": ("log(0, 200); os.kill(os.getpid(), signal.SIGKILL)", 200, -9),
    "fork": (FORK, 101, 0),
    "refused": ("log(0, 10); ask('refuse'); log(10, 20); ask('accept'); log(20, 30)", 30, 0),
}
AGAIN = "handler.start(); ask('started')"


class Server:
    """A recorder that can go and come back."""

    def __init__(self):
        self.recorder = HttpRecorder()
        self.url = self.recorder.url
        self.earlier = []

    def do(self, word):
        if word == "down":
            self.recorder.close()
            self.earlier += self.recorder.records
        elif word == "up":
            self.recorder = HttpRecorder(port=int(self.url.rpartition(":")[2]))
        elif word == "started":
            pass
        else:
            self.recorder.refusing = word == "refuse"

    def close(self):
        self.recorder.close()

    def numbers(self):
        return {record["msg-text"] for record in [*self.earlier, *self.recorder.records]}

    def wait(self, count, seconds):
        """Whether so many different events have come, within this time."""
        with self.recorder.changed:
            return self.recorder.changed.wait_for(lambda: len(self.numbers()) >= count, seconds)


@pytest.fixture
def server():
    made = Server()
    yield made
    made.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost(server, environment, tmp_path, fault):
    body, count, code = FAULTS[fault]
    if fault == "absent":
        server.do("down")
    with start(body, server, environment, tmp_path) as program:
        guard = threading.Timer(60, program.kill)
        guard.start()
        for line in program.stdout:
            server.do(line.strip())
            print(file=program.stdin, flush=True)
        guard.cancel()
    assert program.returncode == code
    if fault == "absent":
        server.do("up")
    if not server.wait(count, 0.3):
        with start(AGAIN, server, environment, tmp_path) as again:
            again.stdout.readline()
            assert server.wait(count, 30), f"{len(server.numbers())} of {count} have come"
            again.communicate("\n", timeout=30)
    assert len(server.numbers()) == count


def start(body, server, environment, folder):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM + body, server.url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder,
    )  # fmt: skip
