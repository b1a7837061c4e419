"""The server that counts: the program ``receive`` of this package, told what to do line by line."""

import subprocess
from collections import namedtuple

Count = namedtuple("Count", "events unique refused last")


class Receiver:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        self.url = f"http://{self.address}"
        self.port = int(self.address.rpartition(":")[2])

    def tell(self, command):
        """Says one command, and gives what was counted."""
        print(command, file=self.process.stdin, flush=True)
        return Count(*map(int, self.process.stdout.readline().split()))

    def wait(self, unique, seconds):
        """Until so many different events have come, or nothing has for so long."""
        return self.tell(f"wait {unique} {seconds}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait()
