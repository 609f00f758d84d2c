/* transport_gateway.c - attempts as requests of an API Gateway stage, a path each. */
#include "invoke/front_message.h"
#include "invoke/http_transport.h"

static enum fan_status build(struct fan_invoke_target *target,
                             const struct fan_call *call, struct fan_err *err)
{
    return fan_front_build(target, call->path, call->function, err);
}

static enum fan_status open_gateway(struct fan_transport **transport,
                                    const struct fan_transport_cfg *cfg,
                                    struct fan_err *err)
{
    static const struct fan_http_way way = { "execute-api", true, build, fan_front_read };
    return fan_http_transport_open(transport, &way, cfg, err);
}

const struct fan_transport_ops fan_transport_gateway = { "gateway", open_gateway,
                                                         fan_http_transport_submit,
                                                         fan_http_transport_poll,
                                                         fan_http_transport_close };
