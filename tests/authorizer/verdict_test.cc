#include "authorizer/verdict.h"

#include <map>

#include "authorizer/access_event.h"
#include "authorizer/stage_policy.h"
#include "tests/token/token_samples.h"

namespace
{

using namespace samples;

const int64_t now_s = 1000000;
const char arn[] = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/primes/7";
const char stage[] = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/*";
const char good_claims[] =
    R"({"iss":"https://i","aud":"api","sub":"me","exp":1000600,"scope":"read","team":"blue",)"
    R"("level":3,"admin":false,"list":[1],"none":null,"plan":"key-of-the-caller-0123"})";

std::map<std::string, std::string> variables;

const char *variable(const char *name)
{
    return variables[name].c_str();
}

/* A configured authorizer and a key that it accepts. */
class Authorizer : public ::testing::Test
{
  protected:
    Authorizer() : key(made_key(FAN_TOKEN_EDDSA))
    {
        variables = { { "JWT_ISSUER", "https://i" },
                      { "JWT_AUDIENCE", "api" },
                      { "JWT_JWKS", "{\"keys\":[" + published(key, "k") + "]}" } };
    }
    ~Authorizer() override
    {
        fan_authorizer_config_clear(&config);
    }
    void configure()
    {
        fan_err err = {};
        fan_authorizer_config_clear(&config);
        ASSERT_EQ(fan_authorizer_config_read(&config, variable, "/nowhere", &err), FAN_OK)
            << err.text;
    }
    std::string token(const char *claims = good_claims) const
    {
        return token_of(key, R"({"alg":"EdDSA","kid":"k"})", claims);
    }
    static std::string token_event(const std::string &credentials,
                                   const char *method_arn = arn)
    {
        Json event(json_pack("{s:s, s:s, s:s}", "type", "TOKEN", "authorizationToken",
                             credentials.c_str(), "methodArn", method_arn),
                   json_decref);
        return dumped(event);
    }
    static std::string dumped(const Json &value)
    {
        char *text = json_dumps(value.get(), 0);
        std::string out = text ? text : "";
        free(text);
        return out;
    }
    /* The answer's errorType, "" for a policy; the body goes to `reply`. */
    std::string ask(const std::string &event)
    {
        fan_answer answer;
        fan_verdict_answer(&config, event.data(), event.size(), now_s, &answer, &why);
        const std::string type = answer.error_type ? answer.error_type : "";
        text.assign(answer.body, answer.body_bytes);
        reply.reset(json_loads(answer.body, 0, nullptr));
        EXPECT_TRUE(reply) << text;
        fan_answer_clear(&answer);
        return type;
    }
    std::string member(const char *name) const
    {
        const char *value = json_string_value(json_object_get(reply.get(), name));
        return value ? value : "(none)";
    }
    const json_t *context(const char *name) const
    {
        return json_object_get(json_object_get(reply.get(), "context"), name);
    }
    std::string statement(const char *name) const
    {
        const json_t *all =
            json_object_get(json_object_get(reply.get(), "policyDocument"), "Statement");
        const char *value =
            json_string_value(json_object_get(json_array_get(all, 0), name));
        return json_array_size(all) == 1 && value ? value : "(none)";
    }

