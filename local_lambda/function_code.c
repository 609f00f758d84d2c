/* function_code.c - see function_code.h. */
#include "local_lambda/function_code.h"

#include "common/base64.h"
#include "common/buf.h"
#include "local_lambda/package.h"
#include "local_lambda/service_error.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define ZIP_BYTES_MAX     52428800u
#define REQUEST_BYTES_MAX 70167211u /* as AWS states the limit of such a request */

static bool refuse(struct fan_http_answer *answer, const char *message)
{
    fan_service_error(answer, 400, "InvalidParameterValueException", NULL, "%s", message);
    return false;
}

static bool too_large(struct fan_http_answer *answer, const char *operation)
{
    fan_service_error(answer, 413, "RequestEntityTooLargeException", NULL,
                      "Request must be smaller than %u bytes for the %s operation",
                      REQUEST_BYTES_MAX, operation);
    return false;
}

bool fan_code_read(struct fan_code *code, const struct json_t *source,
                   const char *operation, struct fan_http_answer *answer)
{
    *code = (struct fan_code){ NULL, 0, "" };
    const json_t *zip = json_object_get(source, "ZipFile");
    if (!json_is_string(zip)) {
        if (json_object_get(source, "S3Bucket") || json_object_get(source, "ImageUri"))
            return refuse(answer, "local_lambda takes code as ZipFile only.");
        return refuse(answer, "Please provide a source for function code.");
    }
    size_t n = json_string_length(zip);
    if (n > REQUEST_BYTES_MAX) return too_large(answer, operation);
    if (n == 0) return refuse(answer, "Uploaded file must be a non-empty zip");
    const size_t room = n / 4 * 3;
    code->zip = fan_alloc(room + 1);
    if (!fan_base64_decode(json_string_value(zip), n, code->zip, room,
                           &code->zip_bytes)) {
        fan_code_clear(code);
        fan_service_error(answer, 400, "SerializationException", NULL,
                          "The member ZipFile of the request must be base64.");
        return false;
    }
    if (code->zip_bytes > ZIP_BYTES_MAX) {
        fan_code_clear(code);
        return too_large(answer, operation);
    }
    unsigned char hash[EVP_MAX_MD_SIZE];
    if (EVP_Digest(code->zip, code->zip_bytes, hash, NULL, EVP_sha256(), NULL) != 1)
        abort(); /* libcrypto without SHA-256 */
    fan_base64_encode(hash, 32, code->sha256);
    return true;
}

bool fan_code_unpack(const struct fan_code *code, struct fan_registry *registry,
                     const struct fan_function *function, char **dir,
                     struct fan_http_answer *answer)
{
    struct fan_err err = { 0 };
    char *path = NULL;
    enum fan_status st = fan_registry_package_dir(registry, function, &path, &err);
    if (!st) st = fan_package_unzip(code->zip, code->zip_bytes, path, &err);
    if (!st) {
        *dir = path;
        return true;
    }
    free(path);
    if (st != FAN_EFORMAT && st != FAN_ELIMIT) {
        fan_service_error(answer, 500, "ServiceException", NULL, "%s", err.text);
        return false;
    }
    fan_service_error(answer, 400, "InvalidParameterValueException", NULL, "%s (%s)",
                      st == FAN_ELIMIT
                          ? "Unzipped size must be smaller than 262144000 bytes"
                          : "Could not unzip uploaded file. Please check your "
                            "file, then try to upload again.",
                      err.text);
    return false;
}

void fan_code_adopt(const struct fan_code *code, struct fan_function *function, char *dir)
{
    free(function->package_dir);
    function->package_dir = dir;
    function->code_bytes = code->zip_bytes;
    memcpy(function->code_sha256, code->sha256, sizeof function->code_sha256);
}

void fan_code_clear(struct fan_code *code)
{
    free(code->zip);
    *code = (struct fan_code){ NULL, 0, "" };
}
