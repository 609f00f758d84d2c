// What functions answer to a gateway and to a function URL, as HTTP.
#include "local_lambda/proxy_response.h"
#include "tests/local_lambda/made_request.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

// status, headers in order, body; "malformed"
std::string shown(bool right, const MadeAnswer &made)
{
    if (!right) {
        EXPECT_EQ(made.answer.header_count, 0u);
        EXPECT_EQ(made.answer.status, 0);
        return "malformed";
    }
    std::string all = std::to_string(made.answer.status);
    for (size_t i = 0; i < made.answer.header_count; i++)
        all += std::string("|") + made.answer.header[i].name + ": " +
               made.answer.header[i].value;
    return all + "|" + made.body();
}

std::string v1(const std::string &text, bool decode = false)
{
    MadeAnswer made;
    bool right = fan_proxy_response_v1(&made.answer, text.data(), text.size(), decode);
    return shown(right, made);
}

std::string v2(const std::string &text)
{
    MadeAnswer made;
    bool right = fan_proxy_response_v2(&made.answer, text.data(), text.size());
    return shown(right, made);
}

const std::string json = "|Content-Type: application/json|";

TEST(ProxyResponseV1, NothingIsRequired)
{
    EXPECT_EQ(v1("{}"), "200" + json);
    EXPECT_EQ(v1("{\"statusCode\":404,\"body\":\"x\"}"), "404" + json + "x");
    EXPECT_EQ(v1("{\"statusCode\":\"201\",\"body\":null,\"headers\":null,"
                 "\"isBase64Encoded\":null}"),
              "201" + json);
}

TEST(ProxyResponseV1, HeadersOfBothKinds)
{
    EXPECT_EQ(v1("{\"headers\":{\"content-type\":\"text/plain\",\"N\":7,\"B\":false}}"),
              "200|content-type: text/plain|N: 7|B: false|");
    EXPECT_EQ(v1("{\"headers\":{\"A\":\"1\",\"B\":\"2\"},\"multiValueHeaders\":{\"A\":["
                 "\"1\",\"3\"]}}"),
              "200|A: 1|A: 3|B: 2" + json);
    EXPECT_EQ(v1("{\"headers\":{\"Content-Length\":\"9\",\"transfer-encoding\":"
                 "\"chunked\",\"connection\":\"close\"}}"),
              "200|x-amzn-Remapped-Content-Length: 9|x-amzn-Remapped-Connection: close" +
                  json);
}

TEST(ProxyResponseV1, NoLineCanBeSmuggledIn)
{
    EXPECT_EQ(v1("{\"headers\":{\"A\":\"x\\r\\nSet-Cookie: y\"}}"),
              "200|A: x  Set-Cookie: y" + json);
    for (const char *name : { "A B", "A:", "A\\r\\nB", "", "\xc3\xbc" })
        EXPECT_EQ(v1(std::string("{\"headers\":{\"") + name + "\":\"x\"}}"), "malformed")
            << name;
}

TEST(ProxyResponseV1, Base64IsDecodedWhereTheApiSaysSo)
{
    const std::string text = "{\"body\":\"AP8=\",\"isBase64Encoded\":true}";
    EXPECT_EQ(v1(text), "200" + json + "AP8=");
    EXPECT_EQ(v1(text, true), "200" + json + std::string("\0\xff", 2));
    EXPECT_EQ(v1("{\"body\":\"AP8=\"}", true), "200" + json + "AP8=");
    EXPECT_EQ(v1("{\"body\":\"A*8=\",\"isBase64Encoded\":true}", true), "malformed");
}

TEST(ProxyResponseV1, OtherShapesAreMalformed)
{
    for (const char *text : { "",
                              "null",
                              "7",
                              "\"text\"",
                              "[]",
                              "{\"a\":1}",
                              "{\"statusCode\":200,\"cookies\":[]}",
                              "{\"body\":{}}",
                              "{\"body\":7}",
                              "{\"statusCode\":true}",
                              "{\"statusCode\":\"2x\"}",
                              "{\"statusCode\":\"\"}",
                              "{\"statusCode\":100}",
                              "{\"statusCode\":600}",
                              "{\"statusCode\":99999999999}",
                              "{\"headers\":[]}",
                              "{\"headers\":{\"A\":null}}",
                              "{\"headers\":{\"A\":[]}}",
                              "{\"multiValueHeaders\":{\"A\":\"x\"}}",
                              "{\"multiValueHeaders\":{\"A\":[{}]}}",
                              "{\"isBase64Encoded\":\"yes\"}",
                              "{}x" })
        EXPECT_EQ(v1(text), "malformed") << text;
    EXPECT_EQ(v1("{\"headers\":{\"A\":\"" + std::string(10241, 'x') + "\"}}"),
              "malformed");
    std::string many = "{\"multiValueHeaders\":{\"A\":[\"0\"";
    for (int i = 1; i < 57; i++)
        many += ",\"" + std::to_string(i) + "\"";
    EXPECT_EQ(v1(many + "]}}"), "malformed");
}

TEST(ProxyResponseV2, InfersAnAnswer)
{
    EXPECT_EQ(v2("{ \"a\": 1 }"), "200" + json + "{ \"a\": 1 }");
    EXPECT_EQ(v2("\"Hello\""), "200" + json + "Hello");
    EXPECT_EQ(v2("[1]"), "200" + json + "[1]");
    EXPECT_EQ(v2("7"), "200" + json + "7");
    EXPECT_EQ(v2("null"), "200" + json + "null");
    EXPECT_EQ(v2(""), "malformed");
    EXPECT_EQ(v2("{"), "malformed");
}

TEST(ProxyResponseV2, StatusHeadersCookiesAndBase64)
{
    EXPECT_EQ(v2("{\"statusCode\":201,\"headers\":{\"A\":\"1\"},\"cookies\":[\"a=1\",\"b="
                 "2; Secure\"],\"body\":\"x\","
                 "\"more\":1}"),
              "201|A: 1|Set-Cookie: a=1|Set-Cookie: b=2; Secure" + json + "x");
    EXPECT_EQ(v2("{\"statusCode\":200,\"body\":\"AP8=\",\"isBase64Encoded\":true}"),
              "200" + json + std::string("\0\xff", 2));
    EXPECT_EQ(v2("{\"statusCode\":200,\"body\":{}}"), "malformed");
    EXPECT_EQ(v2("{\"statusCode\":200,\"cookies\":\"a=1\"}"), "malformed");
}

} // namespace
