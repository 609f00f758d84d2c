"""Function URLs over real curl: addresses, events, answers and who may call."""
import base64
import re
import tempfile
import unittest

from botocore.credentials import Credentials

from local_endpoint import KEYS, REGION, Endpoint, curl

ECHO = """
def handler(event, headers):
    what = (event.get("queryStringParameters") or {}).get("do")
    if what == "fail": raise ValueError("wrong")
    if what == "exit": os._exit(1)
    if what == "value": return {"a": [1, 2]}
    if what == "text": return "Hello"
    if what == "version": return os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    if what == "malformed": return {"statusCode": 200, "body": 7}
    if what == "full":
        return {"statusCode": 201, "headers": {"X-One": "1", "Content-Type": "image/png"}, "cookies": ["a=1", "b=2; Secure"],
                "body": "AP8=", "isBase64Encoded": True}
    return event
"""
SIGNED = ("--aws-sigv4", "aws:amz:%s:lambda" % REGION, "--user", "%s:%s" % (KEYS.access_key, KEYS.secret_key))
FORBIDDEN = ('{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: '
             'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}')


class Urls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint()
        for name in ("open", "signed", "blocked", "other"):
            cls.endpoint.create_python(name, ECHO)
        cls.endpoint.call("PUT", "/2017-10-31/functions/blocked/concurrency", '{"ReservedConcurrentExecutions":0}')
        cls.url, cls.signed, cls.blocked = (
            cls.config("POST", name, '{"AuthType":"%s"}' % auth).json()["FunctionUrl"].rstrip("/")
            for name, auth in (("open", "NONE"), ("signed", "AWS_IAM"), ("blocked", "NONE")))

    @classmethod
    def tearDownClass(cls):
        assert cls.endpoint.close() == 0

    @classmethod
    def config(cls, method, name, body="", suffix="url"):
        return cls.endpoint.call(method, "/2021-10-31/functions/%s/%s" % (name, suffix), body)

    def test_address(self):
        self.assertRegex(self.url, r"^http://[a-z0-9]{32}\.lambda-url\.us-east-1\.localhost:%d$" % self.endpoint.port)

    def test_clients_that_cannot_resolve_it_send_its_host(self):
        host = self.url.split("//")[1]
        self.assertEqual(curl(self.endpoint.url + "/a", "-H", "Host: " + host).json()["rawPath"], "/a")

    def test_event(self):
        event = curl(self.url + "/2015-03-31/functions/a%20b/?x=1&y=%26&x=2", "-H", "X-Many: 1", "-H", "x-many: 2",
                     "-H", "Cookie: a=1; b=2", "-H", "User-Agent: me", "-d", "text",
                     "-H", "Content-Type: text/plain").json()
        self.assertEqual(set(event), {"version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers",
                                      "queryStringParameters", "requestContext", "body", "isBase64Encoded"})
        self.assertEqual((event["version"], event["routeKey"]), ("2.0", "$default"))
        self.assertEqual((event["rawPath"], event["rawQueryString"]),
                         ("/2015-03-31/functions/a%20b/", "x=1&y=%26&x=2"))
        self.assertEqual(event["queryStringParameters"], {"x": "1,2", "y": "&"})
        self.assertEqual(event["cookies"], ["a=1", "b=2"])
        self.assertEqual((event["headers"]["x-many"], event["headers"]["x-forwarded-for"]), ("1,2", "127.0.0.1"))
        self.assertEqual((event["body"], event["isBase64Encoded"]), ("text", False))
        context = event["requestContext"]
        self.assertEqual(set(context), {"accountId", "apiId", "domainName", "domainPrefix", "http", "requestId",
                                        "routeKey", "stage", "time", "timeEpoch"})
        self.assertEqual(context["http"], {"method": "POST", "path": event["rawPath"], "protocol": "HTTP/1.1",
                                           "sourceIp": "127.0.0.1", "userAgent": "me"})
        self.assertEqual((context["accountId"], context["stage"]), ("anonymous", "$default"))
        self.assertEqual(context["domainName"], self.url.split("//")[1].split(":")[0])
        self.assertEqual(context["apiId"], context["domainName"].split(".")[0])

    def test_least_event_and_binary_body(self):
        event = curl(self.url).json()
        self.assertEqual(set(event), {"version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext",
                                      "isBase64Encoded"})
        self.assertEqual((event["rawPath"], event["rawQueryString"]), ("/", ""))
        event = curl(self.url, "-d", "a=b").json()
        self.assertEqual((base64.b64decode(event["body"]), event["isBase64Encoded"]), (b"a=b", True))

    def test_answers_are_inferred(self):
        value, text = curl(self.url + "/?do=value"), curl(self.url + "/?do=text")
        self.assertEqual((value.status, value.json()), (200, {"a": [1, 2]}))
        self.assertEqual((text.status, text.body), (200, b"Hello"))
        for reply in (value, text):
            self.assertEqual(reply.headers["content-type"], ["application/json"])
            self.assertRegex(reply.headers["x-amzn-trace-id"][0], "^Root=1-")
            self.assertRegex(reply.headers["x-amzn-requestid"][0], "^[0-9a-f-]{36}$")

    def test_whole_answer(self):
        reply = curl(self.url + "/?do=full")
        self.assertEqual((reply.status, reply.body), (201, b"\0\xff"))
        self.assertEqual((reply.headers["x-one"], reply.headers["content-type"]), (["1"], ["image/png"]))
        self.assertEqual(reply.headers["set-cookie"], ["a=1", "b=2; Secure"])

    def test_failing_functions(self):
        for what in ("fail", "exit", "malformed"):
            reply = curl(self.url + "/?do=" + what)
            self.assertEqual((reply.status, reply.body), (502, b"Internal Server Error"), what)

    def test_throttled(self):
        reply = curl(self.blocked)
        self.assertEqual((reply.status, reply.headers["x-amzn-errortype"]), (429, ["TooManyRequestsException"]))
        self.assertEqual(reply.body, b'{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User",'
                                     b'"message":"Rate Exceeded."}')
        self.assertNotIn("retry-after", reply.headers)

    def test_unknown_url(self):
        url = re.sub("//[a-z0-9]{32}", "//" + "a" * 32, self.url)
        for address in (url, url.replace("a" * 32, "short")):
            reply = curl(address + "/2015-03-31/functions")
            self.assertEqual((reply.status, reply.headers["x-amzn-errortype"], reply.body),
                             (403, ["AccessDeniedException"], b'{"Message":null}'))

    def test_too_large_a_body(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x" * 6291456)
            file.flush()
            reply = curl(self.url, "--data-binary", "@" + file.name, "-H", "Content-Type: text/plain")
        self.assertEqual((reply.status, reply.headers["x-amzn-errortype"]), (413, ["RequestEntityTooLargeException"]))

    def test_unsigned_call_of_a_signed_url(self):
        reply = curl(self.signed)
        self.assertEqual((reply.status, reply.headers["x-amzn-errortype"], reply.body.decode()),
                         (403, ["AccessDeniedException"], FORBIDDEN))

    def test_curls_signature(self):
        for options in ((), ("-d", '{"n": 7}', "-H", "Content-Type: application/json")):
            reply = curl(self.signed + "/path?a=1", *SIGNED, *options)
            self.assertEqual(reply.status, 200, reply.body)
        context = reply.json()["requestContext"]
        self.assertEqual(context["accountId"], "123456789012")
        self.assertIsNone(context["authentication"])
        self.assertEqual((context["authorizer"]["iam"]["accessKey"], context["authorizer"]["iam"]["accountId"]),
                         (KEYS.access_key, "123456789012"))

    def test_botocores_signature(self):
        url, self.endpoint.url = self.endpoint.url, self.signed  # what sign() signs for
        try:
            headers = self.endpoint.sign("POST", "/a%20b?x=y", b"body")
        finally:
            self.endpoint.url = url
        options = [part for name, value in headers.items() for part in ("-H", "%s: %s" % (name, value))]
        self.assertEqual(curl(self.signed + "/a%20b?x=y", "-d", "body", *options).json()["rawPath"], "/a%20b")
        reply = curl(self.signed + "/a%20b?x=z", "-d", "body", *options)
        self.assertEqual((reply.status, reply.headers["x-amzn-errortype"]), (403, ["InvalidSignatureException"]))

    def test_wrong_key_and_wrong_service(self):
        wrong = Credentials(KEYS.access_key, "not the secret")
        for service, keys, kind in (("lambda", wrong, "InvalidSignatureException"),
                                    ("execute-api", KEYS, "InvalidSignatureException"),
                                    ("lambda", Credentials("AKIAOTHER", "x"), "UnrecognizedClientException")):
            reply = curl(self.signed, "--aws-sigv4", "aws:amz:%s:%s" % (REGION, service), "--user",
                         "%s:%s" % (keys.access_key, keys.secret_key))
            self.assertEqual((reply.status, reply.headers["x-amzn-errortype"]), (403, [kind]))

    def test_url_of_an_alias(self):
        self.endpoint.call("POST", "/2015-03-31/functions/signed/versions")
        missing = self.config("POST", "signed", '{"AuthType":"NONE"}', "url?Qualifier=live")
        self.assertEqual((missing.status, missing.headers["x-amzn-ErrorType"]), (404, "ResourceNotFoundException"))
        self.endpoint.call("POST", "/2015-03-31/functions/signed/aliases", '{"Name":"live","FunctionVersion":"1"}')
        made = self.config("POST", "signed", '{"AuthType":"NONE"}', "url?Qualifier=live").json()
        self.assertTrue(made["FunctionArn"].endswith(":function:signed:live"))
        self.assertEqual(curl(made["FunctionUrl"] + "?do=version").body, b"1")
        self.assertEqual(len(self.config("GET", "signed", suffix="urls").json()["FunctionUrlConfigs"]), 2)
        self.assertEqual(self.config("POST", "signed", '{"AuthType":"NONE"}', "url?Qualifier=1").status, 400)

    def test_life_of_a_url(self):
        missing = self.config("GET", "other")
        self.assertEqual((missing.status, missing.headers["x-amzn-ErrorType"]), (404, "ResourceNotFoundException"))
        for body, status in (("{}", 400), ('{"AuthType":"ALL"}', 400), ('{"AuthType":"NONE","Cors":{"MaxAge":1}}', 400),
                             ('{"AuthType":"NONE","InvokeMode":"RESPONSE_STREAM"}', 400),
                             ('{"AuthType":"NONE"}', 201), ('{"AuthType":"NONE"}', 409)):
            self.assertEqual(self.config("POST", "other", body).status, status, body)
        url = self.config("GET", "other").json()["FunctionUrl"]
        self.assertEqual(curl(url).status, 200)
        self.assertEqual(self.config("PUT", "other", '{"AuthType":"AWS_IAM"}').json()["AuthType"], "AWS_IAM")
        self.assertEqual(curl(url).status, 403)
        listed = self.config("GET", "other", suffix="urls").json()["FunctionUrlConfigs"]
        self.assertEqual([config["FunctionUrl"] for config in listed], [url])
        self.assertEqual(self.config("DELETE", "other").status, 204)
        self.assertEqual(curl(url).body, b'{"Message":null}')
        url = self.config("POST", "other", '{"AuthType":"NONE"}').json()["FunctionUrl"]
        self.endpoint.call("DELETE", "/2015-03-31/functions/other")
        self.assertEqual(curl(url).body, b'{"Message":null}')


if __name__ == "__main__":
    unittest.main()
