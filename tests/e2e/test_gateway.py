"""The gateway's stage over real curl: what API Gateway answers, to the byte."""
import base64
import concurrent.futures
import json
import os
import socket
import subprocess
import tempfile
import unittest

from local_endpoint import PROGRAM, Endpoint, curl

GOOD, SMALL, LONE, OFF, SLOW = ("key-%s-01234567890123456789" % name for name in ("good", "small", "lone", "off", "slow"))

API = {
    "api_id": "abc123", "stage": "prod", "stage_variables": {"colour": "green"},
    "binary_media_types": ["image/png"],
    "routes": [
        {"method": "ANY", "path": "/open", "function": "echo"},
        {"method": "GET", "path": "/items/{id}/{rest+}", "function": "echo"},
        {"method": "GET", "path": "/items/special/{rest+}", "function": "function:echo:$LATEST"},
        {"method": "POST", "path": "/keyed", "function": "echo", "api_key_required": True},
        {"method": "GET", "path": "/slow", "function": "echo", "timeout_ms": 100},
        {"method": "GET", "path": "/absent", "function": "comes-later"},
        {"method": "GET", "path": "/version", "function": "echo:7"},
        {"method": "GET", "path": "/live", "function": "echo:live"},
        {"method": "GET", "path": "/blocked", "function": "blocked"},
        {"method": "GET", "path": "/token", "function": "echo", "authorizer": "token"},
        {"method": "GET", "path": "/token/other", "function": "echo", "authorizer": "token"},
        {"method": "GET", "path": "/fresh", "function": "echo", "authorizer": "fresh"},
        {"method": "GET", "path": "/request/{id}", "function": "echo", "authorizer": "request"},
        {"method": "GET", "path": "/no-authorizer", "function": "echo", "authorizer": "nobody"},
    ],
    "authorizers": [
        {"name": "token", "type": "TOKEN", "function": "doorman", "validation": "Bearer [a-z0-9-]+"},
        {"name": "fresh", "type": "TOKEN", "function": "doorman", "ttl_s": 0,
         "identity_sources": ["method.request.header.X-Token"]},
        {"name": "request", "type": "REQUEST", "function": "doorman",
         "identity_sources": ["method.request.querystring.who", "stageVariables.colour", "context.httpMethod"]},
        {"name": "nobody", "type": "TOKEN", "function": "comes-later"},
    ],
    "api_keys": [
        {"name": "good", "id": "id-good", "value": GOOD}, {"name": "small", "value_env": "SMALL_KEY"},
        {"name": "lone", "value": LONE}, {"name": "off", "value": OFF, "enabled": False},
        {"name": "slow", "value": SLOW},
    ],
    "usage_plans": [
        {"name": "large", "keys": ["good", "off"], "throttle": {"rate": 1000, "burst": 1000}},
        {"name": "quota", "keys": ["small"], "quota": {"limit": 2, "period": "MONTH"}},
        # no token comes back while the test runs
        {"name": "burst", "keys": ["slow"], "throttle": {"rate": 0.001, "burst": 3}},
    ],
}

ECHO = """
def handler(event, headers):
    what = (event.get("queryStringParameters") or {}).get("do")
    if what == "fail": raise ValueError("wrong")
    if what == "exit": os._exit(1)
    if what == "sleep": time.sleep(0.5)
    if what == "text": return "no object"
    if what == "object": return {"statusCode": 200, "body": {"a": 1}}
    if what == "more": return {"statusCode": 200, "extra": 1}
    if what == "version": return {"statusCode": 200, "body": os.environ["AWS_LAMBDA_FUNCTION_VERSION"]}
    if what == "status": return {"statusCode": "418"}
    if what == "image":
        return {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": "iVBORwD/", "isBase64Encoded": True}
    if what == "headers":
        return {"statusCode": 201, "headers": {"X-One": "1", "Date": "today", "X-Yes": True, "Transfer-Encoding": "x"},
                "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": "made"}
    if what == "large": return {"statusCode": 200, "body": "x" * 5000000}
    return {"statusCode": 200, "body": json.dumps(event)}
"""

