"""Keys and tokens made with PyJWT and cryptography: an implementation that is not ours."""
import base64
import hashlib
import hmac
import json
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ISSUER = "https://issuer.example"
AUDIENCE = "primes-api"
SECRET = "a secret of more than thirty-two bytes"
METHOD_ARN = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/primes"
STAGE_ARN = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/*"


def b64(data):
    if isinstance(data, dict):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def integer(number):
    return b64(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def rsa_jwk(key, **more):
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": integer(numbers.n), "e": integer(numbers.e), **more}


def ed_key():
    return ed25519.Ed25519PrivateKey.generate()


def ed_jwk(key, **more):
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": b64(raw), **more}


def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM,
                                         serialization.PublicFormat.SubjectPublicKeyInfo)


def claims(**changed):
    """Those of a good token; a value of None takes one away."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "iat": now, "nbf": now, "exp": now + 600,
            "scope": "primes:read"}
    return {k: v for k, v in {**good, **changed}.items() if v is not None}


def token(key, algorithm, kid=None, headers=None, **changed):
    extra = {**({"kid": kid} if kid else {}), **(headers or {})}
    return jwt.encode(claims(**changed), key, algorithm=algorithm, headers=extra)


def hmac_token(secret, header=None, **changed):
    """Signed with any bytes: PyJWT itself refuses a public key as a secret."""
    text = b64({"alg": "HS256", "typ": "JWT", **(header or {})}) + "." + b64(claims(**changed))
    return text + "." + b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())


def event(bearer, **changed):
    return {"type": "TOKEN", "authorizationToken": "Bearer " + bearer, "methodArn": METHOD_ARN,
            **changed}
