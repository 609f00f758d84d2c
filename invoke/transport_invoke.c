/* transport_invoke.c - attempts as signed calls of the Lambda Invoke API. */
#include "invoke/http_transport.h"

static enum fan_status build(struct fan_invoke_target *target,
                             const struct fan_call *call, struct fan_err *err)
{
    return fan_invoke_build(target, call->function, call->qualifier, err);
}

static enum fan_status open_invoke(struct fan_transport **transport,
                                   const struct fan_transport_cfg *cfg,
                                   struct fan_err *err)
{
    static const struct fan_http_way way = { "lambda", false, build, fan_invoke_read };
    return fan_http_transport_open(transport, &way, cfg, err);
}

const struct fan_transport_ops fan_transport_invoke = { "invoke", open_invoke,
                                                        fan_http_transport_submit,
                                                        fan_http_transport_poll,
                                                        fan_http_transport_close };
