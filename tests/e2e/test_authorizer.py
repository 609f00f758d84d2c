"""The authorizer as a function of the local endpoint, with tokens of another implementation."""
import base64
import io
import json
import os
import time
import unittest
import zipfile

import tokens
from local_endpoint import BUILD, Endpoint

PACKAGE = os.path.join(BUILD, "share", "lambda-fanout", "authorizer.zip")


def create(endpoint, name, variables, extra_file=None):
    """CreateFunction with the package as it was built, perhaps with a file more."""
    with open(PACKAGE, "rb") as file:
        package = file.read()
    if extra_file:
        memory = io.BytesIO(package)
        with zipfile.ZipFile(memory, "a") as more:
            more.writestr(*extra_file)
        package = memory.getvalue()
    body = {"FunctionName": name, "Runtime": "provided.al2023", "Handler": "authorizer",
            "Role": "arn:aws:iam::123456789012:role/any", "MemorySize": 128, "Timeout": 5,
            "Environment": {"Variables": variables},
            "Code": {"ZipFile": base64.b64encode(package).decode()}}
    answer = endpoint.call("POST", "/2015-03-31/functions", json.dumps(body))
    assert answer.status == 201, (answer.status, answer.body)


class Authorizer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rsa, cls.ed, cls.other_rsa, cls.other_ed = (
            tokens.rsa_key(), tokens.ed_key(), tokens.rsa_key(), tokens.ed_key())
        cls.jwks = json.dumps({"keys": [tokens.rsa_jwk(cls.rsa, kid="rsa-1", use="sig", alg="RS256"),
                                        tokens.ed_jwk(cls.ed, kid="ed-1")]})
        expected = {"JWT_ISSUER": tokens.ISSUER, "JWT_AUDIENCE": tokens.AUDIENCE}
        cls.endpoint = Endpoint()
        create(cls.endpoint, "published", {**expected, "JWT_JWKS": cls.jwks})
        create(cls.endpoint, "in-file", {**expected, "JWT_JWKS_FILE": "keys/jwks.json"},
               ("keys/jwks.json", cls.jwks))
        create(cls.endpoint, "all", {
            **expected, "JWT_JWKS": cls.jwks, "JWT_HS256_SECRET": tokens.SECRET,
            "JWT_SCOPE": "primes:read", "JWT_CONTEXT_CLAIMS": "team", "USAGE_KEY_CLAIM": "plan"})

    @classmethod
    def tearDownClass(cls):
        assert cls.endpoint.close() == 0

    def allow(self, name, event):
        answer = self.endpoint.invoke(name, event)
        self.assertIsNone(answer.error, answer.body)
        policy = answer.json()
        self.assertEqual(policy["policyDocument"]["Statement"],
                         [{"Action": "execute-api:Invoke", "Effect": "Allow",
                           "Resource": tokens.STAGE_ARN}])
        return policy

    def unauthorized(self, name, event):
        """API Gateway makes 401 of this; the reason is in the log, without the token."""
        answer = self.endpoint.invoke_tail(name, event)
        self.assertEqual((answer.status, answer.error), (200, "Unhandled"), answer.body)
        self.assertEqual(answer.json()["errorMessage"], "Unauthorized")
        self.assertIn("refused: ", answer.tail)
        bearer = event.get("authorizationToken", "").partition(" ")[2]
        for part in bearer.split("."):
            if len(part) > 20:
                self.assertNotIn(part[:20], answer.tail)

    def test_allows_good_tokens(self):
        for name in ("published", "in-file", "all"):
            for key, algorithm, kid in ((self.rsa, "RS256", "rsa-1"), (self.ed, "EdDSA", "ed-1"),
                                        (self.rsa, "RS256", None), (self.ed, "EdDSA", None)):
                with self.subTest(name, algorithm=algorithm, kid=kid):
                    policy = self.allow(name, tokens.event(tokens.token(key, algorithm, kid)))
                    self.assertEqual(policy["principalId"], "alice")
                    self.assertEqual(policy["context"]["iss"], tokens.ISSUER)
        self.allow("all", tokens.event(tokens.token(tokens.SECRET, "HS256")))
        now = int(time.time())
        for changed in ({"exp": now - 10}, {"nbf": now + 10}, {"aud": ["x", tokens.AUDIENCE]},
                        {"exp": now + 60.5}, {"nbf": None, "iat": None}):
            self.allow("published", tokens.event(tokens.token(self.ed, "EdDSA", **changed)))

    def test_hands_claims_and_the_key_of_the_plan_on(self):
        bearer = tokens.token(self.ed, "EdDSA", team="blue", plan="0123456789abcdefghij")
        policy = self.allow("all", tokens.event(bearer))
        self.assertEqual(policy["context"]["team"], "blue")
        self.assertEqual(policy["usageIdentifierKey"], "0123456789abcdefghij")
        for value in policy["context"].values():
            self.assertIsInstance(value, (str, int, float, bool))

    def test_reads_request_events(self):
        bearer = tokens.token(self.rsa, "RS256")
        self.allow("published", {
            "type": "REQUEST", "methodArn": tokens.METHOD_ARN, "resource": "/primes", "path": "/primes",
            "httpMethod": "GET", "headers": {"host": "x", "authorization": "Bearer " + bearer},
            "queryStringParameters": None, "pathParameters": None, "stageVariables": None,
            "requestContext": {"stage": "prod"}})
        self.unauthorized("published", {"type": "REQUEST", "methodArn": tokens.METHOD_ARN,
                                        "headers": {}, "queryStringParameters": {"token": bearer}})

    def test_denies_a_token_without_the_scope(self):
        for scope in (None, "", "primes:write", "primes:readwrite"):
            answer = self.endpoint.invoke("all", tokens.event(
                tokens.token(self.ed, "EdDSA", scope=scope)))
            self.assertIsNone(answer.error, answer.body)
            statement, = answer.json()["policyDocument"]["Statement"]
            self.assertEqual((statement["Effect"], statement["Resource"]), ("Deny", tokens.STAGE_ARN))

    def test_refuses_all_other_tokens(self):
        now = int(time.time())
        good = tokens.token(self.rsa, "RS256", "rsa-1")
        head, body, signature = good.split(".")
        none = {"alg": "none", "typ": "JWT"}
        for why, bearer in {
                "expired": tokens.token(self.ed, "EdDSA", exp=now - 60),
                "expired long ago": tokens.token(self.rsa, "RS256", exp=0),
                "without expiry": tokens.token(self.ed, "EdDSA", exp=None),
                "not yet": tokens.token(self.ed, "EdDSA", nbf=now + 60),
                "issued in the future": tokens.token(self.ed, "EdDSA", iat=now + 60),
                "other audience": tokens.token(self.ed, "EdDSA", aud="another-api"),
                "without audience": tokens.token(self.ed, "EdDSA", aud=None),
                "other issuer": tokens.token(self.ed, "EdDSA", iss="https://issuer.example.evil"),
                "without issuer": tokens.token(self.ed, "EdDSA", iss=None),
                "without subject": tokens.token(self.ed, "EdDSA", sub=None),
                "other RSA key": tokens.token(self.other_rsa, "RS256"),
                "other RSA key, our kid": tokens.token(self.other_rsa, "RS256", "rsa-1"),
                "other Ed25519 key": tokens.token(self.other_ed, "EdDSA", "ed-1"),
                "unknown kid": tokens.token(self.rsa, "RS256", "rsa-2"),
                "kid of the other key": tokens.token(self.rsa, "RS256", "ed-1"),
                "kid with a path": tokens.token(self.other_ed, "EdDSA", "../../../dev/null"),
                "key in the token": tokens.token(self.other_ed, "EdDSA", headers={
                    "jwk": tokens.ed_jwk(self.other_ed)}),
                "link to a key in the token": tokens.token(self.other_rsa, "RS256", headers={
                    "jku": "https://evil.example/jwks.json"}),
                "RS512": tokens.token(self.rsa, "RS512", "rsa-1"),
                "PS256": tokens.token(self.rsa, "PS256", "rsa-1"),
                "ES256": tokens.token(tokens.ec_key(), "ES256"),
                "HS512": tokens.token(tokens.SECRET, "HS512"),
                "HS256, other secret": tokens.token(tokens.SECRET + "x", "HS256"),
                "HS256, empty secret": tokens.hmac_token(b""),
                "HS256, the RSA key's PEM": tokens.hmac_token(tokens.public_pem(self.rsa)),
                "HS256, the Ed25519 key's PEM": tokens.hmac_token(tokens.public_pem(self.ed)),
                "HS256, the JWKS": tokens.hmac_token(self.jwks.encode()),
                "HS256, our kid": tokens.hmac_token(tokens.public_pem(self.rsa), {"kid": "rsa-1"}),
                "unsigned": tokens.b64(none) + "." + body + ".",
                "unsigned, two parts": tokens.b64(none) + "." + body,
                "none with a signature": tokens.b64(none) + "." + body + "." + signature,
                "nOnE": tokens.b64({"alg": "nOnE"}) + "." + body + ".",
                "signature taken off": head + "." + body + ".",
                "signature cut": good[:-4],
                "signature prolonged": good + "AAAA",
                "other claims": head + "." + tokens.b64(tokens.claims(sub="root")) + "." + signature,
                "other header": tokens.b64({"alg": "RS256"}) + "." + body + "." + signature,
                "padded": good + "==",
                "crit": tokens.token(self.ed, "EdDSA", headers={"crit": ["x"], "x": 1}),
                "another type": tokens.token(self.ed, "EdDSA", headers={"typ": "logout+jwt"}),
                "four parts": good + "." + signature,
                "two tokens": good + " " + good,
                "an encrypted one": ".".join([tokens.b64({"alg": "dir", "enc": "A256GCM"}), "", "AAAA",
                                              "AAAA", "AAAA"]),
                "too long": tokens.token(self.ed, "EdDSA", pad="x" * 9000),
                "nothing": "", "dots": "..", "text": "let me in", "not ASCII": "é.é.é"}.items():
            with self.subTest(why):
                self.unauthorized("published", tokens.event(bearer))
                self.unauthorized("all", tokens.event(bearer))
        self.unauthorized("published", tokens.event(tokens.token(tokens.SECRET, "HS256")))
        for credentials in ("", "Bearer", good, "Basic " + good, "bearer:" + good):
            self.unauthorized("published", tokens.event("", authorizationToken=credentials))

    def test_tells_an_event_that_is_none(self):
        answer = self.endpoint.invoke("published", {"type": "TOKEN"})
        self.assertEqual(answer.error, "Unhandled")
        self.assertEqual(answer.json()["errorType"], "Function.InvalidInput")

    def test_does_not_start_without_a_key_to_check_with(self):
        create(self.endpoint, "open-door", {"JWT_ISSUER": "i", "JWT_AUDIENCE": "a"})
        answer = self.endpoint.invoke_tail("open-door", tokens.event("x.y.z"))
        self.assertEqual(answer.json()["errorType"], "Runtime.BadConfiguration")
        self.assertIn("no key", answer.json()["errorMessage"])


if __name__ == "__main__":
    unittest.main()
