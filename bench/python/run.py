"""Measures the Python package beside the original and other shippers of logs, on loopback.

    python3 bench/python/run.py [--parts call,end,redaction,faults] [--rounds 5] [--handlers tnt4,original,…]

builds the package and the server, puts both and the peers of requirements.txt into an environment below the target
folder, and prints tables. See ../README.md for what they say. With ``--here`` nothing is built: what is measured is what
the interpreter that runs this has installed, and ``--receiver`` names the server.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def target():
    return Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")


def prepare():
    """The interpreter of an environment with the package in it, as users get it, and with what it is measured beside."""
    environment = target() / "python-bench"
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", HERE / "requirements.txt"], check=True)
    release = {**os.environ, "CARGO_TARGET_DIR": str(target())}
    subprocess.run([*pip, "--force-reinstall", "--no-deps", ROOT / "python"], check=True, env=release)
    build = ["cargo", "build", "--release", "--package", "tnt4-bench", "--bin", "receive"]
    subprocess.run(build, check=True, cwd=ROOT, env=release)
    return python


def main():
    described = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    described.add_argument("--parts", default="call,end,redaction,faults")
    described.add_argument("--rounds", type=int, default=5)
    described.add_argument("--calls", type=int, default=10_000, help="calls of one case in one round of call and end")
    described.add_argument("--handlers", help="which; by default all for call and end, and ours for the faults")
    described.add_argument("--faults", help="which; all by default")
    described.add_argument("--here", action="store_true", help="build nothing")
    described.add_argument("--receiver", type=Path, default=target() / "release" / "receive")
    chosen = described.parse_args()
    if not chosen.here:
        python = prepare()
        os.execv(python, [python, __file__, "--here", *sys.argv[1:]])

    import calls
    import faults
    import redaction
    from handlers import HANDLERS
    from receiver import Receiver

    names = chosen.handlers.split(",") if chosen.handlers else list(HANDLERS)
    parts = chosen.parts.split(",")
    with Receiver(chosen.receiver) as receiver:
        if "call" in parts:
            calls.calls(names, receiver, chosen.rounds, chosen.calls)
        if "end" in parts:
            calls.deliveries(names, receiver, chosen.rounds, chosen.calls)
        if "redaction" in parts:
            redaction.redaction(receiver, chosen.rounds)
        if "faults" in parts:
            names = names if chosen.handlers else ["tnt4", "tnt4-event"]
            only = chosen.faults.split(",") if chosen.faults else list(faults.FAULTS)
            faults.faults(names, receiver, chosen.rounds, only)


if __name__ == "__main__":
    main()
