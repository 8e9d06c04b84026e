"""A proxy that is in the way: of every request it does, from a seed, what networks and servers do.

    python faulty_proxy.py TARGET_PORT SEED      prints the port it listens on
"""
import http.client
import random
import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TARGET = int(sys.argv[1])
RANDOM = random.Random(int(sys.argv[2]))
LOCK = threading.Lock()
FAULTS = ["none"] * 6 + ["429", "503", "reset before", "reset after", "silence before", "silence after"]
SILENCE_SECONDS = 3
COUNTS = {}


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with LOCK:
            fault = RANDOM.choice(FAULTS)
            COUNTS[fault] = COUNTS.get(fault, 0) + 1
        if fault == "429":
            return self.answer(429, [("Retry-After", "1")], b'{"code":"slow_down","message":"too many"}')
        if fault == "503":
            return self.answer(503, [("Retry-After", "1")], b'{"code":"busy","message":"busy"}')
        if fault == "reset before":
            return self.reset()
        if fault == "silence before":
            return self.silence()
        connection = http.client.HTTPConnection("127.0.0.1", TARGET, timeout=30)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        connection.request("POST", self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if fault == "reset after":
            return self.reset()
        if fault == "silence after":
            return self.silence()
        kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in ("connection", "content-length")]
        self.answer(answer.status, kept, content)

    def do_GET(self):
        self.answer(200, [("Content-Type", "application/json")], repr(COUNTS).replace("'", '"').encode())

    def answer(self, status, headers, body):
        self.send_response(status)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def silence(self):
        threading.Event().wait(SILENCE_SECONDS)
        self.reset()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Proxy)
print(server.server_address[1], flush=True)
server.serve_forever()
