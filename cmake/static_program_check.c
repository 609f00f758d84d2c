/* static_program_check.c - does the distribution's libjansson.a, which was compiled for
 * glibc, work in a program that is linked against musl? Compiled and run when the build
 * is configured. It takes the ways that bootstrap takes through the library and that lead
 * on into libc: numbers (strtod, strtoll, localeconv, snprintf), packing, sorting,
 * errors. Exit status 0: it works. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#ifdef __GLIBC__
#error "this is not musl"
#endif

static const char text[] =
    "{\"word\":\"caf\\u00e9\",\"real\":0.1,\"large\":1.5e300,\"list\":[true,null,-7],"
    "\"integer\":9223372036854775807}";

static int same(json_t *value, size_t flags, const char *expected)
{
    char *dumped = value ? json_dumps(value, flags) : NULL;
    int equal = dumped && strcmp(dumped, expected) == 0;
    free(dumped);
    json_decref(value);
    return equal;
}

static int refused(const char *bad, int column)
{
    json_error_t cause;
    json_t *value = json_loads(bad, 0, &cause);
    json_decref(value);
    return !value && cause.column == column && *cause.text;
}

int main(void)
{
    json_error_t cause;
    int good =
        same(json_loads(text, 0, &cause),
             JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9),
             "{\"integer\":9223372036854775807,\"large\":1.5e300,\"list\":[true,null,-7],"
             "\"real\":0.1,\"word\":\"caf\\u00E9\"}") &&
        same(json_pack("{s:s, s:f, s:b}", "a", "b", "c", 0.25, "d", 1),
             JSON_COMPACT | JSON_REAL_PRECISION(9),
             "{\"a\":\"b\",\"c\":0.25,\"d\":true}") &&
        refused("{\"a\":9223372036854775808}", 24) && refused("[1e999]", 6) &&
        refused("[\"\\u12\"]", 7);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