# Says who it saw how often, so that the cache shows.
DOORMAN = """
def handler(event, headers):
    token = event.get("authorizationToken") or (event.get("queryStringParameters") or {}).get("who")
    word = token.split("-")[-1].split(" ")[-1]
    if word == "expired": raise Exception("Unauthorized")
    if word == "crash": os._exit(1)
    if word == "nonsense": return {"principalId": 7}
    if word == "slow": time.sleep(0.3)
    effect = "Deny" if word == "denied" else "Allow"
    resource = event["methodArn"]
    if word == "everything": resource = event["methodArn"].split("/")[0] + "/prod/GET/*"
    if word == "elsewhere": resource = event["methodArn"] + "/x"
    return {"principalId": word,
            "policyDocument": {"Version": "2012-10-17", "Statement": [
                {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}]},
            "context": {"calls": calls, "type": event["type"], "vip": True, "arn": event["methodArn"]}}
"""


def setUpModule():
    """One stage for most tests."""
    global folder, endpoint
    folder = tempfile.TemporaryDirectory()
    file = os.path.join(folder.name, "gateway.json")
    with open(file, "w") as out:
        json.dump(API, out)
    endpoint = Endpoint("--gateway", file, env={"SMALL_KEY": SMALL})
    endpoint.create_python("echo", ECHO, timeout=10)
    endpoint.create_python("doorman", DOORMAN)
    endpoint.create_python("blocked", ECHO)
    endpoint.call("PUT", "/2017-10-31/functions/blocked/concurrency", '{"ReservedConcurrentExecutions":0}')


def tearDownModule():
    assert endpoint.close() == 0
    folder.cleanup()


class Stage(unittest.TestCase):
    def get(self, path, *options):
        return curl(endpoint.gateway + path, *options)

    def refused(self, reply, status, kind, body):
        """An answer of the gateway's own: exactly these bytes."""
        self.assertEqual((reply.status, reply.headers.get("x-amzn-errortype"), reply.body.decode()),
                         (status, [kind], body))
        self.assertEqual(reply.headers["content-type"], ["application/json"])
        self.assertRegex(reply.headers["x-amzn-requestid"][0], "^[0-9a-f-]{36}$")
        self.assertRegex(reply.headers["x-amz-apigw-id"][0], "^[A-Za-z0-9_-]{15}=$")
        self.assertNotIn("retry-after", reply.headers)


