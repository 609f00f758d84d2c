// The verifier against AWS's published examples, against requests that botocore signed,
// and against everything a request can have wrong.
#include "local_lambda/sigv4_verify.h"

#include "local_lambda/auth_header.h"
#include "local_lambda/canonical_request.h"
#include "local_lambda/sigv4_date.h"
#include "tests/local_lambda/made_request.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace
{

const int64_t second_ns = 1000000000;

int64_t ns_of(const char *stamp)
{
    int64_t seconds = 0;
    EXPECT_EQ(fan_sigv4_date_parse(stamp, &seconds, nullptr), FAN_OK);
    return seconds * second_ns;
}

struct Verifier {
    struct fan_verifier *verifier;
    explicit Verifier(const char *service = nullptr, const char *id = "AKIDEXAMPLE")
    {
        struct fan_signers signers = { id, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                       "us-east-1", service };
        verifier = fan_verifier_new(&signers);
    }
    ~Verifier()
    {
        fan_verifier_free(verifier);
    }
    Verifier(const Verifier &) = delete;
    Verifier &operator=(const Verifier &) = delete;

    // "" when right, else "Type: body"
    std::string check(const MadeRequest &made, int64_t now_ns)
    {
        MadeAnswer answer;
        struct fan_http_request request = made.view();
        if (fan_verifier_check(verifier, &request, now_ns, &answer.answer)) {
            EXPECT_EQ(answer.answer.header_count, 0u)
                << "a right request gets no answer yet";
            return "";
        }
        EXPECT_EQ(answer.answer.status, 403);
        return answer.header("x-amzn-ErrorType") + ": " + answer.body();
    }
};

// ---- published examples (Signature Version 4 test suite, 2015-08-30) ----

MadeRequest published(const char *method, const char *path, const char *query,
                      const char *headers, const char *signature)
{
    MadeRequest made;
    made.method = method;
    made.path = path;
    made.query = query;
    made.headers = { { "Host", "example.amazonaws.com" },
                     { "X-Amz-Date", "20150830T123600Z" } };
    made.set(
        "Authorization",
        std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                    "aws4_request, SignedHeaders=") +
            headers + ", Signature=" + signature);
    return made;
}

const char *const vanilla =
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

