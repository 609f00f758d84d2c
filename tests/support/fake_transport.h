/*
 * fake_transport.h - a transport without a network: a script decides how every attempt
 * ends and how long it takes, in the time of a fake clock.
 */
#ifndef FAN_TESTS_SUPPORT_FAKE_TRANSPORT_H
#define FAN_TESTS_SUPPORT_FAKE_TRANSPORT_H

#include "invoke/transport.h"
#include "tests/support/fake_clock.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Decide attempt number `number` (from 0, over all calls): fill reply->record (zeroed,
 * with outcome FAN_OUTCOME_OK) and return its latency. */
typedef int64_t fake_script_fn(void *context, uint64_t number,
                               const struct fan_call *call, struct fan_reply *reply);

struct fake_transport_cfg {
    struct fake_clock *clock;
    fake_script_fn *script;
    void *context;
};

/* Owns: close with fan_transport_fake.close. */
struct fan_transport *fake_transport_new(const struct fake_transport_cfg *cfg);

uint64_t fake_transport_submitted(const struct fan_transport *transport);
uint32_t fake_transport_in_flight_max(const struct fan_transport *transport);

extern const struct fan_transport_ops fan_transport_fake;

#ifdef __cplusplus
}
#endif
#endif
