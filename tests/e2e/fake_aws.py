"""AWS as far as keys, certificates and proxies go: a Lambda that verifies signatures, the
metadata services that hand keys out, and a proxy that asks for a password."""
import base64
import datetime
import email.utils
import http.server
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time

from botocore import auth, awsrequest, credentials

REPORT = "REPORT RequestId: %s\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 20 MB\t\n"


class Server(http.server.ThreadingHTTPServer):
    """Answers by its method answer(request, body) -> (status, headers, body)."""
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, tls=None):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, answer = outer.answer(self, body)
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = serve

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server_address[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def handle_error(self, *_):
        pass  # a connection that its client gave up

    def close(self):
        self.shutdown()
        self.thread.join()
        self.server_close()


class FakeLambda(Server):
    """Functions of any name that answer at once. Takes signatures of `keys` (id -> (secret, token)) within five
    minutes of its clock, which is ahead of this machine's by so many seconds."""

    def __init__(self, keys, region="us-east-1", ahead=0, delay=0, tls=None):
        self.keys, self.region, self.ahead, self.delay = keys, region, ahead, delay
        self.used, self.refused = [], []  # key ids of good requests; error types of others
        super().__init__(tls)

    def answer(self, request, body):
        now = time.time() + self.ahead
        headers = {"Date": email.utils.formatdate(now, usegmt=True), "Content-Type": "application/json"}
        error = self.verify(request, body, now)
        if error:
            with self.lock:
                self.refused.append(error[0])
            headers["x-amzn-ErrorType"] = error[0]
            return 403, headers, json.dumps({"message": error[1]}).encode()
        if request.command == "GET":
            return 200, headers, json.dumps({"MemorySize": 128, "Timeout": 3, "Handler": "isprime",
                                             "Runtime": "provided.al2023"}).encode()
        time.sleep(self.delay)
        headers["X-Amz-Executed-Version"] = "$LATEST"
        headers["X-Amz-Log-Result"] = base64.b64encode((REPORT % "id").encode()).decode()
        return 200, headers, b'{"prime":true}'

    def verify(self, request, body, now):
        found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=(\w+)/(\d{8})/([\w-]+)/lambda/aws4_request, "
                             r"SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})", request.headers["Authorization"])
        key_id, day, region, names, signature = found.groups()
        stamp = request.headers["X-Amz-Date"]
        signed_at = datetime.datetime.strptime(stamp + "+0000", "%Y%m%dT%H%M%SZ%z").timestamp()
        if abs(now - signed_at) > 300:
            return "InvalidSignatureException", f"Signature expired: {stamp} is now earlier than something"
        if key_id not in self.keys:
            return "UnrecognizedClientException", "The security token included in the request is invalid."
        secret, token = self.keys[key_id]
        if request.headers.get("X-Amz-Security-Token") != token:
            return "UnrecognizedClientException", "The security token included in the request is invalid."
        signer = auth.SigV4Auth(credentials.Credentials(key_id, secret, token), "lambda", self.region)
        mine = awsrequest.AWSRequest(request.command, f"http://{request.headers['Host']}{request.path}", data=body,
                                     headers={name: request.headers[name] for name in names.split(";")})
        mine.context["timestamp"] = stamp
        if region != self.region or day != stamp[:8] or not {"host", "x-amz-date"} <= set(names.split(";")) or \
                signer.signature(signer.string_to_sign(mine, signer.canonical_request(mine)), mine) != signature:
            return "InvalidSignatureException", "The request signature we calculated does not match"
        with self.lock:
            self.used.append(key_id)
        return None


def expiration(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


class FakeMetadata(Server):
    """An instance's metadata, version 2 only, and a container's agent, at /agent. New keys at every asking, which
    `lifetime` seconds later expire; all are put into `issued`."""

    def __init__(self, lifetime=3600, region="us-east-1"):
        self.lifetime, self.region, self.issued, self.authorizations = lifetime, region, {}, []
        super().__init__()

    def issue(self):
        with self.lock:
            number = len(self.issued) + 1
            key = (f"ASIAMETADATA{number}", f"secret-of-metadata-{number}", f"token-of-metadata-{number}")
            self.issued[key[0]] = key[1:]
        return json.dumps({"Code": "Success", "AccessKeyId": key[0], "SecretAccessKey": key[1], "Token": key[2],
                           "Expiration": expiration(self.lifetime)}).encode()

    def answer(self, request, body):
        good = {
            "/latest/meta-data/iam/security-credentials/": lambda: b"the-role",
            "/latest/meta-data/iam/security-credentials/the-role": self.issue,
            "/latest/meta-data/placement/region": self.region.encode,
        }
        if request.path == "/latest/api/token" and request.command == "PUT":
            return 200, {}, b"session-token-of-metadata"
        if request.path == "/agent?for=me":
            self.authorizations.append(request.headers["Authorization"])
            return 200, {}, self.issue()
        if request.headers["X-aws-ec2-metadata-token"] != "session-token-of-metadata":
            return 401, {}, b""
        return (200, {}, good[request.path]()) if request.path in good else (404, {}, b"")


class Certificates:
    """A CA that is nobody else's, and a certificate of it for this host."""

    def __init__(self, folder):
        os.makedirs(folder)
        self.ca, self.cert, self.key = (os.path.join(folder, name) for name in ("ca.pem", "cert.pem", "key.pem"))
        made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=test"]
        ca_key = os.path.join(folder, "ca-key.pem")
        self.run(*made, "-keyout", ca_key, "-out", self.ca)
        self.run(*made, "-CA", self.ca, "-CAkey", ca_key, "-keyout", self.key, "-out", self.cert,
                 "-addext", "subjectAltName=IP:127.0.0.1,IP:0.0.0.0", "-addext", "basicConstraints=CA:FALSE")

    @staticmethod
    def run(*command):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


class Proxy:
    """tinyproxy on a free port, which wants a user and a password."""
    USER, PASSWORD = "proxy-user", "proxy-password"

    def __init__(self, folder):
        os.makedirs(folder)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = os.path.join(folder, "log")
        config = os.path.join(folder, "config")
        with open(config, "w") as file:
            file.write(f"Port {self.port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nLogLevel Connect\n"
                       f'LogFile "{self.log}"\nBasicAuth {self.USER} {self.PASSWORD}\n')
        program = shutil.which("tinyproxy", path=os.environ["PATH"] + ":/usr/bin:/usr/sbin")
        self.process = subprocess.Popen([program, "-d", "-c", config], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < end, "tinyproxy does not start"
                time.sleep(0.02)

    def url(self, password=PASSWORD):
        return f"http://{self.USER}:{password}@127.0.0.1:{self.port}"

    def tunnels(self):
        """How often it was asked for a tunnel."""
        with open(self.log) as file:
            return file.read().count("CONNECT ")

    def close(self):
        self.process.terminate()
        self.process.wait()