TEST(VerifierPublished, TestSuiteExamplesHold)
{
    Verifier verifier("service");
    int64_t now_ns = ns_of("20150830T123600Z");
    const char *plain = "host;x-amz-date";
    std::vector<MadeRequest> cases = {
        published("GET", "/", "", plain, vanilla),
        published("GET", "/example/..", "", plain, vanilla),
        published("GET", "/./", "", plain, vanilla),
        published("GET", "//", "", plain, vanilla),
        published("GET", "/", "Param2=value2&Param1=value1", plain,
                  "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        published("POST", "/", "", plain,
                  "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    };
    cases.push_back(
        published("POST", "/", "", "content-type;host;x-amz-date",
                  "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"));
    cases.back().set("Content-Type", "application/x-www-form-urlencoded");
    cases.back().body = "Param1=value1";
    cases.push_back(
        published("GET", "/", "", "host;my-header1;my-header2;x-amz-date",
                  "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"));
    cases.back().set("My-Header1", " value1");
    cases.back().set("My-Header2", " \"a   b   c\"");
    for (const MadeRequest &made : cases)
        EXPECT_EQ(verifier.check(made, now_ns), "")
            << made.method << " " << made.path << "?" << made.query;
}

TEST(VerifierPublished, TheListUsersExampleOfTheReferenceHolds)
{
    Verifier verifier("iam");
    MadeRequest made;
    made.query = "Action=ListUsers&Version=2010-05-08";
    made.headers = {
        { "Content-Type", "application/x-www-form-urlencoded; charset=utf-8" },
        { "Host", "iam.amazonaws.com" },
        { "X-Amz-Date", "20150830T123600Z" },
        { "Authorization",
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
          "SignedHeaders=content-type;host;x-amz-date, "
          "Signature="
          "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7" }
    };
    EXPECT_EQ(verifier.check(made, ns_of("20150830T123600Z")), "");
}

// ---- botocore ----

int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

std::vector<MadeRequest> botocore_cases()
{
    std::ifstream in(std::string(FAN_TEST_DATA) + "/sigv4_cases.txt");
    std::vector<MadeRequest> cases;
    MadeRequest made;
    std::string hex, line;
    while (std::getline(in, made.method) && std::getline(in, made.path) &&
           std::getline(in, made.query) && std::getline(in, hex) &&
           std::getline(in, line)) {
        made.body.clear();
        for (size_t i = 0; i + 1 < hex.size(); i += 2)
            made.body += (char)(nibble(hex[i]) * 16 + nibble(hex[i + 1]));
        made.headers.clear();
        for (int i = std::stoi(line); i > 0 && std::getline(in, line); i--) {
            size_t colon = line.find(": ");
            made.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        }
        std::getline(in, line); // the empty one
        cases.push_back(made);
    }
    return cases;
}

TEST(VerifierBotocore, AcceptsWhatItSigned)
{
    Verifier verifier;
    std::vector<MadeRequest> cases = botocore_cases();
    ASSERT_EQ(cases.size(), 120u);
    for (const MadeRequest &made : cases)
        EXPECT_EQ(verifier.check(made, ns_of("20260131T100000Z")), "")
            << made.method << " " << made.path << "?" << made.query;
}

TEST(VerifierBotocore, RefusesAnyOtherRequest)
{
    Verifier verifier;
    const std::vector<std::function<void(MadeRequest &)>> changes = {
        [](MadeRequest &m) { m.method = "PATCH"; },
        [](MadeRequest &m) { m.path += "x"; },
        [](MadeRequest &m) { m.query += "&z=1"; },
        [](MadeRequest &m) { m.body += "x"; },
        [](MadeRequest &m) { m.set("Host", "elsewhere"); },
        [](MadeRequest &m) { m.set("X-Amz-Date", "20260131T100001Z"); },
        [](MadeRequest &m) { m.headers.back().second.back() ^= 1; },
    };
    for (const MadeRequest &original : botocore_cases())
        for (size_t i = 0; i < changes.size(); i++) {
            MadeRequest made = original;
            ASSERT_EQ(made.headers.back().first, "Authorization");
            changes[i](made);
            EXPECT_EQ(verifier.check(made, ns_of("20260131T100000Z")).substr(0, 25),
                      "InvalidSignatureException")
                << "change " << i;
        }
}

// ---- what can be wrong ----

MadeRequest right()
{
    return published("GET", "/", "", "host;x-amz-date", vanilla);
}

std::string refusal(const std::function<void(MadeRequest &)> &change,
                    const char *now = "20150830T123600Z")
{
    Verifier verifier("service");
    MadeRequest made = right();
    change(made);
    return verifier.check(made, ns_of(now));
}

std::string authorization(const char *text)
{
    return refusal([&](MadeRequest &m) { m.set("Authorization", text); });
}

TEST(VerifierRefuses, AWrongSignatureWithTheServicesText)
{
    Verifier verifier("service");
    MadeRequest made = right();
    made.path = "/x";
    MadeAnswer answer;
    struct fan_http_request request = made.view();
    ASSERT_EQ(fan_verifier_check(verifier.verifier, &request, ns_of("20150830T123600Z"),
                                 &answer.answer),
              0);
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "InvalidSignatureException");
    EXPECT_EQ(answer.body().size(), 192u) << "as recorded: " << answer.body();
}

TEST(VerifierRefuses, ARequestWithoutCredentials)
{
    EXPECT_EQ(
        refusal([](MadeRequest &m) { m.headers.pop_back(); }),
        "MissingAuthenticationTokenException: {\"message\":\"Missing Authentication "
        "Token\"}");
}

TEST(VerifierRefuses, AnUnknownKeyOrASessionToken)
{
    const char *expected =
        "UnrecognizedClientException: {\"message\":\"The security token "
        "included in the request is invalid.\"}";
    Verifier other("service", "AKIDOTHER");
    EXPECT_EQ(other.check(right(), ns_of("20150830T123600Z")), expected);
    EXPECT_EQ(refusal([](MadeRequest &m) { m.set("X-Amz-Security-Token", "t"); }),
              expected);
}

TEST(VerifierRefuses, AMalformedAuthorizationHeader)
{
    EXPECT_EQ(
        authorization("Bearer secret"),
        "IncompleteSignatureException: {\"message\":\"Authorization header requires "
        "'Credential' parameter. Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. "
        "Authorization=Bearer\"}");
    const char *const incomplete[] = {
        "",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256Credential=a",
        "AWS4-HMAC-SHA256 Credential=, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service, "
        "SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 "
        "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request/x, "
        "SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830//service/aws4_request, "
        "SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/, "
        "SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 "
        "Credential=AKIDEXAMPLE/201508300/us-east-1/service/aws4_request, "
        "SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00",
    };
    for (const char *text : incomplete)
        EXPECT_EQ(authorization(text).substr(0, 28), "IncompleteSignatureException")
            << text;
}

TEST(VerifierRefuses, AMissingOrMalformedDate)
{
    EXPECT_NE(refusal([](MadeRequest &m) {
                  m.headers.erase(m.headers.begin() + 1);
              }).find("requires existence of either a 'X-Amz-Date' or a 'Date' header"),
              std::string::npos);
    EXPECT_NE(refusal([](MadeRequest &m) {
                  m.set("X-Amz-Date", "yesterday");
              }).find("Date must be in ISO-8601 'basic format'. Got 'yesterday'"),
              std::string::npos);
}

TEST(VerifierRefuses, AnotherScope)
{
    auto scope = [](const char *text) {
        return authorization((std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") +
                              text +
                              ", SignedHeaders=host;x-amz-date, Signature=" + vanilla)
                                 .c_str());
    };
    EXPECT_EQ(scope("20150830/us-east-1/service/aws4_request"), "");
    EXPECT_NE(
        scope("20150830/eu-west-1/service/aws4_request")
            .find("Credential should be scoped to a valid region, not 'eu-west-1'. "),
        std::string::npos);
    EXPECT_NE(scope("20150830/us-east-1/s3/aws4_request")
                  .find("Credential should be scoped to correct service: 'service'. "),
              std::string::npos);
    EXPECT_NE(scope("20150830/us-east-1/service/aws5_request")
                  .find("valid terminator: 'aws4_request', not 'aws5_request'. "),
              std::string::npos);
    EXPECT_NE(scope("20150829/us-east-1/service/aws4_request")
                  .find("'20150829' != '20150830', from '20150830T123600Z'."),
              std::string::npos);
}

TEST(VerifierRefuses, SignaturesOlderOrNewerThanFiveMinutes)
{
    auto nothing = [](MadeRequest &) {};
    EXPECT_EQ(refusal(nothing, "20150830T124100Z"), "");
    EXPECT_EQ(refusal(nothing, "20150830T123100Z"), "");
    EXPECT_EQ(refusal(nothing, "20150830T124101Z"),
              "InvalidSignatureException: {\"message\":\"Signature expired: "
              "20150830T123600Z is "
              "now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)\"}");
    EXPECT_EQ(
        refusal(nothing, "20150830T123059Z"),
        "InvalidSignatureException: {\"message\":\"Signature not yet current: "
        "20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 "
        "min.)\"}");
}

TEST(VerifierRefuses, AnUnsignedHost)
{
    EXPECT_NE(refusal([](MadeRequest &m) {
                  m = published("GET", "/", "", "x-amz-date", vanilla);
              }).find("'Host' or ':authority' must be a 'SignedHeader'"),
              std::string::npos);
}

TEST(VerifierRefuses, ABodyHashThatIsNotTheBodys)
{
    const char *empty =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    EXPECT_EQ(refusal([&](MadeRequest &m) { m.set("X-Amz-Content-Sha256", empty); }), "");
    EXPECT_NE(refusal([](MadeRequest &m) {
                  m.set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
              }),
              "");
    EXPECT_NE(refusal([&](MadeRequest &m) {
                  m.set("X-Amz-Content-Sha256", empty);
                  m.body = "x";
              }),
              "");
}

TEST(VerifierRefuses, SignedHeadersThatWereNotSent)
{
    EXPECT_NE(refusal([](MadeRequest &m) {
                  m = published("GET", "/", "", "expect;host;x-amz-date", vanilla);
              }),
              "");
}

TEST(VerifierKey, FollowsTheDay)
{
    // one verifier, requests of two days in turn: the cached key must follow
    Verifier verifier("service");
    MadeRequest other = right();
    other.set("X-Amz-Date", "20150831T000000Z");
    for (int i = 0; i < 3; i++) {
        EXPECT_EQ(verifier.check(right(), ns_of("20150830T123600Z")), "");
        EXPECT_NE(verifier.check(other, ns_of("20150831T000000Z")), "");
    }
}

// ---- parts ----

std::string canonical(const MadeRequest &made, const char *headers = "host")
{
    struct fan_buf buf = FAN_BUF_INIT(65536);
    struct fan_http_request request = made.view();
    enum fan_status st =
        fan_canonical_request(&buf, &request, headers, strlen(headers), "HASH");
    std::string text = st ? "refused" : std::string(buf.data, buf.size);
    fan_buf_clear(&buf);
    return text;
}

TEST(CanonicalRequest, EncodesThePathAgain)
{
    MadeRequest made;
    made.headers = { { "Host", "h" } };
    made.path = "/f/a%3Ab:c~/";
    EXPECT_EQ(canonical(made), "GET\n/f/a%253Ab%3Ac~/\n\nhost:h\n\nhost\nHASH");
}

TEST(CanonicalRequest, SortsTheQueryByNameThenValue)
{
    MadeRequest made;
    made.headers = { { "Host", "h" } };
    made.query = "b=2&a=z&b=1&a&&A=%7e%2F&a-b=1&a=";
    EXPECT_EQ(canonical(made),
              "GET\n/\nA=~%2F&a=&a=&a=z&a-b=1&b=1&b=2\nhost:h\n\nhost\nHASH");
}

TEST(CanonicalRequest, TrimsAndJoinsHeaders)
{
    MadeRequest made;
    made.headers = {
        { "HOST", " h " }, { "A", "  x \t y  " }, { "a", "z" }, { "B", "" }
    };
    EXPECT_EQ(canonical(made, "a;b;host"),
              "GET\n/\n\na:x y,z\nb:\nhost:h\n\na;b;host\nHASH");
}

TEST(CanonicalRequest, RefusesWhatItCannotWrite)
{
    MadeRequest made;
    made.headers = { { "Host", "h" } };
    EXPECT_EQ(canonical(made, "host;missing"), "refused");
    EXPECT_EQ(canonical(made, "host;;"), "refused");
    made.query = "a=%zz";
    EXPECT_EQ(canonical(made), "refused");
    made.query = "a";
    for (int i = 0; i < FAN_CANONICAL_QUERY_MAX; i++)
        made.query += "&a";
    EXPECT_EQ(canonical(made), "refused");
    made.query = std::string(100000, 'a');
    EXPECT_EQ(canonical(made), "refused");
}

TEST(AuthHeader, PartsComeInAnyOrderAndSpacing)
{
    struct fan_auth_header auth;
    ASSERT_EQ(
        fan_auth_header_parse(&auth,
                              "AWS4-HMAC-SHA256 Signature=00,SignedHeaders=a;host,\t"
                              "Credential=ID/20150830/r/s/t",
                              true, nullptr),
        FAN_OK);
    EXPECT_STREQ(auth.access_key_id, "ID");
    EXPECT_STREQ(auth.day, "20150830");
    EXPECT_STREQ(auth.region, "r");
    EXPECT_STREQ(auth.service, "s");
    EXPECT_STREQ(auth.terminator, "t");
    EXPECT_EQ(std::string(auth.signature, auth.signature_bytes), "00");
    EXPECT_TRUE(fan_auth_header_signs(&auth, "host"));
    EXPECT_TRUE(fan_auth_header_signs(&auth, "a"));
    EXPECT_FALSE(fan_auth_header_signs(&auth, "hos"));
    EXPECT_FALSE(fan_auth_header_signs(&auth, "a;host"));
}

TEST(Sigv4Date, RoundTripsEveryDay)
{
    const struct {
        const char *text;
        int64_t seconds;
    } known[] = { { "19700101T000000Z", 0 },
                  { "20000229T235959Z", 951868799 },
                  { "20150830T123600Z", 1440938160 },
                  { "20380119T031408Z", 2147483648 },
                  { "99991231T235959Z", 7258118400 } };
    for (const auto &k : known) {
        int64_t seconds = -1;
        ASSERT_EQ(fan_sigv4_date_parse(k.text, &seconds, nullptr), FAN_OK) << k.text;
        EXPECT_EQ(seconds, k.seconds);
    }
    for (int64_t day = 0; day < 200 * 365; day += 1) {
        char text[FAN_SIGV4_DATE_MAX];
        int64_t seconds = day * 86400 + (day * 7919) % 86400, back = -1;
        fan_sigv4_date_format(seconds, text);
        ASSERT_EQ(fan_sigv4_date_parse(text, &back, nullptr), FAN_OK) << text;
        ASSERT_EQ(back, seconds) << text;
    }
}

TEST(Sigv4Date, RefusesWhatIsNoDate)
{
    for (const char *text :
         { "", "20150830", "20150830T123600", "2015-08-30T12:36:00Z", "20150230T123600Z",
           "20151301T123600Z", "20150830T243600Z", "20150830T126000Z", "20150830T123660Z",
           "2015083 T123600Z", "19691231T235959Z", "20150830t123600Z",
           "20150830T123600Z " }) {
        int64_t seconds = 0;
        EXPECT_EQ(fan_sigv4_date_parse(text, &seconds, nullptr), FAN_EFORMAT) << text;
    }
}

} // namespace
