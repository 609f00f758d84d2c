"""A scripted runtime API: hands out events, records answers, misbehaves on demand."""
import queue
import socket
import threading


class Answer:
    def __init__(self, request_id, kind, headers, body):
        self.request_id = request_id
        self.kind = kind  # "response", "error" or "init/error"
        self.headers = headers
        self.body = body


class FakeRuntime:
    """Serves one function process. Knobs are plain attributes, set before it starts.

    close_after_answer: "header" sends Connection: close, "silent" just ends the connection
    drop_next:          how many waits for an event to cut off without a byte
    chunked:            events travel in chunks of this many bytes
    answer_delay:       callable run before an answer is acknowledged
    next_status:        status of the first wait for an event
    """

    def __init__(self, prefix=""):
        self.prefix = prefix
        self.close_after_answer = None
        self.drop_next = 0
        self.chunked = 0
        self.answer_delay = None
        self.next_status = 200
        self.connections = 0
        self.answers = queue.Queue()
        self.events = queue.Queue()
        self.problems = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d%s" % (self.listener.getsockname()[1], prefix)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def close(self):
        self.events.put(None)
        # wakes accept(), which close() alone does not
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def push(self, body, request_id="r-1", deadline_ms=None, headers=()):
        lines = ["Lambda-Runtime-Aws-Request-Id: " + request_id, *headers]
        if deadline_ms is not None:
            lines.append("Lambda-Runtime-Deadline-Ms: %d" % deadline_ms)
        self.events.put((lines, body if isinstance(body, bytes) else body.encode()))

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                with connection, connection.makefile("rb") as stream:
                    self._serve(connection, stream)
            except (ConnectionError, BrokenPipeError):
                pass

    def _serve(self, connection, stream):
        while True:
            line = stream.readline().decode()
            if not line:
                return
            method, path, version = line.split()
            headers = {}
            while (line := stream.readline().decode().strip()):
                name, value = line.split(":", 1)
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", 0)))
            base = self.prefix + "/2018-06-01/runtime/"
            if version != "HTTP/1.1" or not path.startswith(base) or "host" not in headers:
                self.problems.append(path)
                return
            keep = self._next(connection) if method == "GET" else self._post(
                connection, path[len(base):], headers, body)
            if not keep:
                return

    def _next(self, connection):
        if self.drop_next:
            self.drop_next -= 1
            return False
        if self.next_status != 200:
            connection.sendall(b"HTTP/1.1 %d Trouble\r\nContent-Length: 3\r\n\r\nbad"
                               % self.next_status)
            return True
        event = self.events.get()
        if event is None:
            return False
        lines, body = event
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        head += "".join(line + "\r\n" for line in lines)
        if self.chunked:
            connection.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
            for at in range(0, len(body), self.chunked):
                piece = body[at:at + self.chunked]
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            connection.sendall(b"0\r\n\r\n")
        else:
            head += "Content-Length: %d\r\n\r\n" % len(body)
            connection.sendall(head.encode() + body)
        return True

    def _post(self, connection, path, headers, body):
        parts = path.split("/")
        if parts[:1] == ["invocation"]:
            self.answers.put(Answer(parts[1], parts[2], headers, body))
        else:
            self.answers.put(Answer(None, path, headers, body))
        if self.answer_delay:
            self.answer_delay()
        close = b"Connection: close\r\n" if self.close_after_answer == "header" else b""
        connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
                           + close + b"Content-Length: 16\r\n\r\n{\"status\":\"OK\"}\n")
        return self.close_after_answer is None
