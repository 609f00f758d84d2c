"""What the end-to-end tests of the local endpoint share: start it, pack functions, sign calls."""
import base64
import http.client
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

BUILD = os.environ["FAN_BUILD"]
PROGRAM = os.path.join(BUILD, "bin", "local_lambda")
# The distribution's where there is one, else what test.sh fetched.
AWS = shutil.which("aws", path="/usr/bin:/usr/local/bin:" + os.environ["PATH"]) or "aws"
KEYS = Credentials("AKIAEXAMPLEEXAMPLE00", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
REGION = "us-east-1"

# The custom runtime of the AWS tutorial: a shell script around curl.
SHELL_RUNTIME = """#!/bin/sh
set -u
while true; do
  HEADERS="$(mktemp)"
  EVENT=$(curl -sS -LD "$HEADERS" "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next")
  REQUEST_ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
  rm -f "$HEADERS"
  echo "handling $EVENT"
  curl -sS "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/$REQUEST_ID/response" \\
    -d "echo $EVENT" >/dev/null
done
"""

# A runtime in nothing but the standard library; HANDLER is pasted in.
PYTHON_RUNTIME = """#!%s
import http.client, json, os, signal, sys, time
host = os.environ["AWS_LAMBDA_RUNTIME_API"]
base = "/2018-06-01/runtime/"
api = http.client.HTTPConnection(host)
def call(method, path, body=None, headers={}):
    api.request(method, base + path, body, headers)
    answer = api.getresponse()
    return answer, answer.read()
calls = 0
%s
while True:
    answer, event = call("GET", "invocation/next")
    request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    calls += 1
    try:
        result = json.dumps(handler(json.loads(event), answer.headers)).encode()
    except Exception as error:
        call("POST", "invocation/%%s/error" %% request_id,
             json.dumps({"errorMessage": str(error), "errorType": type(error).__name__}),
             {"Lambda-Runtime-Function-Error-Type": "Function.Raised"})
        continue
    call("POST", "invocation/%%s/response" %% request_id, result)
"""


def python_runtime(handler):
    return PYTHON_RUNTIME % ("/usr/bin/python3", handler)


def package(files):
    """A zip in memory; files: name -> text or bytes. All of them executable."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, content)
    return out.getvalue()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.headers.get("X-Amz-Function-Error")

    @property
    def tail(self):
        return base64.b64decode(self.headers["X-Amz-Log-Result"]).decode()


class Endpoint:
    """A running local_lambda on a free port."""

    def __init__(self, *options, stderr=None, env=None):
        # a pipe whose end ends the endpoint, should this test die
        lifeline, self.lifeline = os.pipe()
        env = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": KEYS.access_key,
               "AWS_SECRET_ACCESS_KEY": KEYS.secret_key, "SECRET_OF_THE_HOST": "must not leak", **(env or {})}
        env.update((k, v) for k, v in os.environ.items() if k.endswith("SAN_OPTIONS"))
        self.process = subprocess.Popen(
            [PROGRAM, "--port", "0", "--region", REGION, "--lifeline-fd", str(lifeline), *options],
            stdout=subprocess.PIPE, stderr=stderr, text=True, pass_fds=[lifeline], env=env)
        os.close(lifeline)
        line = self.process.stdout.readline()
        assert line.startswith("local_lambda listening on http://127.0.0.1:"), line
        self.url = line.split()[-1]
        self.port = int(self.url.rsplit(":", 1)[1])
        if "--gateway" in options:
            line = self.process.stdout.readline()
            assert line.startswith("local_lambda gateway at http://127.0.0.1:"), line
            self.gateway = line.split()[-1]
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def close(self):
        """End it as a user does; returns its exit status."""
        self.connection.close()
        self.process.terminate()
        status = self.process.wait(timeout=20)
        os.close(self.lifeline)
        self.process.stdout.close()
        return status

    def sign(self, method, path, body=b"", headers=None, keys=KEYS, stamp=None):
        request = AWSRequest(method, self.url + path, data=body, headers=headers or {})
        signer = SigV4Auth(keys, "lambda", REGION)
        signer.add_auth(request)
        return dict(request.headers.items())

    def call(self, method, path, body=b"", headers=None, keys=KEYS, signed=True, connection=None):
        if isinstance(body, str):
            body = body.encode()
        headers = dict(headers or {})
        if signed:
            headers = self.sign(method, path, body, headers, keys)
        connection = connection or self.connection
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def create(self, name, bootstrap, memory=1769, timeout=3, variables=None, files=None, handler="the.handler"):
        body = {"FunctionName": name, "Runtime": "provided.al2023", "Handler": handler,
                "Role": "arn:aws:iam::123456789012:role/any", "MemorySize": memory, "Timeout": timeout,
                "Environment": {"Variables": variables or {}},
                "Code": {"ZipFile": base64.b64encode(package({"bootstrap": bootstrap, **(files or {})})).decode()}}
        answer = self.call("POST", "/2015-03-31/functions", json.dumps(body))
        assert answer.status == 201, (answer.status, answer.body)
        return answer.json()

    def create_python(self, name, handler, **more):
        return self.create(name, python_runtime(handler), **more)

    def invoke(self, name, event="{}", headers=None, query="", **more):
        if not isinstance(event, (str, bytes)):
            event = json.dumps(event)
        return self.call("POST", "/2015-03-31/functions/%s/invocations%s" % (name, query), event, headers, **more)

    def invoke_tail(self, name, event="{}"):
        return self.invoke(name, event, {"X-Amz-Log-Type": "Tail"})

    def new_connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port)


def wait_until(condition, seconds=30):
    """Poll until condition holds; fails loudly when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("did not happen within %s s" % seconds)
        time.sleep(0.01)


def curl(url, *options):
    """What curl gets; headers: name in small letters -> list of values."""
    run = subprocess.run(["curl", "-sS", "-i", "--path-as-is", *options, url], stdout=subprocess.PIPE, check=True,
                         timeout=60)
    head, body = run.stdout.split(b"\r\n\r\n", 1)
    while head.startswith(b"HTTP/1.1 100"):
        head, body = body.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, value = line.split(": ", 1)
        headers.setdefault(name.lower(), []).append(value)
    return Answer(int(lines[0].split()[1]), headers, body)