class Routes(Stage):
    def test_answer_of_a_function(self):
        reply = self.get("/open")
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.headers["content-type"], ["application/json"])
        self.assertRegex(reply.headers["x-amzn-trace-id"][0], "^Root=1-")
        self.assertRegex(reply.headers["x-amz-apigw-id"][0], "=$")
        self.assertNotIn("x-amzn-errortype", reply.headers)

    def test_event_has_every_key(self):
        event = self.get("/items/a%20b/c/d/?x=1&x=2&y=a+b%26&z", "-H", "X-Many: 1", "-H", "x-many: 2",
                         "-H", "User-Agent: me").json()
        self.assertEqual(set(event), {
            "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
            "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body",
            "isBase64Encoded"})
        self.assertEqual((event["resource"], event["path"], event["httpMethod"]),
                         ("/items/{id}/{rest+}", "/items/a%20b/c/d/", "GET"))
        self.assertEqual(event["pathParameters"], {"id": "a%20b", "rest": "c/d"})
        self.assertEqual(event["queryStringParameters"], {"x": "2", "y": "a b&", "z": ""})
        self.assertEqual(event["multiValueQueryStringParameters"], {"x": ["1", "2"], "y": ["a b&"], "z": [""]})
        self.assertEqual((event["headers"]["X-Many"], event["multiValueHeaders"]["X-Many"]), ("2", ["1", "2"]))
        self.assertEqual(event["headers"]["X-Forwarded-For"], "127.0.0.1")
        self.assertEqual(event["stageVariables"], {"colour": "green"})
        self.assertEqual((event["body"], event["isBase64Encoded"]), (None, False))
        context = event["requestContext"]
        self.assertEqual(set(context), {
            "accountId", "apiId", "deploymentId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod",
            "identity", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch", "resourceId",
            "resourcePath", "stage"})
        self.assertEqual((context["apiId"], context["stage"], context["path"], context["accountId"]),
                         ("abc123", "prod", "/prod/items/a%20b/c/d/", "123456789012"))
        self.assertRegex(context["requestTime"], r"^\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000$")
        self.assertEqual((context["identity"]["sourceIp"], context["identity"]["userAgent"]), ("127.0.0.1", "me"))
        self.assertIsNone(context["identity"]["apiKey"])

    def test_ids_of_event_and_answer_are_the_same(self):
        reply = self.get("/open")
        context = reply.json()["requestContext"]
        self.assertEqual(reply.headers["x-amzn-requestid"], [context["requestId"]])
        self.assertEqual(reply.headers["x-amz-apigw-id"], [context["extendedRequestId"]])

    def test_most_specific_resource_wins(self):
        self.assertEqual(self.get("/items/special/x").json()["resource"], "/items/special/{rest+}")
        self.assertEqual(self.get("/items/other/x").json()["resource"], "/items/{id}/{rest+}")

    def test_bodies_text_and_binary(self):
        text = self.get("/open", "--data-binary", "grüße", "-H", "Content-Type: text/plain").json()
        self.assertEqual((text["body"], text["isBase64Encoded"]), ("grüße", False))
        image = os.path.join(folder.name, "image")
        with open(image, "wb") as file:
            file.write(bytes(range(256)))
        binary = self.get("/open", "--data-binary", "@" + image, "-H", "Content-Type: image/png").json()
        self.assertEqual((base64.b64decode(binary["body"]), binary["isBase64Encoded"]), (bytes(range(256)), True))

    def test_binary_answers_for_those_who_accept_them(self):
        self.assertEqual(self.get("/open?do=image", "-H", "Accept: image/png").body, b"\x89PNG\x00\xff")
        self.assertEqual(self.get("/open?do=image").body, b"iVBORwD/")

    def test_headers_of_a_function(self):
        reply = self.get("/open?do=headers")
        self.assertEqual((reply.status, reply.body), (201, b"made"))
        self.assertEqual(reply.headers["set-cookie"], ["a=1", "b=2"])
        self.assertEqual((reply.headers["x-one"], reply.headers["x-yes"]), (["1"], ["true"]))
        self.assertEqual(reply.headers["x-amzn-remapped-date"], ["today"])
        self.assertNotIn("transfer-encoding", reply.headers)

    def test_status_as_text_and_without_a_body(self):
        reply = self.get("/open?do=status")
        self.assertEqual((reply.status, reply.body), (418, b""))

    def test_head_has_no_body(self):
        reply = self.get("/open", "-I")
        self.assertEqual((reply.status, reply.body), (200, b""))

    def test_unknown_paths_and_methods(self):
        for path, options in (("/unknown", ()), ("", ()), ("/items/a", ()), ("/keyed", ()), ("/open/more", ()),
                              ("/slow", ("-X", "POST"))):
            self.refused(self.get(path, *options), 403, "MissingAuthenticationTokenException",
                         '{"message":"Missing Authentication Token"}')

    def test_other_stages(self):
        root = endpoint.gateway.rsplit("/", 1)[0]
        for path in ("/", "/test/open", "/prodigy/open", "/2015-03-31/functions"):
            self.refused(curl(root + path), 403, "ForbiddenException", '{"message":"Forbidden"}')

    def test_failing_functions(self):
        for what in ("fail", "exit", "text", "object", "more"):
            reply = self.get("/open?do=" + what)
            self.refused(reply, 502, "InternalServerErrorException", '{"message": "Internal server error"}')
            self.assertEqual(len(reply.body), 36)

    def test_functions_that_cannot_be_called(self):
        for path in ("/absent", "/version", "/blocked"):
            self.refused(self.get(path), 500, "InternalServerErrorException", '{"message": "Internal server error"}')

    def test_alias(self):
        self.assertEqual(self.get("/live").status, 500)
        endpoint.call("POST", "/2015-03-31/functions/echo/versions")
        endpoint.call("POST", "/2015-03-31/functions/echo/aliases", '{"Name":"live","FunctionVersion":"1"}')
        reply = self.get("/live?do=version")
        self.assertEqual((reply.status, reply.body), (200, b"1"))

    def test_slow_function(self):
        self.refused(self.get("/slow?do=sleep"), 504, "InternalServerErrorException",
                     '{"message": "Endpoint request timed out"}')

    def test_callers_that_leave(self):
        for path in ("/open?do=sleep", "/slow?do=sleep", "/token"):
            with socket.create_connection(("127.0.0.1", int(endpoint.gateway.split(":")[2].split("/")[0]))) as caller:
                caller.sendall(b"GET /prod%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer slow\r\n\r\n" % path.encode())
        # what they asked for is still under way, and ends
        self.assertEqual(self.get("/open").status, 200)
        self.assertEqual(self.get("/open?do=sleep").status, 200)

    def test_too_large_a_body(self):
        file = os.path.join(folder.name, "large")
        with open(file, "wb") as out:
            out.write(b"x" * 10485761)
        self.refused(self.get("/open", "--data-binary", "@" + file), 413, "RequestTooLargeException",
                     '{"message":"HTTP content length exceeded 10485760 bytes."}')
        with open(file, "wb") as out:
            out.write(b"x" * 6300000)
        self.refused(self.get("/open", "--data-binary", "@" + file), 413, "RequestTooLargeException",
                     '{"message":"Request Too Long"}')

    def test_large_answer(self):
        self.assertEqual(len(self.get("/open?do=large").body), 5000000)


