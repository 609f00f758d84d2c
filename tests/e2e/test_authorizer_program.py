"""The authorizer's program against a scripted runtime API."""
import glob
import json
import os
import subprocess
import unittest

import tokens
from fake_runtime import FakeRuntime

FOLDER = os.path.join(os.environ["FAN_BUILD"], "share", "lambda-fanout", "authorizer")
LIBRARIES = os.path.join(FOLDER, "lib")
EMULATOR = os.environ.get("FAN_EMULATOR", "").split()  # for programs of another machine


def command():
    """The package's bootstrap; what that executes where another machine's needs an emulator."""
    if not EMULATOR:
        return [os.path.join(FOLDER, "bootstrap")]
    return [*EMULATOR, *glob.glob(os.path.join(LIBRARIES, "ld-linux-*")), "--inhibit-cache",
            "--library-path", LIBRARIES, os.path.join(FOLDER, "authorizer")]


WAIT_S = 60


class Program(unittest.TestCase):
    def setUp(self):
        self.runtime = FakeRuntime()
        self.process = None
        self.addCleanup(self.stop)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.communicate()
        self.runtime.close()
        self.assertEqual(self.runtime.problems, [])

    def start(self, **variables):
        self.process = subprocess.Popen(
            command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"AWS_LAMBDA_RUNTIME_API": self.runtime.address, "LAMBDA_TASK_ROOT": "/nowhere",
                 "JWT_ISSUER": tokens.ISSUER, "JWT_AUDIENCE": tokens.AUDIENCE, **variables})

    def ask(self, event):
        self.runtime.push(event if isinstance(event, bytes) else json.dumps(event))
        answer = self.runtime.answers.get(timeout=WAIT_S)
        return answer.kind, json.loads(answer.body)

    def test_answers_many_events(self):
        rsa, ed, other = tokens.rsa_key(), tokens.ed_key(), tokens.ed_key()
        self.start(JWT_JWKS=json.dumps({"keys": [tokens.rsa_jwk(rsa), tokens.ed_jwk(ed)]}),
                   JWT_HS256_SECRET=tokens.SECRET)
        for key, algorithm in ((rsa, "RS256"), (ed, "EdDSA"), (tokens.SECRET, "HS256")):
            for _ in range(3):
                kind, policy = self.ask(tokens.event(tokens.token(key, algorithm)))
                self.assertEqual(kind, "response", policy)
                self.assertEqual(policy["policyDocument"]["Statement"][0]["Effect"], "Allow")
                kind, error = self.ask(tokens.event(tokens.token(other, "EdDSA")))
                self.assertEqual((kind, error["errorMessage"]), ("error", "Unauthorized"))
        for event in (b"", b"nonsense", b"\xff\xfe", b"[" * 100000, b'{"type":"' + b"x" * 3000000):
            kind, error = self.ask(event)
            self.assertEqual((kind, error["errorType"]), ("error", "Function.InvalidInput"))
        kind, policy = self.ask(tokens.event(tokens.token(ed, "EdDSA")))
        self.assertEqual((kind, policy["principalId"]), ("response", "alice"))
        self.assertEqual(self.runtime.connections, 1)

    def test_says_why_it_does_not_start(self):
        self.start(JWT_HS256_SECRET="too short a secret")
        answer = self.runtime.answers.get(timeout=WAIT_S)
        self.assertEqual(answer.kind, "init/error")
        self.assertEqual(answer.headers["lambda-runtime-function-error-type"],
                         "Runtime.BadConfiguration")
        _, errors = self.process.communicate(timeout=WAIT_S)
        self.assertEqual(self.process.returncode, 1)
        self.assertIn(b"JWT_HS256_SECRET", errors)
        self.assertNotIn(b"too short a", answer.body + errors)


if __name__ == "__main__":
    unittest.main()
