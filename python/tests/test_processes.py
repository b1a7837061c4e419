"""A program that logs ends when it wants to, and loses nothing."""

import json
import logging
import signal
import subprocess
import sys
import time

import pytest

from programs import START, quiet


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("", 0),
        ("sys.exit(3)", 3),
        ("raise SystemExit(4)", 4),
        ("1 / 0", 1),
        ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
    ],
)
def test_a_program_ends_in_time_and_the_next_one_delivers(run, nobody, recorder, end, code):
    begun = time.monotonic()
    done = run(START + "logger.info('kept')\n" + end, nobody)
    assert time.monotonic() - begun < 4  # two seconds of them for what is pending
    assert done.returncode == code and done.stdout == ""
    # The folder belongs to an address and a token: a server that is back has the same.
    port = int(nobody.rpartition(":")[2])
    again = run(REVIVED, str(port))
    assert again.stdout == "" and again.returncode == 0, again.stderr


REVIVED = """
import sys, json, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
came = threading.Event()
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if body.startswith("{") and json.loads(body)["msg-text"] == "kept":
            came.set()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass
ThreadingHTTPServer.daemon_threads = True
server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
from jKool.streaming import HttpHandler
handler = HttpHandler("a-token", f"http://127.0.0.1:{sys.argv[1]}")
handler.start()
assert came.wait(30), "what was kept has not come"
"""


# A signal that comes just before `signal.pause` would be waited for once more; and where the tests run in the background
# of a shell, Ctrl-C is ignored.
STAYS = "while True: time.sleep(0.05)\n"
HEARS = "signal.signal(signal.SIGINT, signal.default_int_handler)\n"


def test_a_second_ctrl_c_ends_it_at_once(environment, nobody, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(START + HEARS + "logger.info('kept')\nprint('ready', file=sys.stderr, flush=True)\n" + STAYS)
    process = subprocess.Popen(
        [sys.executable, str(script), nobody], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    heard = ""
    while "ready" not in heard:
        heard = process.stderr.readline()
        assert heard
    process.send_signal(signal.SIGINT)
    while "KeyboardInterrupt" not in heard:
        heard = process.stderr.readline()
        assert heard
    time.sleep(0.3)  # into the two seconds
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert time.monotonic() - begun < 1.2 and out == ""
    assert process.returncode == -signal.SIGINT


def test_a_short_script_delivers(run):
    from recorder import HttpRecorder

    server = HttpRecorder(delay=0.3)
    try:
        done = run(START + "logger.info('one')", server.url)
        assert done.returncode == 0 and quiet(done)
        assert server.messages(1) == ["one"]
    finally:
        server.close()


LATE = (
    START
    + """
class Last:
    def __del__(self):
        logger.info("from __del__")
last = Last()
atexit.register(lambda: logger.info("from atexit"))
import builtins
builtins.kept = Last()
handler.close()
logger.info("after close")
handler.close()
logging.shutdown()
logger.info("after shutdown")
assert handler.flush()
"""
)


def test_what_is_logged_at_the_very_end_hurts_nobody(run, recorder):
    done = run(LATE, recorder.url, options=("-W", "error", "-X", "dev"))
    assert done.returncode == 0 and done.stderr == "" and done.stdout == ""
    messages = recorder.messages(3)
    assert {"after close", "after shutdown", "from atexit"} <= set(messages)


def test_nothing_hangs_or_is_said_where_nobody_listens(run, nobody):
    done = run(LATE.replace("assert handler.flush()", ""), nobody, timeout=20)
    assert done.returncode == 0 and quiet(done)


POOL = (
    START
    + """
import multiprocessing, pickle, copy
def work(handler):
    log = logging.getLogger("worker")
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    log.info("from a worker")
    assert handler.flush(10)
if __name__ == "__main__":
    again = pickle.loads(pickle.dumps(handler))
    assert again.key == handler.key and "a-token" not in repr(again)
    assert copy.deepcopy(handler).level == handler.level
    for method in ("fork", "forkserver", "spawn"):
        process = multiprocessing.get_context(method).Process(target=work, args=(handler,))
        process.start()
        process.join()
        assert process.exitcode == 0, method
"""
)


def test_handlers_go_to_processes_of_every_kind(run, recorder):
    done = run(POOL, recorder.url)
    assert done.returncode == 0, done.stderr
    assert recorder.messages(3) == ["from a worker"] * 3


REENTRANT = (
    START
    + """
import gc, warnings
class Noisy:
    def __init__(self): self.me = self
    def __del__(self): logger.info("from __del__")
class Speaks:
    def __str__(self):
        logger.info("from __str__")
        os.kill(os.getpid(), signal.SIGUSR1)
        Noisy()
        gc.collect()
        warnings.warn("from a warning", ResourceWarning)
        return "spoken"
logging.captureWarnings(True)
warnings.simplefilter("always")
logging.getLogger("py.warnings").addHandler(handler)
signal.signal(signal.SIGUSR1, lambda *_: logger.info("from a signal"))
for _ in range(20):
    logger.info("%s", Speaks(), extra={"item": Speaks()})
assert handler.flush(10)
stats = handler.stats()
assert stats["dropped"] == {}, stats
"""
)


@pytest.mark.skipif(hasattr(logging.Logger, "_tls"), reason="this Python drops what is logged while something is logged")
def test_a_record_within_a_record_is_sent_too(run, recorder):
    done = run(REENTRANT, recorder.url)
    assert done.returncode == 0, done.stderr
    recorder.wait(120)
    messages = [record["msg-text"] for record in recorder.records]
    for words in ("from __del__", "from __str__", "from a signal", "spoken"):
        assert words in messages, words
    assert any("from a warning" in message for message in messages)


ROOT = """
import logging, sys
from jKool.streaming import HttpHandler
logging.getLogger().setLevel(logging.DEBUG)
handler = HttpHandler("a-token", sys.argv[1], level=logging.DEBUG)
logging.getLogger().addHandler(handler)
logging.info("one")
assert not handler.flush(1.5)
assert handler.stats()["enqueued"] == 1, handler.stats()
"""


def test_a_handler_of_the_root_does_not_hear_itself(run, nobody):
    done = run(ROOT, nobody)
    assert done.returncode == 0, done.stderr
    assert quiet(done)


def test_exactly_what_was_accepted_arrives(run, recorder):
    done = run(START + "for number in range(3000): logger.info('number %d', number)", recorder.url)
    assert done.returncode == 0, done.stderr
    run(START + "handler.start(); handler.flush(10); time.sleep(1.5)", recorder.url)
    records = recorder.distinct(3000)
    assert {record["msg-text"] for record in records} == {f"number {number}" for number in range(3000)}
    assert len({json.dumps(record["tnt4-id"]) for record in records}) == 3000
