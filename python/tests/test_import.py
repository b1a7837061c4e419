"""Importing the package has no effect that anybody can see."""

import subprocess
import sys

# In an interpreter of its own, as this one has imported half the world; every warning is an error there.
PROBE = """
import os, sys, threading

def state():
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0
    files = sorted(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else []
    return threads, threading.active_count(), files

before = state()
import jKool
after = state()
assert before == after, (before, after)
for module in ("logging", "socket", "ssl", "asyncio"):
    assert module not in sys.modules, module
"""


def test_it_starts_nothing_and_prints_nothing():
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", PROBE], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


HANDLERS = PROBE.replace("import jKool", "import jKool.streaming, jKool.metrics, jKool.testing").partition("for module")[0]


def test_its_handlers_start_nothing_either(tmp_path):
    surroundings = {"PATH": "/no/such/folder", "HOME": "/no/such/folder", "PYTHONASYNCIODEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", HANDLERS],
        capture_output=True, text=True, timeout=60, env=surroundings, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_its_modules_need_no_import_of_their_own():
    script = "import jKool; print(jKool.metrics.Snapshot('s').name, jKool.streaming.HttpHandler, jKool.testing.Collector)"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.startswith("s "), done.stderr
    script = "import jKool; jKool.metric"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stderr.rstrip().splitlines()[-1].startswith("AttributeError: module 'jKool' has no attribute 'metric'")


POOR = """
import logging, sys
from jKool.streaming import HttpHandler
handler = HttpHandler("a-token", sys.argv[1])
logger = logging.getLogger("shop")
logger.addHandler(handler)
logger.error("poor")
assert handler.flush(10)
"""


def test_it_works_where_nothing_can_be_written(recorder):
    # Nobody can make a folder there, not even root.
    surroundings = {"PATH": "/no/such/folder", "PYTHONASYNCIODEBUG": "1", "XDG_STATE_HOME": "/proc/no-such-folder"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", POOR, recorder.url],
        capture_output=True, text=True, timeout=60, env=surroundings, cwd="/",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    # One line says that there is no disk.
    assert len(done.stderr.splitlines()) == 1 and "memory" in done.stderr, done.stderr
    assert recorder.messages(1) == ["poor"]


def test_a_second_interpreter_is_refused_with_a_reason():
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    script = f"""
import jKool
import {name} as interpreters
made = interpreters.create()
outcome = None
try:
    outcome = interpreters.run_string(made, "import jKool")
except Exception as error:
    outcome = error
assert "interpreter" in str(outcome).lower(), outcome
"""
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_it_is_the_installed_wheel():
    # A test of the sources beside it would say nothing of what users get.
    import jKool

    assert "site-packages" in jKool.__file__


def test_the_types_are_there_for_type_checkers():
    from importlib.resources import files

    assert files("jKool").joinpath("py.typed").is_file()
    assert "def run" in files("jKool").joinpath("_tnt4.pyi").read_text()


def test_the_metadata_agree():
    from importlib.metadata import metadata, requires

    import jKool

    assert metadata("tnt4py")["Version"] == jKool.__version__
    assert metadata("tnt4py")["License-Expression"] == "Apache-2.0"
    assert metadata("tnt4py").get_all("License-File") == ["LICENSE"]
    assert requires("tnt4py") is None
