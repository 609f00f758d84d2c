"""A stage that lets callers in by JWT: our authorizer, tokens of `mpi_driver token`, real curl."""
import json
import os
import subprocess
import tempfile
import time
import unittest

from local_endpoint import BUILD, Endpoint, curl
from test_authorizer import create

DRIVER = os.path.join(BUILD, "bin", "mpi_driver")
KEY = "key-of-a-team-0123456789"
ISSUER, AUDIENCE = "https://me.example", "primes"

API = {
    "stage": "prod",
    "routes": [
        {"method": "POST", "path": "/primes", "function": "sieve", "authorizer": "jwt", "api_key_required": True},
        {"method": "GET", "path": "/who", "function": "sieve", "authorizer": "jwt"},
    ],
    "authorizers": [{"name": "jwt", "type": "TOKEN", "function": "authorizer"}],
    "api_keys": [{"name": "team", "value": KEY}],
    "usage_plans": [{"name": "team", "keys": ["team"], "quota": {"limit": 3, "period": "DAY"}}],
}
UNAUTHORIZED = (401, ["UnauthorizedException"], '{"message":"Unauthorized"}')


class Jwt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.new_key("good")
        cls.new_key("other")
        file = os.path.join(cls.folder.name, "gateway.json")
        with open(file, "w") as out:
            json.dump(API, out)
        with open(os.path.join(cls.folder.name, "good", "jwks.json")) as keys:
            jwks = keys.read()
        cls.endpoint = Endpoint("--gateway", file, "--function", "sieve=%s,memory=1769,handler=sieve" % os.path.join(
            BUILD, "share", "lambda-fanout", "function.zip"))
        create(cls.endpoint, "authorizer", {"JWT_ISSUER": ISSUER, "JWT_AUDIENCE": AUDIENCE, "JWT_JWKS": jwks,
                                            "JWT_SCOPE": "primes:read"})

    @classmethod
    def tearDownClass(cls):
        assert cls.endpoint.close() == 0

    @classmethod
    def new_key(cls, name):
        subprocess.run([DRIVER, "token", "--new-key", os.path.join(cls.folder.name, name), "--alg", "EdDSA"],
                       check=True, stdout=subprocess.DEVNULL)

    def token(self, key="good", audience=AUDIENCE, scope="primes:read", expires="5m"):
        return subprocess.run(
            [DRIVER, "token", "--key", os.path.join(self.folder.name, key, "private.pem"), "--issuer", ISSUER,
             "--audience", audience, "--scope", scope, "--subject", "alice", "--expires", expires],
            check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def post(self, token=None, key=KEY):
        options = ["-d", '{"lo": 0, "hi": 100}']
        options += ["-H", "Authorization: Bearer " + token] if token else []
        options += ["-H", "x-api-key: " + key] if key else []
        return curl(self.endpoint.gateway + "/primes", *options)

    def check(self, reply, expected):
        self.assertEqual((reply.status, reply.headers.get("x-amzn-errortype"), reply.body.decode()), expected)

    def test_who_is_let_in_and_who_is_not(self):
        good = self.token()
        self.check(self.post(), UNAUTHORIZED)
        self.check(self.post("a.b.c"), UNAUTHORIZED)
        self.check(self.post(self.token(key="other")), UNAUTHORIZED)
        self.check(self.post(self.token(audience="cars")), UNAUTHORIZED)
        head, claims, _ = good.split(".")
        self.check(self.post(head + "." + claims + "."), UNAUTHORIZED)
        self.check(self.post(self.token(scope="primes:write")), (
            403, ["AccessDeniedException"],
            '{"Message":"User is not authorized to access this resource with an explicit deny in an '
            'identity-based policy"}'))
        forbidden = (403, ["ForbiddenException"], '{"message":"Forbidden"}')
        self.check(self.post(good, key=None), forbidden)
        self.check(self.post(good, key=KEY + "x"), forbidden)
        for _ in range(3):   # refusals used nothing of the quota
            reply = self.post(good)
            self.assertEqual((reply.status, reply.json()["count"]), (200, 25))
        self.check(self.post(good), (429, ["LimitExceededException"], '{"message":"Limit Exceeded"}'))

    def test_an_expired_token_is_refused(self):
        # within the leeway of 30 s a token still does, and the sieve asks for its range
        short = self.token(expires="1s")
        self.assertEqual(curl(self.endpoint.gateway + "/who", "-H", "Authorization: Bearer " + short).status, 400)
        import jwt
        with open(os.path.join(self.folder.name, "good", "private.pem")) as file:
            key = file.read()
        past = int(time.time()) - 3600
        stale = jwt.encode({"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "scope": "primes:read", "iat": past - 60,
                            "exp": past}, key, algorithm="EdDSA")
        self.check(self.post(stale), UNAUTHORIZED)


if __name__ == "__main__":
    unittest.main()