class Keys(Stage):
    def post(self, key=None):
        return self.get("/keyed", "-d", "{}", *(("-H", "x-api-key: " + key) if key else ()))

    def test_no_wrong_lone_and_disabled_key(self):
        for key in (None, GOOD + "x", GOOD[:-1], "", LONE, OFF, "x" * 5000):
            reply = self.post(key)
            self.refused(reply, 403, "ForbiddenException", '{"message":"Forbidden"}')
            self.assertEqual(len(reply.body), 23)

    def test_good_key(self):
        reply = self.post(GOOD)
        self.assertEqual(reply.status, 200)
        identity = reply.json()["requestContext"]["identity"]
        self.assertEqual((identity["apiKey"], identity["apiKeyId"]), (GOOD, "id-good"))

    def test_used_up_quota(self):
        self.assertEqual([self.post(SMALL).status for _ in range(2)], [200, 200])
        for _ in range(2):
            self.refused(self.post(SMALL), 429, "LimitExceededException", '{"message":"Limit Exceeded"}')

    def test_burst_over_the_rate(self):
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            replies = list(pool.map(lambda _: self.post(SLOW), range(6)))
        self.assertEqual(sorted(reply.status for reply in replies), [200] * 3 + [429] * 3)
        for reply in replies:
            if reply.status == 429:
                self.refused(reply, 429, "TooManyRequestsException", '{"message":"Too Many Requests"}')


class Authorizers(Stage):
    def token(self, token, path="/token"):
        return self.get(path, "-H", "Authorization: Bearer " + token)

    def test_no_token_and_one_of_another_form(self):
        for options in ((), ("-H", "Authorization;"), ("-H", "Authorization: Basic abc"),
                        ("-H", "Authorization: Bearer ABC")):
            reply = self.get("/token", *options)
            self.refused(reply, 401, "UnauthorizedException", '{"message":"Unauthorized"}')
            self.assertEqual(len(reply.body), 26)

    def test_expired_token(self):
        self.refused(self.token("expired"), 401, "UnauthorizedException", '{"message":"Unauthorized"}')

    def test_good_token(self):
        reply = self.token("good")
        self.assertEqual(reply.status, 200)
        told = reply.json()["requestContext"]["authorizer"]
        self.assertEqual((told["principalId"], told["type"], told["vip"]), ("good", "TOKEN", "true"))
        self.assertEqual(told["arn"], "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/token")
        self.assertIsInstance(told["integrationLatency"], int)
        self.assertIsInstance(told["calls"], str)

    def test_denied_and_not_allowed(self):
        self.refused(self.token("denied"), 403, "AccessDeniedException",
                     '{"Message":"User is not authorized to access this resource with an explicit deny in an '
                     'identity-based policy"}')
        self.refused(self.token("elsewhere"), 403, "AccessDeniedException",
                     '{"Message":"User is not authorized to access this resource"}')

    def test_broken_authorizers(self):
        for reply in (self.token("crash"), self.token("nonsense"), self.token("any", "/no-authorizer")):
            self.refused(reply, 500, "AuthorizerConfigurationException", '{"message":null}')

    def test_cached_policy_is_for_all_methods(self):
        first = self.token("1-everything").json()["requestContext"]["authorizer"]
        again = self.token("1-everything", "/token/other").json()["requestContext"]["authorizer"]
        self.assertEqual((first["calls"], first["arn"]), (again["calls"], again["arn"]))
        self.assertEqual(again["integrationLatency"], 0)
        # and a policy for one method only refuses the others, as on AWS
        self.assertEqual(self.token("1-narrow").status, 200)
        self.refused(self.token("1-narrow", "/token/other"), 403, "AccessDeniedException",
                     '{"Message":"User is not authorized to access this resource"}')

    def test_no_cache_with_ttl_0(self):
        calls = [self.get("/fresh", "-H", "X-Token: same").json()["requestContext"]["authorizer"]["calls"]
                 for _ in range(2)]
        self.assertNotEqual(*calls)

    def test_request_authorizer(self):
        self.refused(self.get("/request/7?other=1"), 401, "UnauthorizedException", '{"message":"Unauthorized"}')
        told = self.get("/request/7?who=me").json()["requestContext"]["authorizer"]
        self.assertEqual((told["principalId"], told["type"]), ("me", "REQUEST"))
        self.refused(self.get("/request/7?who=denied"), 403, "AccessDeniedException",
                     '{"Message":"User is not authorized to access this resource with an explicit deny in an '
                     'identity-based policy"}')


