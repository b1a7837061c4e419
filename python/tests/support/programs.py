"""How programs begin that tests run, and what they must not say."""

START = """
import logging, os, sys, threading, time, atexit, signal
from jKool.streaming import HttpHandler
logger = logging.getLogger("shop")
logger.setLevel(logging.DEBUG)
handler = HttpHandler("a-token", sys.argv[1])
logger.addHandler(handler)
"""


def quiet(done):
    return "Traceback" not in done.stderr and done.stdout == ""
