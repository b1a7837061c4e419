"""Children of forks log whatever their parent was doing, and what is frozen goes on where it was."""

import os
import signal
import subprocess
import sys

from programs import START, quiet
from recorder import HttpRecorder

FORKS = (
    START
    + """
# Another thread logs all the while: some forks come in the middle of that.
stop = threading.Event()
def busy():
    while not stop.is_set():
        logger.debug("busy")
        time.sleep(0.001)  # more than a slow server takes would fill the spool
threads = [threading.Thread(target=busy) for _ in range(2)]
handler.setLevel(logging.DEBUG)
for thread in threads: thread.start()
slowest = 0
try:
    for number in range(int(sys.argv[2])):
        begun = time.monotonic()
        child = os.fork()
        if child == 0:
            logger.info("child %d", number)
            ok = True
            if number % 10 == 0:
                ok = handler.flush(20)
            os._exit(0 if ok else 9)
        _, status = os.waitpid(child, 0)
        assert status == 0, status
finally:
    stop.set()
    for thread in threads: thread.join()
"""
)


# How many children are forked while threads of their parent log.
CHILDREN = int(os.environ.get("TNT4_FORKS", "100"))


def test_children_log_while_others_hold_whatever_they_hold(run, recorder):
    # Each child leaves a folder, and all folders have one bound.
    room = {"TNT4_SPOOL_BYTES": "64 GiB"}
    done = run(FORKS, recorder.url, str(CHILDREN), timeout=120 + CHILDREN / 5, **room)
    assert done.returncode == 0, done.stderr
    messages = recorder.messages(1)
    flushed = {f"child {number}" for number in range(0, CHILDREN, 10)}
    assert flushed <= set(messages)


def test_children_without_a_flush_leave_their_records_to_the_parent(run, recorder):
    script = (
        START
        + """
logger.info("before")
assert handler.flush()
for number in range(4):
    if os.fork() == 0:
        logger.info("child %d", number)
        os._exit(0)
while True:
    try: os.wait()
    except ChildProcessError: break
"""
    )
    assert run(script, recorder.url).returncode == 0
    # A second start finds what the children had no time for, at the latest when it ends.
    assert run(START + "logger.info('after'); assert handler.flush(10)", recorder.url).returncode == 0
    messages = [record["msg-text"] for record in recorder.distinct(6)]
    assert sorted(messages) == ["after", "before", *[f"child {number}" for number in range(4)]]


def test_a_preloaded_parents_records_are_sent_once(run, recorder):
    script = (
        START
        + """
logger.info("parent")
if os.fork() == 0:
    logger.info("child")
    handler.flush(10)
    logging.shutdown()
    os._exit(0)
os.wait()
"""
    )
    assert run(script, recorder.url).returncode == 0
    assert sorted(recorder.messages(2)) == ["child", "parent"]


FIRST = (
    START
    + """
# What is made once a process is made by its first records, while children are forked.
sys.setswitchinterval(1e-5)
class Odd:
    def __str__(self): return "odd"
def log():
    extra = {"list": [1], "dict": {1: 2}, "bytes": b"x", "odd": Odd()}
    logger.info("first", extra=extra, exc_info=ValueError("odd"))
begin = threading.Barrier(4)
def first():
    begin.wait()
    log()
threads = [threading.Thread(target=first) for _ in range(3)]
for thread in threads: thread.start()
begin.wait()
children = []
for _ in range(6):
    child = os.fork()
    if child == 0:
        log()
        os._exit(0)
    children.append(child)
for thread in threads: thread.join()
until = time.monotonic() + 20
while children and time.monotonic() < until:
    children = [child for child in children if os.waitpid(child, os.WNOHANG) == (0, 0)]
    time.sleep(0.001)
for child in children: os.kill(child, signal.SIGKILL)
assert not children, "children wait for threads that they do not have"
"""
)


def test_children_are_forked_in_the_middle_of_the_first_records(run, recorder):
    for _ in range(max(5, CHILDREN // 20)):
        done = run(FIRST, recorder.url)
        assert done.returncode == 0, done.stderr


DAEMON = (
    START
    + """
logger.info("before")
lives, end = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(3, end)
        os.closerange(end + 1, 1024)
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3): os.dup2(null, number)
        logger.info("from a daemon")
        if handler.flush(20):
            logger.info("its last words")
        os._exit(0)
    os._exit(0)
os.wait()
os.close(end)
assert os.read(lives, 1) == b""
"""
)


def test_a_daemon_that_closes_all_files_logs_too(run, recorder):
    done = run(DAEMON, recorder.url)
    assert done.returncode == 0 and quiet(done), done.stderr
    # What it had no time for goes with the next start, at the latest when that ends.
    assert run(START + "handler.start()", recorder.url).returncode == 0
    messages = [record["msg-text"] for record in recorder.distinct(3)]
    assert sorted(messages) == ["before", "from a daemon", "its last words"]


FROZEN = (
    START
    + """
for number in range(4):
    logger.info("invocation %d", number)
    assert handler.flush(10) is True, handler.stats()
    os.kill(os.getpid(), signal.SIGSTOP)
"""
)


def test_a_process_that_is_frozen_between_invocations_finds_its_connection_gone(environment, recorder, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(FROZEN)
    process = subprocess.Popen(
        [sys.executable, str(script), recorder.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    for number in range(4):
        assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1]), process.stderr.read()
        # It has said that this has arrived, and so it has.
        assert [record["msg-text"] for record in recorder.records] == [f"invocation {each}" for each in range(number + 1)]
        recorder.hang_up()
        process.send_signal(signal.SIGCONT)
    out, told = process.communicate(timeout=30)
    # An idle connection that has gone is nothing to tell of.
    assert (process.returncode, out, told) == (0, "", "")
    assert len(recorder.records) == 4


def test_a_flush_that_was_not_answered_is_not_true(run):
    server = HttpRecorder(delay=0.5)
    try:
        script = START + "logger.info('one')\nassert handler.flush(0.2) is False\nassert handler.flush(10) is True"
        done = run(script, server.url)
        assert done.returncode == 0, done.stderr
    finally:
        server.close()


COUNTER = (
    START
    + """
from jKool.metrics import counter
orders = counter("orders", logger=logger)
orders()
# As another thread may have it at the moment of a fork.
orders._lock.acquire()
if os.fork() == 0:
    assert orders() == 2
    os._exit(0)
assert os.wait()[1] == 0
"""
)


def test_a_counter_counts_in_children(run, recorder):
    done = run(COUNTER, recorder.url)
    assert done.returncode == 0, done.stderr
