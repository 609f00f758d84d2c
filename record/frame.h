/* frame.h - the journal's frames in memory: writing one, and finding the intact ones. */
#ifndef FAN_RECORD_FRAME_H
#define FAN_RECORD_FRAME_H

#include "common/buf.h"
#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_FRAME_HEAD_BYTES 18
#define FAN_FRAME_PAYLOAD_MAX                                                            \
    (128 * 1024) /* a record with the largest body fits twice                            \
                  */

/**
 * Turn what stands in bytes from `begin` on, FAN_FRAME_HEAD_BYTES bytes of room and a
 * payload of at most FAN_FRAME_PAYLOAD_MAX (asserted), into a frame by filling the head.
 * Form: journal.h.
 */
void fan_frame_seal(struct fan_buf *bytes, size_t begin, uint8_t kind);

/* One frame found, or the end. */
struct fan_frame {
    uint8_t kind;
    const uint8_t *payload;
    size_t payload_bytes;
    size_t begin, end; /* offsets in the bytes that were scanned */
};

struct fan_frame_scan; /* a pass over bytes in memory */

/* Owns: fan_frame_scan_free; the bytes must outlive the scan. */
struct fan_frame_scan *fan_frame_scan_new(const void *bytes, size_t n);
void fan_frame_scan_free(struct fan_frame_scan *scan);

/**
 * Find the next intact frame; false at the end. Time over a whole scan is linear in n,
 * whatever the bytes: check sums of all candidates come from one pass of prefix sums.
 */
bool fan_frame_scan_next(struct fan_frame_scan *scan, struct fan_frame *frame);

/* Damage so far (complete when the scan has ended). */
struct fan_frame_damage {
    uint64_t bad_frames;
    bool torn;
};
struct fan_frame_damage fan_frame_scan_damage(const struct fan_frame_scan *scan);

#ifdef __cplusplus
}
#endif
#endif