class KeyFromAuthorizer(unittest.TestCase):
    API = {"stage": "s", "api_key_source": "AUTHORIZER",
           "routes": [{"method": "GET", "path": "/", "function": "echo", "authorizer": "a", "api_key_required": True}],
           "authorizers": [{"name": "a", "type": "TOKEN", "function": "doorman"}],
           "api_keys": [{"name": "k", "value": GOOD}],
           "usage_plans": [{"name": "p", "keys": ["k"], "quota": {"limit": 1, "period": "DAY"}}]}
    DOORMAN = """
def handler(event, headers):
    return {"principalId": "p", "usageIdentifierKey": event["authorizationToken"], "policyDocument": {"Statement":
            {"Action": "*", "Effect": "Allow", "Resource": "*"}}}
"""

    def test_usage_identifier_key(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(self.API, file)
            file.flush()
            endpoint = Endpoint("--gateway", file.name)
            try:
                # the stage is up before its functions are
                self.assertEqual(curl(endpoint.gateway, "-H", "Authorization: " + GOOD).status, 500)
                endpoint.create_python("echo", ECHO)
                endpoint.create_python("doorman", self.DOORMAN)
                statuses = [curl(endpoint.gateway, "-H", "Authorization: " + key, "-H", "x-api-key: " + GOOD).status
                            for key in ("of-nobody", GOOD, GOOD)]
            finally:
                self.assertEqual(endpoint.close(), 0)
        self.assertEqual(statuses, [403, 200, 429])


class Faults(unittest.TestCase):
    def test_faults_strike_behind_the_gateway(self):
        api = {"stage": "s", "routes": [{"method": "GET", "path": "/", "function": "echo"}]}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(api, file)
            file.flush()
            for fault, status in (("throttle", 500), ("error", 500), ("kill", 502), ("drop", None), ("cut", None)):
                endpoint = Endpoint("--gateway", file.name, "--faults", fault + "=1")
                try:
                    endpoint.create_python("echo", ECHO)
                    if status:
                        self.assertEqual(curl(endpoint.gateway).status, status)
                    else:
                        with self.assertRaises(subprocess.CalledProcessError):
                            curl(endpoint.gateway)
                finally:
                    self.assertEqual(endpoint.close(), 0)


class Descriptions(unittest.TestCase):
    def complaint(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(text)
            file.flush()
            run = subprocess.run([PROGRAM, "--port", "0", "--gateway", file.name], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, timeout=20)
            self.assertEqual((run.returncode, run.stdout), (2, ""))
            return run.stderr.replace(file.name, "FILE")

    def test_errors_name_file_and_place_and_no_secret(self):
        self.assertEqual(self.complaint('{"stage": "s", "routes": [], "api_keys": [{"name": "a", "value": "s3cret"}]}'),
                         "local_lambda: cannot read gateway 'FILE': api_keys[0].value: expected a string of 20 to 128 "
                         "bytes, not this string\n")
        self.assertNotIn("s3cret", self.complaint('{"stage": "s",\n "api_keys": ["s3cret" 1]}'))

    def test_a_file_that_is_not_there(self):
        run = subprocess.run([PROGRAM, "--port", "0", "--gateway", "/no/such"], stderr=subprocess.PIPE, text=True)
        self.assertEqual(run.returncode, 1)
        self.assertIn("/no/such", run.stderr)


if __name__ == "__main__":
    unittest.main()
