#!/usr/bin/python3
"""Write sigv4_cases.txt: requests signed by botocore, for the verifier's tests.

Run it by hand when the cases change: make_sigv4_cases.py > sigv4_cases.txt (needs
python3-botocore). One case is a block of lines: method, path, query, body (hex), number of
headers, the headers, an empty line. Everything is drawn from a fixed seed and date.
"""
import datetime
import random
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials

KEY = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
STAMP = datetime.datetime(2026, 1, 31, 10, 0, 0)
NAMES = ["sieve-1769", "sieve:$LATEST", "a_b", "123456789012:function:x",
         "arn:aws:lambda:us-east-1:123456789012:function:sieve:prod"]
TAILS = ["invocations", "configuration", "", "x/../invocations", "./invocations", "/code"]
VALUES = ["$LATEST", "prod", "", "a b", "a+b", "a/b=c&d", "\u1234", "~-._", "100%", "Z", "a"]


class FixedClock(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return STAMP

    @classmethod
    def now(cls, tz=None):
        return STAMP.replace(tzinfo=tz)


class FixedDatetime:
    datetime = FixedClock

    def __getattr__(self, name):
        return getattr(datetime, name)


def draw(rng, index):
    path = "/2015-03-31/functions/" + urllib.parse.quote(rng.choice(NAMES), safe=rng.choice(
        ["", ":"])) + "/" + rng.choice(TAILS)
    keys = rng.sample(["Qualifier", "Marker", "a", "a-b", "a b", "B", "\u00e9"], rng.randint(0, 4))
    pairs = [(k, rng.choice(VALUES)) for k in keys]
    query = "&".join(urllib.parse.quote(k, safe="-_.~") + "=" + urllib.parse.quote(v, safe="-_.~")
                     for k, v in pairs)
    method = rng.choice(["GET", "POST", "PUT", "DELETE"])
    body = b"" if method in ("GET", "DELETE") else bytes(
        rng.randrange(256) for _ in range(rng.choice([0, 1, 63, 64, 300])))
    headers = {"Host": rng.choice(["127.0.0.1:9001", "lambda.us-east-1.amazonaws.com", "[::1]:80"])}
    for name, value in [("X-Amz-Invocation-Type", "Event"), ("X-Amz-Log-Type", " Tail "),
                        ("Content-Type", "application/json"), ("X-Amz-Meta-A", "a   b  c"),
                        ("X-Amz-Meta-A-B", "\"quoted,  text\""), ("x-custom", "")]:
        if rng.random() < 0.5:
            headers[name] = value
    return method, path, query, body, headers


def sign(method, path, query, body, headers):
    url = "http://" + headers["Host"] + path + ("?" + query if query else "")
    request = botocore.awsrequest.AWSRequest(method=method, url=url, data=body, headers=headers)
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials(KEY, SECRET), "lambda",
                                     "us-east-1")
    signer.add_auth(request)
    return dict(request.headers.items())


def main():
    botocore.auth.datetime = FixedDatetime()
    rng = random.Random(20260131)
    for index in range(120):
        method, path, query, body, headers = draw(rng, index)
        signed = sign(method, path, query, body, headers)
        print(method)
        print(path)
        print(query)
        print(body.hex())
        print(len(signed))
        for name, value in signed.items():
            print(f"{name}: {value}")
        print()


if __name__ == "__main__":
    main()
