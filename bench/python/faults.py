"""What is lost where something fails. Run as a program it is the one to whom it happens.

The two talk in lines: the victim says how far it is, and waits for a word where the server has to change first; so nothing
depends on how fast a machine is. Each round has a state folder of its own, and where something is missing at its end the
same program starts once more, with the server at work, as it would after a crash. Only what is missing then is lost.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from handlers import HANDLERS
from rounds import spread, table

HERE = Path(__file__).parent
#: The faults, the events of each, and what happens.
FAULTS = {
    "absent": (51, "no server at the start"),
    "outage": (1800, "5 s without a server, at 200 events/s"),
    "exit": (1000, "the end of the program, without a close"),
    "os_exit": (1000, "os._exit after the last call"),
    "kill": (1000, "SIGKILL after the last call"),
    "fork": (401, "1 before a fork, then 200 in the child and 200 in the parent"),
    "refused": (300, "100 of them while the server answers 401"),
}
#: After which a process that has not ended is taken for one that hangs.
PATIENCE = 60


def faults(names, receiver, rounds, only):
    """What is lost, of each handler in each fault."""
    rows = []
    for name in names:
        for fault in only:
            if fault == "refused" and not HANDLERS[name].hears:
                continue
            results = [one(fault, name, receiver) for _ in range(rounds)]
            values = {key: [result.get(key) for result in results] for key in set().union(*results)}
            whole = [value for value in values.get("raised", []) if value is not None]
            note = "; ".join(sorted({note for note in values["note"] if note}))
            if any(whole):
                note = f"raised into {max(whole)} calls; {note}".rstrip("; ")
            rows.append([name, fault, FAULTS[fault][0], spread(values["missing"], "{:.0f}"), spread(values["lost"], "{:.0f}"),
                         spread(values["repeated"], "{:.0f}"), spread(values.get("worst", []), "{:.1f}"), note])  # fmt: skip
    columns = ["handler", "fault", "events", "missing at its end", "lost", "repeated", "worst call ms", ""]
    table(f"faults: {rounds} rounds, median [lowest .. highest]", columns, rows)
    for fault in only:
        print(f"* {fault}: {FAULTS[fault][1]}")


def one(fault, name, receiver):
    """One round of one fault."""
    total = FAULTS[fault][0]
    receiver.tell("forget")
    with tempfile.TemporaryDirectory(prefix="tnt4-bench-") as state:
        if fault == "absent":
            receiver.tell("down")
        result = watched(start(fault, name, receiver, state), receiver)
        receiver.tell("accept")
        if fault == "absent":
            receiver.tell("up")
        counted = receiver.wait(total, 1)
        result["missing"] = result["lost"] = total - counted.unique
        if result["lost"]:
            again = start("again", name, receiver, state)
            again.stdout.readline()
            counted = receiver.wait(total, 3)
            again.communicate("done\n", timeout=PATIENCE)
            result["lost"] = total - counted.unique
        result["repeated"] = counted.events - counted.unique
        return result


def start(fault, name, receiver, state):
    environment = {**os.environ, "TNT4_STATE_DIR": state, "PYTHONPATH": str(HERE)}
    return subprocess.Popen(
        [sys.executable, __file__, fault, name, receiver.url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
    )  # fmt: skip


def watched(victim, receiver):
    """Does what the victim asks for, until it ends."""
    result = {"note": ""}
    hung = threading.Event()
    guard = threading.Timer(PATIENCE, lambda: (hung.set(), victim.kill()))
    guard.start()
    for line in victim.stdout:
        word, _, rest = line.strip().partition(" ")
        if word == "result":
            result.update(json.loads(rest))
            continue
        receiver.tell(rest)
        if word == "ask":
            print("done", file=victim.stdin, flush=True)
    victim.communicate()
    guard.cancel()
    if hung.is_set():
        result["note"] = f"it hung for {PATIENCE} s"
    return result


class Victim:
    def __init__(self, name, url):
        self.raised, self.worst = 0, 0.0
        try:
            self.case = HANDLERS[name].make(url, int(url.rpartition(":")[2]))
        except Exception as error:
            print("result", json.dumps({"note": f"the constructor raises {type(error).__name__}"}), flush=True)
            os._exit(1)

    def log(self, numbers):
        for number in numbers:
            begun = time.perf_counter()
            try:
                self.case.log(number)
            except Exception:
                self.raised += 1
            self.worst = max(self.worst, time.perf_counter() - begun)

    def report(self, **more):
        result = {"raised": self.raised, "worst": self.worst * 1e3, **more}
        print("result", json.dumps(result), flush=True)

    def tell(self, command):
        """Has the server do something."""
        print("tell", command, flush=True)

    def ask(self, command):
        """Has the server do something, and waits until it has."""
        print("ask", command, flush=True)
        sys.stdin.readline()

    def absent(self):
        self.log(range(51))
        self.report()
        self.case.close()

    def outage(self):
        begun = time.monotonic()
        for number in range(1800):
            time.sleep(max(0, begun + number / 200 - time.monotonic()))
            if number in (400, 1400):
                self.tell("down" if number == 400 else "up")
            self.log([number])
        self.report()
        self.case.close()

    def exit(self):
        self.log(range(1000))
        self.report()

    def os_exit(self):
        self.exit()
        os._exit(0)

    def kill(self):
        self.exit()
        os.kill(os.getpid(), signal.SIGKILL)

    def fork(self):
        self.log([0])
        child = os.fork()
        if child == 0:
            self.log(range(1000, 1200))
            self.case.close()
            os._exit(0)
        self.log(range(1, 201))
        deadline, ended = time.monotonic() + 8, 0
        while not ended and time.monotonic() < deadline:
            ended, _ = os.waitpid(child, os.WNOHANG)
            time.sleep(0.01)
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        self.report(note="" if ended else "the child hangs")
        self.case.close()

    def refused(self):
        self.log(range(100))
        self.ask("wait 100 5")
        self.ask("refuse")
        self.log(range(100, 200))
        time.sleep(1)
        self.ask("accept")
        self.log(range(200, 300))
        self.report()
        self.case.close()

    def again(self):
        """The next start of a program that was hit: it logs something, and goes on for a while."""
        logging.getLogger("bench").info("started again")
        self.ask("count")
        self.case.close()


def main(fault, name, url):
    getattr(Victim(name, url), fault)()


if __name__ == "__main__":
    main(*sys.argv[1:])
