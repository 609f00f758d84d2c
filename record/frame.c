/* frame.c - see frame.h. */
#include "record/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

/* array of 4, fixstr "fan1", uint8 follows: what every frame begins with */
static const uint8_t mark[] = { 0x94, 0xa4, 'f', 'a', 'n', '1', 0xcc };
#define KIND_AT    7
#define CRC_AT     9  /* behind the tag of uint32 at 8 */
#define LENGTH_AT  14 /* behind the tag of bin32 at 13 */
#define TAG_UINT32 0xce
#define TAG_BIN32  0xc6

static void put_be32(uint8_t *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void fan_frame_seal(struct fan_buf *bytes, size_t begin, uint8_t kind)
{
    assert(bytes->size >= begin + FAN_FRAME_HEAD_BYTES);
    size_t payload_bytes = bytes->size - begin - FAN_FRAME_HEAD_BYTES;
    assert(payload_bytes <= FAN_FRAME_PAYLOAD_MAX);
    uint8_t *head = (uint8_t *)bytes->data + begin;
    memcpy(head, mark, sizeof mark);
    head[KIND_AT] = kind;
    head[CRC_AT - 1] = TAG_UINT32;
    head[LENGTH_AT - 1] = TAG_BIN32;
    put_be32(head + LENGTH_AT, (uint32_t)payload_bytes);
    uLong crc = crc32(0, head + KIND_AT, 1);
    crc = crc32(crc, head + FAN_FRAME_HEAD_BYTES, (uInt)payload_bytes);
    put_be32(head + CRC_AT, (uint32_t)crc);
}

/*
 * The crc of any stretch follows from the crcs of two prefixes, so marks in garbage that
 * promise long payloads cost no pass each. Prefix crcs are kept every STEP bytes.
 */
#define STEP 256

struct fan_frame_scan {
    const uint8_t *bytes;
    size_t n, at;
    uint32_t *prefix; /* prefix[i] = crc32 of the first i * STEP bytes */
    struct fan_frame_damage damage;
};

struct fan_frame_scan *fan_frame_scan_new(const void *bytes, size_t n)
{
    struct fan_frame_scan *scan = fan_alloc_zero(1, sizeof *scan);
    scan->bytes = bytes;
    scan->n = n;
    scan->prefix = fan_alloc((n / STEP + 1) * sizeof *scan->prefix);
    uLong crc = crc32(0, NULL, 0);
    scan->prefix[0] = (uint32_t)crc;
    for (size_t i = 1; i <= n / STEP; i++) {
        crc = crc32(crc, scan->bytes + (i - 1) * STEP, STEP);
        scan->prefix[i] = (uint32_t)crc;
    }
    return scan;
}

void fan_frame_scan_free(struct fan_frame_scan *scan)
{
    if (!scan) return;
    free(scan->prefix);
    free(scan);
}

struct fan_frame_damage fan_frame_scan_damage(const struct fan_frame_scan *scan)
{
    return scan->damage;
}

static uLong prefix_crc(const struct fan_frame_scan *scan, size_t end)
{
    size_t step = end / STEP;
    return crc32(scan->prefix[step], scan->bytes + step * STEP,
                 (uInt)(end - step * STEP));
}

/* combine(A, B, |B|) = shift(A, |B|) xor B; with B = the crc of A's and B's bytes
 * together it therefore gives the crc of the second stretch alone. */
static uint32_t frame_crc(const struct fan_frame_scan *scan, size_t begin, size_t end)
{
    z_off_t n = (z_off_t)(end - begin);
    uLong payload = crc32_combine(prefix_crc(scan, begin), prefix_crc(scan, end), n);
    uLong kind = crc32(0, scan->bytes + begin - FAN_FRAME_HEAD_BYTES + KIND_AT, 1);
    return (uint32_t)crc32_combine(kind, payload, n);
}

/* Where the mark, or a piece of it that the end cuts, next begins at or after `from`. */
static size_t find_mark(const struct fan_frame_scan *scan, size_t from)
{
    while (from < scan->n) {
        const uint8_t *p = memchr(scan->bytes + from, mark[0], scan->n - from);
        if (!p) break;
        from = (size_t)(p - scan->bytes);
        size_t left = scan->n - from;
        if (memcmp(p, mark, left < sizeof mark ? left : sizeof mark) == 0) return from;
        from++;
    }
    return scan->n;
}

enum candidate { INTACT, DAMAGED, CUT };

static enum candidate examine(const struct fan_frame_scan *scan, size_t at,
                              struct fan_frame *frame)
{
    const uint8_t *head = scan->bytes + at;
    size_t left = scan->n - at;
    if (left < FAN_FRAME_HEAD_BYTES) return CUT;
    if (head[CRC_AT - 1] != TAG_UINT32 || head[LENGTH_AT - 1] != TAG_BIN32)
        return DAMAGED;
    size_t payload_bytes = get_be32(head + LENGTH_AT);
    if (payload_bytes > FAN_FRAME_PAYLOAD_MAX) return DAMAGED;
    if (payload_bytes > left - FAN_FRAME_HEAD_BYTES) return CUT;
    frame->begin = at;
    frame->end = at + FAN_FRAME_HEAD_BYTES + payload_bytes;
    frame->kind = head[KIND_AT];
    frame->payload = head + FAN_FRAME_HEAD_BYTES;
    frame->payload_bytes = payload_bytes;
    uint32_t crc = frame_crc(scan, at + FAN_FRAME_HEAD_BYTES, frame->end);
    return crc == get_be32(head + CRC_AT) ? INTACT : DAMAGED;
}

bool fan_frame_scan_next(struct fan_frame_scan *scan, struct fan_frame *frame)
{
    size_t gap = scan->at; /* where intact bytes ended */
    uint64_t marks = 0;    /* candidates in the gap that were none */
    bool last_is_cut = false;
    size_t at = find_mark(scan, gap);
    while (at < scan->n) {
        enum candidate found = examine(scan, at, frame);
        if (found == INTACT) break;
        marks++;
        last_is_cut = found == CUT;
        at = find_mark(scan, at + 1);
    }
    if (at > gap) { /* a stretch of damage; a cut last frame is a killed writer's */
        uint64_t bad = marks ? marks : 1;
        scan->damage.torn = at == scan->n && last_is_cut;
        scan->damage.bad_frames += bad - scan->damage.torn;
    }
    scan->at = at < scan->n ? frame->end : scan->n;
    return at < scan->n;
}
