/* function_code.h - deployment packages out of requests: base64, hash, unzipped folder.
 */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_CODE_H
#define FAN_LOCAL_LAMBDA_FUNCTION_CODE_H

#include "local_lambda/http_message.h"
#include "local_lambda/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

/* A decoded package. */
struct fan_code {
    unsigned char *zip; /* owned */
    size_t zip_bytes;
    char sha256[48]; /* base64 */
};

/**
 * Decode the member "ZipFile" of an object (the request's Code, or an UpdateFunctionCode
 * request). Returns false with the error in answer. operation names the limit's error.
 * Owns: fan_code_clear.
 */
bool fan_code_read(struct fan_code *code, const struct json_t *source,
                   const char *operation, struct fan_http_answer *answer);

/**
 * Unzip the code into a new folder of the function. Returns false with the error in
 * answer; the function is unchanged either way. *dir is freed by the caller, or given to
 * fan_code_adopt.
 */
bool fan_code_unpack(const struct fan_code *code, struct fan_registry *registry,
                     const struct fan_function *function, char **dir,
                     struct fan_http_answer *answer);

/* Make the code unpacked in dir (ownership moves) the function's. */
void fan_code_adopt(const struct fan_code *code, struct fan_function *function,
                    char *dir);

void fan_code_clear(struct fan_code *code);

#ifdef __cplusplus
}
#endif
#endif
