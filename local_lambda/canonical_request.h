/* canonical_request.h - the text that a signature is made over. Pure. */
#ifndef FAN_LOCAL_LAMBDA_CANONICAL_REQUEST_H
#define FAN_LOCAL_LAMBDA_CANONICAL_REQUEST_H

#include "local_lambda/http_message.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_CANONICAL_QUERY_MAX 64 /* parameters */

/**
 * Write the canonical request of Signature Version 4, as services other than S3 build it,
 * into buf (its old content is dropped): the path normalised and encoded a second time,
 * the query decoded, encoded and sorted, the signed headers ("host;x-amz-date") trimmed
 * and their repeats joined. Errors: FAN_EFORMAT for a signed header that the request
 * lacks or a malformed query, FAN_ELIMIT for too many parameters or a full buffer.
 * Source: AWS General Reference, Signature Version 4, "Create a canonical request".
 */
enum fan_status fan_canonical_request(struct fan_buf *buf,
                                      const struct fan_http_request *request,
                                      const char *signed_headers,
                                      size_t signed_headers_bytes,
                                      const char *payload_hash) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
