// Known answers: the examples that AWS published for Signature Version 4 ("AKIDEXAMPLE",
// 30 August 2015), and properties of the canonical request.
#include "invoke/sigv4.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace
{
constexpr int64_t kWallNs = 1440938160LL * 1000000000; // 20150830T123600Z

struct Signer {
    fan_signer *signer = nullptr;
    explicit Signer(const char *service = "service", const char *token = nullptr)
    {
        fan_credentials keys = { "AKIDEXAMPLE",
                                 "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token };
        fan_err err{};
        EXPECT_EQ(FAN_OK, fan_signer_new(&signer, "us-east-1", service, &keys, &err))
            << err.text;
    }
    ~Signer()
    {
        fan_signer_free(signer);
    }
};

struct Request {
    const char *method = "GET";
    const char *path = "/";
    const char *query = "";
    std::vector<fan_signing_header> headers = {};
    std::string payload = "";
    const char *host = "example.amazonaws.com";
};

fan_status Sign(fan_signer *signer, const Request &r, fan_signature *signature,
                fan_err *err = nullptr, int64_t wall_ns = kWallNs)
{
    fan_signing_request request = { r.method,         r.path,           r.query,
                                    r.host,           r.headers.data(), r.headers.size(),
                                    r.payload.data(), r.payload.size() };
    return fan_signer_sign(signer, &request, wall_ns, signature, err);
}

std::string SignatureOf(const Request &r, const char *service = "service",
                        const char *token = nullptr)
{
    Signer s(service, token);
    fan_signature signature;
    fan_err err{};
    EXPECT_EQ(FAN_OK, Sign(s.signer, r, &signature, &err)) << err.text;
    std::string text = signature.authorization;
    return text.substr(text.rfind('=') + 1);
}

std::string CanonicalOf(const Request &r)
{
    Signer s;
    fan_signature signature;
    EXPECT_EQ(FAN_OK, Sign(s.signer, r, &signature));
    return fan_signer_canonical(s.signer);
}

std::string Line(const std::string &text, int number)
{
    size_t at = 0;
    while (number-- > 0)
        at = text.find('\n', at) + 1;
    return text.substr(at, text.find('\n', at) - at);
}

const char kVanilla[] =
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
const char kPostVanilla[] =
    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b";
} // namespace

TEST(Sigv4Published, PlainRequests)
{
    EXPECT_EQ(kVanilla, SignatureOf({ "GET", "/" }));
    EXPECT_EQ(kPostVanilla, SignatureOf({ "POST", "/" }));
    EXPECT_EQ("ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
              SignatureOf({ "POST",
                            "/",
                            "",
                            { { "Content-Type", "application/x-www-form-urlencoded" } },
                            "Param1=value1" }));
}

TEST(Sigv4Published, Queries)
{
    EXPECT_EQ("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
              SignatureOf({ "GET", "/", "Param2=value2&Param1=value1" }));
    EXPECT_EQ("a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
              SignatureOf({ "GET", "/", "Param1=value1" }));
    const char unreserved[] =
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz="
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    EXPECT_EQ("9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
              SignatureOf({ "GET", "/", unreserved }));
    EXPECT_EQ("2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
              SignatureOf({ "GET", "/", "\xe1\x88\xb4=bar" }));
}

TEST(Sigv4Published, Headers)
{
    EXPECT_EQ("acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
              SignatureOf({ "GET",
                            "/",
                            "",
                            { { "My-Header1", " value1" },
                              { "My-Header2", " \"a   b   c\"" } } }));
    EXPECT_EQ("c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
              SignatureOf({ "GET",
                            "/",
                            "",
                            { { "My-Header1", "value2" },
                              { "My-Header1", "value2" },
                              { "My-Header1", "value1" } } }));
    EXPECT_EQ("c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
              SignatureOf({ "POST", "/", "", { { "My-Header1", "value1" } } }));
    EXPECT_EQ("cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
              SignatureOf({ "POST", "/", "", { { "My-Header1", "VALUE1" } } }));
}

TEST(Sigv4Published, Paths)
{
    EXPECT_EQ("07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
              SignatureOf({ "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz" }));
    EXPECT_EQ("8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
              SignatureOf({ "GET", "/\xe1\x88\xb4" }));
    EXPECT_EQ("652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
              SignatureOf({ "GET", "/example space/" }));
    EXPECT_EQ("9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
              SignatureOf({ "GET", "//example//" }));
    EXPECT_EQ("ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
              SignatureOf({ "GET", "/./example" }));
    for (const char *root : { "//", "/./", "/example/..", "/example1/example2/../.." })
        EXPECT_EQ(kVanilla, SignatureOf({ "GET", root })) << root;
}

TEST(Sigv4Published, SessionTokenIsSigned)
{
    const char token[] = "AQoDYXdzEPT//////////"
                         "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeM"
                         "icRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/"
                         "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZ"
                         "ampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAk"
                         "iY9q6d+xo0rKwT38xV"
                         "qr7ZD0u0iPPkUL64lIZbqBAz+"
                         "scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2I"
                         "CCR/oLxBA==";
    EXPECT_EQ("85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
              SignatureOf({ "POST", "/" }, "service", token));
}

TEST(Sigv4Published, IamListUsers)
{
    EXPECT_EQ("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
              SignatureOf({ "GET",
                            "/",
                            "Action=ListUsers&Version=2010-05-08",
                            { { "Content-Type",
                                "application/x-www-form-urlencoded; charset=utf-8" } },
                            "",
                            "iam.amazonaws.com" },
                          "iam"));
}

TEST(Sigv4Canonical, EncodesAnEncodedPathOnceMore)
{
    EXPECT_EQ("/2015-03-31/functions/arn%253Aaws%253Alambda/invocations",
              Line(CanonicalOf({ "POST", "/2015-03-31/functions/arn%3Aaws%3Alambda/"
                                         "invocations" }),
                   1));
    EXPECT_EQ("/functions/f%3Aprod",
              Line(CanonicalOf({ "POST", "/functions/f:prod" }), 1));
}

TEST(Sigv4Canonical, SortsAndCompletesTheQuery)
{
    EXPECT_EQ("Qualifier=%24LATEST",
              Line(CanonicalOf({ "POST", "/", "Qualifier=%24LATEST" }), 2));
    EXPECT_EQ("Qualifier=%24LATEST",
              Line(CanonicalOf({ "POST", "/", "Qualifier=$LATEST" }), 2));
    EXPECT_EQ("a=&a=1&a=2&b=%20%2F%3D",
              Line(CanonicalOf({ "GET", "/", "b=%20/=&a=2&&a&a=1" }), 2));
    EXPECT_EQ("a=b%25", Line(CanonicalOf({ "GET", "/", "a=b%" }), 2));
}

TEST(Sigv4Signer, TakesANewKeyEveryDayAndTheSameTextTwice)
{
    Signer s;
    fan_signature first, again, tomorrow;
    ASSERT_EQ(FAN_OK, Sign(s.signer, {}, &first));
    ASSERT_EQ(FAN_OK,
              Sign(s.signer, {}, &tomorrow, nullptr, kWallNs + 86400LL * 1000000000));
    ASSERT_EQ(FAN_OK, Sign(s.signer, {}, &again));
    EXPECT_STREQ(first.authorization, again.authorization);
    EXPECT_STREQ("20150830T123600Z", first.date);
    EXPECT_STREQ("20150831T123600Z", tomorrow.date);
    EXPECT_NE(std::string::npos, std::string(tomorrow.authorization).find("/20150831/"));
}

TEST(Sigv4Signer, RefusesWhatCannotStandInAHeader)
{
    fan_signer *signer = nullptr;
    const char *bad[][4] = {
        { "", "s", nullptr, "us-east-1" },    { "a\r\nb", "s", nullptr, "us-east-1" },
        { "a/b", "s", nullptr, "us-east-1" }, { "a", "", nullptr, "us-east-1" },
        { "a", "s e", nullptr, "us-east-1" }, { "a", "s", "t\nx", "us-east-1" },
        { "a", "s", "", "us-east-1" },        { "a", "s", nullptr, "" },
        { "a", "s", nullptr, "us/east" },
    };
    for (auto &row : bad) {
        fan_credentials keys = { row[0], row[1], row[2] };
        fan_err err{};
        EXPECT_EQ(FAN_EINVAL, fan_signer_new(&signer, row[3], "lambda", &keys, &err));
        EXPECT_EQ(nullptr, signer);
    }
    fan_credentials keys = { "id", "very secret\n", nullptr };
    fan_err err{};
    EXPECT_EQ(FAN_EINVAL, fan_signer_new(&signer, "r", "lambda", &keys, &err));
    EXPECT_EQ(nullptr, strstr(err.text, "very")) << "a secret must not be printed";
}

TEST(Sigv4Signer, TakesOtherKeysWithinTheDay)
{
    Signer s, other;
    const fan_credentials keys = { "AKIDOTHER", "another-secret", "a-token" };
    fan_signature before, after, anew;
    ASSERT_EQ(FAN_OK, Sign(s.signer, {}, &before));
    ASSERT_EQ(FAN_OK, fan_signer_set_keys(s.signer, &keys, nullptr));
    ASSERT_EQ(FAN_OK, fan_signer_set_keys(other.signer, &keys, nullptr));
    ASSERT_EQ(FAN_OK, Sign(s.signer, {}, &after));
    ASSERT_EQ(FAN_OK, Sign(other.signer, {}, &anew));
    EXPECT_STRNE(before.authorization, after.authorization);
    EXPECT_STREQ(anew.authorization, after.authorization);
    EXPECT_STREQ("a-token", after.token);
    const fan_credentials bad = { "AKIDOTHER", "", nullptr };
    EXPECT_EQ(FAN_EINVAL, fan_signer_set_keys(s.signer, &bad, nullptr));
    ASSERT_EQ(FAN_OK, Sign(s.signer, {}, &anew));
    EXPECT_STREQ(after.authorization, anew.authorization) << "and keeps what it had";
}

TEST(Sigv4Signer, RefusesWhatIsTooLong)
{
    Signer s;
    fan_signature signature;
    std::string path = "/" + std::string(40000, 'x'), query(40000, ' ');
    fan_err err{};
    EXPECT_EQ(FAN_ELIMIT, Sign(s.signer, { "GET", path.c_str() }, &signature, &err));
    EXPECT_EQ(FAN_ELIMIT, Sign(s.signer, { "GET", "/", query.c_str() }, &signature));
    std::vector<fan_signing_header> many(FAN_SIGNING_HEADERS_MAX + 1, { "a", "b" });
    EXPECT_EQ(FAN_ELIMIT, Sign(s.signer, { "GET", "/", "", many }, &signature));
    EXPECT_EQ(FAN_EINVAL, Sign(s.signer, { "GET", "x" }, &signature));
    std::string deep;
    for (int i = 0; i < 1000; i++)
        deep += "/x";
    EXPECT_EQ(FAN_ELIMIT, Sign(s.signer, { "GET", deep.c_str() }, &signature));
    EXPECT_EQ(FAN_OK, Sign(s.signer, {}, &signature)) << "and goes on afterwards";
}

// tests/e2e/test_sigv4_botocore.py names a file of requests, each text a line in
// hexadecimal, and compares what is answered.
namespace
{
std::string NextText(std::istream &in)
{
    auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string hex, text;
    std::getline(in, hex);
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
        text += (char)(digit(hex[i]) * 16 + digit(hex[i + 1]));
    return text;
}
} // namespace

TEST(Sigv4ForOthers, SignsTheRequestsOfAFile)
{
    const char *asked = getenv("FAN_SIGN_REQUESTS"),
               *answered = getenv("FAN_SIGN_ANSWERS");
    if (!asked || !answered) return; // run by itself there is nothing to answer
    std::ifstream in(asked);
    std::ofstream out(answered);
    std::string f[12];
    while (in.peek() != EOF) {
        for (auto &text : f)
            text = NextText(in);
        std::vector<std::string> text(2 * std::stoul(f[11]));
        std::vector<fan_signing_header> headers;
        for (auto &t : text)
            t = NextText(in);
        for (size_t i = 0; i < text.size(); i += 2)
            headers.push_back({ text[i].c_str(), text[i + 1].c_str() });
        fan_credentials keys = { f[6].c_str(), f[7].c_str(),
                                 f[8].empty() ? nullptr : f[8].c_str() };
        fan_signer *signer = nullptr;
        fan_err err{};
        ASSERT_EQ(FAN_OK,
                  fan_signer_new(&signer, f[4].c_str(), f[5].c_str(), &keys, &err))
            << err.text;
        fan_signature signature;
        Request r{
            f[0].c_str(), f[1].c_str(), f[2].c_str(), headers, f[10], f[3].c_str()
        };
        ASSERT_EQ(FAN_OK,
                  Sign(signer, r, &signature, &err, std::stoll(f[9]) * 1000000000))
            << err.text;
        out << signature.authorization << "\n";
        fan_signer_free(signer);
    }
}
