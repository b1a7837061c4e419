"""The tasks of celery log as everything does: in its forked workers, in one that forks none, and in greenlets."""

import json
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("celery")

TASKS = """
import logging, os
from celery import Celery, signals
from jKool.streaming import HttpHandler

logger = logging.getLogger("tasks")
logger.setLevel(logging.INFO)
logger.propagate = False
# In memory: what is not delivered when a process ends is lost.
logger.addHandler(HttpHandler("a-token", os.environ["SHOP_URL"], spool="memory"))
logger.info("loaded")

app = Celery("tasks", broker="filesystem://", backend="file://" + os.environ["SHOP_FOLDER"])
app.conf.broker_transport_options = {
    "data_folder_in": os.environ["SHOP_FOLDER"],
    "data_folder_out": os.environ["SHOP_FOLDER"],
    "processed_folder": os.environ["SHOP_FOLDER"],
    "polling_interval": 0.02,
}
app.conf.worker_hijack_root_logger = False

@app.task
def work(number):
    logger.info("number %d", number)
    return number

@signals.worker_ready.connect
def ready(**_):
    open(os.environ["SHOP_FOLDER"] + "/ready", "w").close()

@signals.worker_process_shutdown.connect
def ends(**_):
    # The last that a forked worker has to say.
    logger.info("ends")
"""

SEND = """
import tasks
sent = [tasks.work.delay(number) for number in range(20)]
print([one.get(timeout=30, interval=0.02) for one in sent])
"""
POOLS = {"prefork": ["--concurrency", "2"], "solo": [], "threads": ["--concurrency", "4"], "gevent": ["--concurrency", "4"]}


@pytest.mark.parametrize("pool", POOLS)
def test_every_task_is_heard_once(tmp_path, environment, recorder, pool):
    if pool == "gevent":
        pytest.importorskip("gevent")
    folder = tmp_path / "broker"
    folder.mkdir()
    (tmp_path / "tasks.py").write_text(TASKS)
    surroundings = {**environment, "SHOP_URL": recorder.url, "SHOP_FOLDER": str(folder)}
    options = ["--pool", pool, *POOLS[pool], "--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tasks", "worker", "--loglevel", "WARNING", *options],
        cwd=tmp_path, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not (folder / "ready").exists():
            assert worker.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        sent = subprocess.run(
            [sys.executable, "-c", SEND], cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=60
        )
        assert json.loads(sent.stdout) == list(range(20)), sent.stderr
    finally:
        worker.send_signal(signal.SIGTERM)
        _, told = worker.communicate(timeout=60)
    assert "Traceback" not in told and worker.returncode == 0, told
    # By the worker and by the process that has sent the tasks.
    expected = ["loaded"] * 2 + [f"number {number}" for number in range(20)]
    if pool == "prefork":
        expected += ["ends"] * 2
    assert sorted(recorder.messages(len(expected))) == sorted(expected)
