/*
 * http_transport.h - what the transports over HTTP share: places, signatures and tokens,
 * the second sending of a refused request, replies. A transport is a fan_http_way of its
 * own, whose functions are pure, and an ops table of the functions below.
 */
#ifndef FAN_INVOKE_HTTP_TRANSPORT_H
#define FAN_INVOKE_HTTP_TRANSPORT_H

#include "invoke/invoke_message.h"
#include "invoke/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_http_way {
    const char *service; /* that its requests are signed for */
    bool front;          /* signed only, and with key and token, as cfg->front says */

    /* Where a call goes. Errors: FAN_EINVAL, FAN_ELIMIT. */
    enum fan_status (*build)(struct fan_invoke_target *target,
                             const struct fan_call *call, struct fan_err *err);

    /* As fan_invoke_read. */
    uint32_t (*read)(const struct fan_invoke_answer *answer, struct fan_record *record);
};

/* As the entries of fan_transport_ops. way is a constant. */
enum fan_status fan_http_transport_open(struct fan_transport **transport,
                                        const struct fan_http_way *way,
                                        const struct fan_transport_cfg *cfg,
                                        struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_http_transport_submit(struct fan_transport *transport,
                                          const struct fan_call *call,
                                          struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_http_transport_poll(struct fan_transport *transport, int timeout_ms,
                                        struct fan_reply *replies, size_t cap,
                                        size_t *count,
                                        struct fan_err *err) FAN_MUST_CHECK;
void fan_http_transport_close(struct fan_transport *transport);

#ifdef __cplusplus
}
#endif
#endif
