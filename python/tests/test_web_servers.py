"""In the workers of web servers everything that is logged, before and after they are forked, arrives once."""

import signal
import subprocess
import sys
import time
import urllib.request

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

REQUESTS = 20


def serve(tmp_path, environment, recorder, script, arguments, port):
    (tmp_path / "application.py").write_text(script)
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=tmp_path,
        env={**environment, "SHOP_URL": recorder.url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for number in range(REQUESTS):
            ask(f"http://127.0.0.1:{port}/{number}", process)
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


@pytest.mark.parametrize("kind", ["sync", "gthread"])
def test_gunicorn_with_a_preloaded_application(tmp_path, environment, recorder, run, kind):
    pytest.importorskip("gunicorn")
    port = free_port()
    options = ["--preload", "--workers", "4", "--worker-class", kind, "--threads", "2" if kind == "gthread" else "1"]
    arguments = ["gunicorn", *options, "--bind", f"127.0.0.1:{port}", "application:application"]
    serve(tmp_path, environment, recorder, WSGI, arguments, port)
    assert_each_came_once(recorder, run, loaded=1)


def test_uvicorn(tmp_path, environment, recorder, run):
    pytest.importorskip("uvicorn")
    port = free_port()
    arguments = ["uvicorn", "--host", "127.0.0.1", "--port", str(port), "application:application"]
    serve(tmp_path, environment, recorder, ASGI, arguments, port)
    assert_each_came_once(recorder, run, loaded=1)
