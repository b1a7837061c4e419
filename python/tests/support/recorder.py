"""Servers that keep what they are sent: one of HTTP, and one of MQTT."""

import json
import socket
import socketserver
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIMEOUT = 30


class Recorder:
    """What a server was sent, and a way to wait for it."""

    def __init__(self):
        self.changed = threading.Condition()
        self.connections = set()
        self.records = []
        self.topics = []
        self.tokens = []

    def add(self, record, topic=None):
        with self.changed:
            self.records.append(record)
            self.topics.append(topic)
            self.changed.notify_all()

    def wait(self, count):
        """The records, as soon as there are so many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.records) >= count, TIMEOUT), (
                f"{len(self.records)} of {count} records have come"
            )
            return list(self.records)

    def distinct(self, count):
        """So many different records. A process that was ended may leave to another what a server has already got."""
        with self.changed:
            found = lambda: {record["tnt4-id"]: record for record in self.records}  # noqa: E731
            assert self.changed.wait_for(lambda: len(found()) >= count, TIMEOUT), (
                f"{len(found())} of {count} records have come"
            )
            return list(found().values())

    def messages(self, count):
        return [record.get("msg-text") for record in self.wait(count)]


class HttpRecorder(Recorder):
    """Takes one object a request, as jKool does. It lets in every token but ``refused``, and none while ``refusing``."""

    def __init__(self, delay=0.0, port=0):
        super().__init__()
        self.refusing = False
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                recorder.connections.add(self.connection)

            def finish(self):
                recorder.connections.discard(self.connection)
                super().finish()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                recorder.tokens.append(self.headers["X-API-Key"])
                if delay:
                    time.sleep(delay)
                answer = b""
                if recorder.refusing or self.headers["X-API-Key"] == "refused":
                    status = 401
                elif body.startswith("<access-request>"):
                    status, answer = 200, b"<access-resp><success>true</success></access-resp>"
                else:
                    status = 202
                    recorder.add(json.loads(body))
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            # Children of forks that end at once leave connections that wait to be accepted.
            request_queue_size = 256

            def handle_error(self, request, address):
                """Of clients that end in the middle there is nothing to say."""

        self.server = Server(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def hang_up(self):
        """Ends all connections, as a server does that finds them idle."""
        for connection in list(self.connections):
            connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(TIMEOUT)


class MqttRecorder(Recorder):
    """As much of a broker of MQTT 3.1.1 as a publisher needs. It knows one user."""

    def __init__(self, user="user", password="password", port=0):
        super().__init__()
        recorder = self
        self.connects = []

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                while (packet := self.packet()) is not None:
                    kind, body = packet
                    if kind >> 4 == 1:
                        if not self.connect(body):
                            return
                    elif kind >> 4 == 3:
                        self.publish(kind, body)
                    elif kind >> 4 == 12:
                        self.wfile.write(b"\xd0\x00")
                    elif kind >> 4 == 14:
                        return

            def packet(self):
                kind = self.rfile.read(1)
                if not kind:
                    return None
                length = shift = 0
                while True:
                    byte = self.rfile.read(1)[0]
                    length |= (byte & 127) << shift
                    shift += 7
                    if byte < 128:
                        break
                return kind[0], self.rfile.read(length)

            def connect(self, body):
                name, rest = text(body)
                version, flags = rest[0], rest[1]
                if version != 4:
                    self.wfile.write(b"\x20\x02\x00\x01")
                    return False
                client, rest = text(rest[4:])
                given = []
                while rest:
                    one, rest = text(rest)
                    given.append(one)
                recorder.connects.append({"client": client, "flags": flags, "login": given})
                known = not given or given == [user, password]
                self.wfile.write(b"\x20\x02\x00" + (b"\x00" if known else b"\x05"))
                return known

            def publish(self, kind, body):
                topic, rest = text(body)
                if kind & 6:
                    number, rest = rest[:2], rest[2:]
                recorder.add(json.loads(rest), topic)
                if kind & 6:
                    self.wfile.write(b"\x40\x02" + number)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", port), Session)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    close = HttpRecorder.close


def text(body):
    (length,) = struct.unpack(">H", body[:2])
    return body[2 : 2 + length].decode(), body[2 + length :]


def free_port():
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