    const Key key;
    fan_authorizer_config config = {};
    fan_err why = {};
    std::string text;
    Json reply{ nullptr, json_decref };
};

TEST_F(Authorizer, AllowsTheWholeStageToAValidToken)
{
    configure();
    EXPECT_EQ(ask(token_event("Bearer " + token())), "") << why.text;
    EXPECT_EQ(why.code, FAN_OK);
    EXPECT_EQ(member("principalId"), "me");
    EXPECT_EQ(statement("Effect"), "Allow");
    EXPECT_EQ(statement("Action"), "execute-api:Invoke");
    EXPECT_EQ(statement("Resource"), stage);
    EXPECT_STREQ(json_string_value(json_object_get(
                     json_object_get(reply.get(), "policyDocument"), "Version")),
                 "2012-10-17");
    EXPECT_EQ(member("usageIdentifierKey"), "(none)");
}

TEST_F(Authorizer, HandsScalarClaimsOn)
{
    variables["JWT_CONTEXT_CLAIMS"] = "team level  admin list none missing";
    configure();
    ask(token_event("Bearer " + token()));
    EXPECT_STREQ(json_string_value(context("team")), "blue");
    EXPECT_EQ(json_integer_value(context("level")), 3);
    EXPECT_TRUE(json_is_false(context("admin")));
    EXPECT_STREQ(json_string_value(context("scope")), "read");
    EXPECT_EQ(json_integer_value(context("exp")), 1000600);
    for (const char *name : { "list", "none", "missing", "plan", "aud" })
        EXPECT_FALSE(context(name)) << name;
}

TEST_F(Authorizer, GivesTheUsagePlanItsKey)
{
    variables["USAGE_KEY"] = "key-of-all-callers-0123";
    configure();
    ask(token_event("Bearer " + token()));
    EXPECT_EQ(member("usageIdentifierKey"), "key-of-all-callers-0123");
    variables["USAGE_KEY_CLAIM"] = "plan";
    configure();
    ask(token_event("Bearer " + token()));
    EXPECT_EQ(member("usageIdentifierKey"), "key-of-the-caller-0123");
    variables["USAGE_KEY_CLAIM"] = "level"; /* not a text */
    configure();
    ask(token_event("Bearer " + token()));
    EXPECT_EQ(member("usageIdentifierKey"), "key-of-all-callers-0123");
}

TEST_F(Authorizer, DeniesATokenWithoutTheScopes)
{
    variables["JWT_SCOPE"] = "read write";
    variables["USAGE_KEY"] = "key-of-all-callers-0123";
    configure();
    EXPECT_EQ(ask(token_event("Bearer " + token())), "");
    EXPECT_EQ(statement("Effect"), "Deny");
    EXPECT_EQ(statement("Resource"), stage);
    EXPECT_STREQ(json_string_value(context("error")), "insufficient_scope");
    EXPECT_FALSE(context("iss"));
    EXPECT_EQ(member("usageIdentifierKey"), "(none)");
    EXPECT_NE(std::string(why.text).find("scope"), std::string::npos);
}

TEST_F(Authorizer, SaysUnauthorizedAndNoMoreToAllElse)
{
    configure();
    const Key other = made_key(FAN_TOKEN_EDDSA);
    const std::string good = token();
    for (const std::string &credentials :
         { std::string(), std::string("Bearer"), std::string("Bearer "), good,
           "Basic " + good, "Bearer" + good, "Bearer\t" + good, "Bearer " + good + " x",
           "Bearer " + good + ", Bearer " + good, std::string("Bearer x.y.z"),
           "Bearer " +
               token(R"({"iss":"https://i","aud":"api","sub":"me","exp":999970})"),
           "Bearer " +
               token(R"({"iss":"https://j","aud":"api","sub":"me","exp":1000600})"),
           "Bearer " + token_of(other, R"({"alg":"EdDSA"})", good_claims) }) {
        EXPECT_EQ(ask(token_event(credentials)), FAN_ERROR_UNAUTHORIZED) << credentials;
        EXPECT_EQ(member("errorMessage"), "Unauthorized");
        EXPECT_EQ(member("errorType"), FAN_ERROR_UNAUTHORIZED);
        EXPECT_STRNE(why.text, "");
    }
    EXPECT_EQ(ask(token_event("bEARER  " + good)), "") << why.text;
}

TEST_F(Authorizer, ReadsTheHeadersOfARequest)
{
    configure();
    const std::string value = "\"Bearer " + token() + "\"";
    const std::string head =
        std::string(R"({"type":"REQUEST","methodArn":")") + arn + R"(","headers":)";
    for (const std::string &headers :
         { "{\"Authorization\":" + value + "}",
           "{\"X\":\"y\",\"authorization\":" + value + "}",
           "{\"AUTHORIZATION\":" + value + R"(},"multiValueHeaders":{"AUTHORIZATION":[)" +
               value + "]}" })
        EXPECT_EQ(ask(head + headers + "}"), "") << why.text;
    for (const std::string &headers :
         { std::string("null"), std::string("{}"), std::string("7"), "[" + value + "]",
           std::string(R"({"Authorization":null})"),
           "{\"Authorization\":[" + value + "]}",
           "{\"Authorization\":" + value + ",\"authorization\":" + value + "}",
           "{\"Authorization\":" + value +
               R"(},"multiValueHeaders":{"Authorization":["Bearer a",)" + value + "]}" })
        EXPECT_EQ(ask(head + headers + "}"), FAN_ERROR_UNAUTHORIZED) << headers;
    /* an HTTP API's */
    EXPECT_EQ(ask(std::string(R"({"version":"2.0","type":"REQUEST","routeArn":")") + arn +
                  R"(","headers":{"authorization":)" + value + "}}"),
              "");
    EXPECT_EQ(statement("Resource"), stage);
}

TEST_F(Authorizer, RefusesWhatIsNoEventOfAnApi)
{
    configure();
    const std::string good = token_event("Bearer " + token());
    for (const std::string &event :
         { std::string(), std::string("nonsense"), std::string("[]"), std::string("{}"),
           std::string(R"({"type":"TOKEN"})"),
           std::string(R"({"methodArn":7,"type":"TOKEN"})"),
           std::string(R"({"type":"OTHER","methodArn":")") + arn + "\"}",
           std::string(R"({"type":7,"methodArn":")") + arn + "\"}",
           "{\"pad\":\"" + std::string(FAN_ACCESS_EVENT_MAX, 'x') + "\"}",
           good.substr(0, good.size() - 1) }) {
        EXPECT_EQ(ask(event), FAN_ERROR_INVALID_INPUT) << event.substr(0, 80);
        EXPECT_NE(member("errorMessage"), FAN_UNAUTHORIZED_MESSAGE);
    }
}

TEST_F(Authorizer, MakesNoPolicyWiderThanAStage)
{
    configure();
    const std::string credentials = "Bearer " + token();
    const std::string long_id(FAN_ACCESS_RESOURCE_MAX, 'a');
    for (const std::string &bad :
         { std::string("*"),
           std::string("arn:aws:execute-api:us-east-1:123456789012:abc"),
           std::string("arn:aws:execute-api:us-east-1:123456789012:abc/prod"),
           std::string("arn:aws:execute-api:us-east-1:123456789012:*/prod/GET/"),
           std::string("arn:aws:execute-api:us-east-1:123456789012:abc/*/GET/"),
           std::string("arn:aws:execute-api:us-east-1:123456789012:abc//GET/"),
           std::string("arn:aws:execute-api:*:123456789012:abc/prod/GET/"),
           std::string("arn:aws:execute-api:us-east-1:1234?:abc/prod/GET/"),
           std::string("arn:aws:lambda:us-east-1:123456789012:abc/prod/GET/"),
           std::string("urn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/"),
           "arn:aws:execute-api:us-east-1:123456789012:" + long_id + "/prod/GET/" })
        EXPECT_EQ(ask(token_event(credentials, bad.c_str())), FAN_ERROR_INVALID_INPUT)
            << bad;
    for (const char *good :
         { "arn:aws-cn:execute-api:cn-north-1:123456789012:a/$default/GET/",
           "arn:aws:execute-api:us-east-1:123456789012:a/test-invoke-stage/POST/a/b/"
           "*?c:d" })
        EXPECT_EQ(ask(token_event(credentials, good)), "") << good;
    EXPECT_EQ(statement("Resource"),
              "arn:aws:execute-api:us-east-1:123456789012:a/test-invoke-stage/*");
}

TEST_F(Authorizer, TakesHs256OnlyWhenItHasASecret)
{
    const std::string secret(32, 's');
    const std::string event =
        token_event("Bearer " + token_of(secret, R"({"alg":"HS256"})", good_claims));
    configure();
    EXPECT_EQ(ask(event), FAN_ERROR_UNAUTHORIZED);
    variables["JWT_HS256_SECRET"] = secret;
    configure();
    EXPECT_EQ(ask(event), "") << why.text;
    EXPECT_EQ(ask(token_event("Bearer " + token())), "") << why.text;
}

TEST_F(Authorizer, NamesTheVariableThatIsWrong)
{
    const struct {
        const char *name, *value, *why;
    } rows[] = {
        { "JWT_ISSUER", "", "JWT_ISSUER: expected" },
        { "JWT_AUDIENCE", " ", "JWT_AUDIENCE: expected" },
        { "JWT_JWKS", "", "no key" },
        { "JWT_JWKS", "{\"keys\":[]}", "no key" },
        { "JWT_JWKS", "{\"keys\":[7]}", "JWT_JWKS: cannot use keys[0]" },
        { "JWT_JWKS_FILE", "jwks.json", "JWT_JWKS_FILE: " },
        { "JWT_HS256_SECRET", "too short a secret", "JWT_HS256_SECRET: " },
        { "JWT_LEEWAY_S", "301", "JWT_LEEWAY_S: " },
        { "JWT_LEEWAY_S", "-1", "JWT_LEEWAY_S: " },
    };
    const std::map<std::string, std::string> good = variables;
    for (const auto &row : rows) {
        fan_err err = {};
        fan_authorizer_config unused = {};
        variables = good;
        variables[row.name] = row.value;
        EXPECT_EQ(fan_authorizer_config_read(&unused, variable, "/nowhere", &err),
                  FAN_EUSAGE);
        EXPECT_NE(std::string(err.text).find(row.why), std::string::npos) << err.text;
        EXPECT_EQ(std::string(err.text).find("too short a"), std::string::npos);
    }
}

} // namespace
