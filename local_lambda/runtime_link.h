/* runtime_link.h - one instance's Runtime API socket: its own port, so that instances are
 * told apart without changing how runtimes call. */
#ifndef FAN_LOCAL_LAMBDA_RUNTIME_LINK_H
#define FAN_LOCAL_LAMBDA_RUNTIME_LINK_H

#include "local_lambda/event_loop.h"
#include "local_lambda/request_reader.h"
#include "local_lambda/runtime_protocol.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_runtime_link;

struct fan_runtime_link_events {
    /* A call arrived. To NEXT return any reply to hold it back until
     * fan_runtime_link_send, or FAN_RUNTIME_WRONG_STATE to refuse it (*hold false). */
    enum fan_runtime_reply (*call)(void *context, enum fan_runtime_call call,
                                   const char *id, size_t id_bytes,
                                   const struct fan_reader_request *request, bool *hold);
    void *context;
};

/* Listen on a free port of 127.0.0.1. Owns: fan_runtime_link_close. Errors: FAN_ENET. */
enum fan_status fan_runtime_link_open(struct fan_runtime_link **link,
                                      struct fan_loop *loop,
                                      const struct fan_runtime_link_events *events,
                                      struct fan_err *err) FAN_MUST_CHECK;
void fan_runtime_link_close(struct fan_runtime_link *link); /* NULL is accepted */

uint16_t fan_runtime_link_port(const struct fan_runtime_link *link);

/* Is a runtime waiting for its next event? */
bool fan_runtime_link_waiting(const struct fan_runtime_link *link);

/* Answer the waiting NEXT (asserted: one waits). */
void fan_runtime_link_send(struct fan_runtime_link *link,
                           const struct fan_runtime_event *event, const void *body);

/* Forget connections of a process that is gone; keep the port. */
void fan_runtime_link_reset(struct fan_runtime_link *link);

/* Read what has arrived by now: calls sent just before the process ended. */
void fan_runtime_link_drain(struct fan_runtime_link *link);

#ifdef __cplusplus
}
#endif
#endif
