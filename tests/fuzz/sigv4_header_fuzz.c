/* sigv4_header_fuzz.c - any Authorization header, path, query and headers: no crash, and
 * no forged request passes. The corpus holds one that is right. */
#include "local_lambda/sigv4_verify.h"
#include "tests/fuzz/request_text.h"

#define NOW_NS 1440938160000000000 /* 2015-08-30T12:36:00Z, of the published examples */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct fan_signers signers = { "AKIDEXAMPLE",
                                         "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                         "us-east-1", "service" };
    struct fan_verifier *verifier = fan_verifier_new(&signers);
    struct fan_http_request request;
    struct fan_http_answer answer;
    char *text = request_text_parse(data, size, &request);
    fan_http_answer_init(&answer, 0);
    int right = fan_verifier_check(verifier, &request, NOW_NS, &answer);
    if (!right && (answer.status != 403 || answer.body.size == 0)) abort();
    if (right && strcmp(request.method, "GET") != 0 &&
        strcmp(request.method, "POST") != 0)
        abort();
    fan_http_answer_clear(&answer);
    fan_verifier_free(verifier);
    free(text);
    return 0;
}
