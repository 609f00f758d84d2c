/* media_type.h - does a media type match a list of patterns? Pure. */
#ifndef FAN_LOCAL_LAMBDA_MEDIA_TYPE_H
#define FAN_LOCAL_LAMBDA_MEDIA_TYPE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* of jansson */

/**
 * Is the first media type of a header's value ("image/png;q=0.9, text/plain"; NULL: no
 * header) among the patterns, an array of strings such as "image/png", "image/<star>" or
 * "<star>/<star>" (NULL: none)? The last one matches requests without the header too.
 */
bool fan_media_type_listed(const struct json_t *patterns, const char *header);

/**
 * Is a body of this Content-Type text for a function URL: text, JSON, XML or JavaScript?
 * Others travel as base64.
 */
bool fan_media_type_is_text(const char *header);

#ifdef __cplusplus
}
#endif
#endif
