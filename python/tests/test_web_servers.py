"""In the workers of web servers everything that is logged, before and after they are forked, arrives once."""

import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from recorder import free_port

WSGI = """
import logging, os
from jKool.streaming import HttpHandler
logger = logging.getLogger("web")
logger.setLevel(logging.INFO)
logger.propagate = False
logger.addHandler(HttpHandler("a-token", os.environ["SHOP_URL"]))
logger.info("loaded")

def application(environ, start_response):
    logger.info("request %s", environ["PATH_INFO"])
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
"""

ASGI = WSGI.partition("def application")[0] + """
async def application(scope, receive, send):
    if scope["type"] == "http":
        logger.info("request %s", scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
"""

# A worker that is told to end before it listens to signals does not hear of it, and gunicorn kills it after half a minute.
READY = """
def post_worker_init(worker):
    open(f"ready-{worker.pid}", "w").close()
"""

REQUESTS = 20
WORKERS = 4


def serve(tmp_path, environment, recorder, script, arguments, port, ready=0):
    (tmp_path / "application.py").write_text(script)
    program, *arguments = arguments
    # Of uWSGI there is only a program.
    program = [sys.executable, "-m", program] if program != "uwsgi" else [str(Path(sys.executable).with_name(program))]
    process = subprocess.Popen(
        [*program, *arguments],
        cwd=tmp_path,
        env={**environment, "SHOP_URL": recorder.url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for number in range(REQUESTS):
            ask(f"http://127.0.0.1:{port}/{number}", process)
        until = time.monotonic() + 60
        while len(list(tmp_path.glob("ready-*"))) < ready:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
    assert "Traceback" not in told, told


def ask(url, process):
    until = time.monotonic() + 60
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            return opener.open(url, timeout=30).close()
        except OSError:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)  # until it listens


def assert_each_came_once(recorder, run, loaded):
    # What a worker was ended in the middle of goes with the next start.
    recovered = "import logging; logger = logging.getLogger('web')\n" + (
        "from jKool.streaming import HttpHandler\nimport sys, time\n"
        "handler = HttpHandler('a-token', sys.argv[1]); handler.start(); time.sleep(1)\n"
    )
    assert run(recovered, recorder.url).returncode == 0
    records = recorder.wait(REQUESTS + loaded)
    messages = [record["msg-text"] for record in {record["tnt4-id"]: record for record in records}.values()]
    assert sorted(messages) == sorted([*["loaded"] * loaded, *(f"request /{number}" for number in range(REQUESTS))])


@pytest.mark.parametrize("kind", ["sync", "gthread", "gevent", "uvicorn.workers.UvicornWorker"])
def test_gunicorn_with_a_preloaded_application(tmp_path, environment, recorder, run, kind):
    pytest.importorskip("gunicorn")
    pytest.importorskip(kind.rpartition(".")[0] or {"gevent": "gevent"}.get(kind, "gunicorn"))
    port = free_port()
    (tmp_path / "gunicorn.conf.py").write_text(READY)
    options = ["--preload", "--workers", str(WORKERS), "--worker-class", kind]
    options += ["--threads", "2" if kind == "gthread" else "1"]
    arguments = ["gunicorn", *options, "--bind", f"127.0.0.1:{port}", "application:application"]
    script = ASGI if "uvicorn" in kind else WSGI
    serve(tmp_path, environment, recorder, script, arguments, port, ready=WORKERS)
    assert_each_came_once(recorder, run, loaded=1)


@pytest.mark.parametrize("options", [[], ["--enable-threads"], ["--lazy-apps", "--gevent", "10"]], ids=" ".join)
def test_uwsgi(tmp_path, environment, recorder, run, options):
    if not Path(sys.executable).with_name("uwsgi").exists():
        pytest.skip("uWSGI is not installed")
    if "--gevent" in options:
        pytest.importorskip("gevent")
    port = free_port()
    arguments = [
        "uwsgi", "--master", "--processes", "2", "--need-app", "--die-on-term", *options,
        "--http-socket", f"127.0.0.1:{port}", "--wsgi-file", "application.py",
    ]  # fmt: skip
    loaded = 2 if "--lazy-apps" in options else 1
    serve(tmp_path, environment, recorder, WSGI, arguments, port)
    assert_each_came_once(recorder, run, loaded)


@pytest.mark.parametrize("workers", [1, 2])
def test_uvicorn(tmp_path, environment, recorder, run, workers):
    pytest.importorskip("uvicorn")
    port = free_port()
    options = ["--workers", str(workers), "--host", "127.0.0.1", "--port", str(port)]
    serve(tmp_path, environment, recorder, ASGI, ["uvicorn", *options, "application:application"], port)
    assert_each_came_once(recorder, run, loaded=workers)
