/* http_server.h - the endpoint's HTTP front: requests, and their answers. */
#ifndef FAN_LOCAL_LAMBDA_HTTP_SERVER_H
#define FAN_LOCAL_LAMBDA_HTTP_SERVER_H

#include "common/err.h"
#include "local_lambda/event_loop.h"
#include "local_lambda/http_message.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_server;   /* what listens */
struct fan_exchange; /* one request whose answer is owed */

/**
 * A request arrived. *request (the body too) stays valid until the exchange was answered,
 * which may happen here or at any later time.
 */
typedef void fan_server_answer_fn(void *context, struct fan_exchange *exchange,
                                  const struct fan_http_request *request);

struct fan_server_cfg {
    const char *host; /* numeric address to listen on, "127.0.0.1" */
    uint16_t port;    /* 0: any free one */
    size_t body_max;  /* a larger request body is refused with 413 */
    fan_server_answer_fn *answer;
    void *context; /* the callback's */
};

/* Listen, with a backlog for bursts of connections, while the loop runs, which stays the
 * caller's. Owns: fan_server_close. Errors: FAN_EINVAL (address), FAN_ENET (names address
 * and cause). */
enum fan_status fan_server_open(struct fan_server **server, struct fan_loop *loop,
                                const struct fan_server_cfg *cfg,
                                struct fan_err *err) FAN_MUST_CHECK;

/* Stop listening and drop every connection. NULL is accepted. */
void fan_server_close(struct fan_server *server);

/* The port that is listened on. */
uint16_t fan_server_port(const struct fan_server *server);

/* Listen on one more address, whose requests go to a callback of their own. *port: the
 * one listened on. Errors: as fan_server_open. */
enum fan_status fan_server_listen(struct fan_server *server,
                                  const struct fan_server_cfg *cfg, uint16_t *port,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* The request of an exchange. */
const struct fan_http_request *fan_exchange_request(const struct fan_exchange *exchange);

#define FAN_PEER_MAX 46
/* The client's numeric address, "" when it is gone. Returns text. */
const char *fan_exchange_peer(const struct fan_exchange *exchange,
                              char text[FAN_PEER_MAX]);

/* Each of these ends the exchange: send the answer; close the connection without one;
 * promise the whole answer, send part of its body and close. */
void fan_exchange_answer(struct fan_exchange *exchange,
                         const struct fan_http_answer *answer);
void fan_exchange_drop(struct fan_exchange *exchange);
void fan_exchange_cut(struct fan_exchange *exchange,
                      const struct fan_http_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
