/* fortified_names.c - names that a library compiled for glibc asks for and musl lacks.
 *
 * bootstrap is linked against musl (why: lambda_kernel/README.md), with the distribution's
 * libjansson.a, which was compiled against glibc's headers. These turn calls of ordinary
 * functions into calls of checked twins: the same function that is also told how large
 * the destination is. This file has the twins that jansson uses or, by another
 * compiler's choice, may use; the linker drops the rest. They keep the promise that goes
 * with the name: a destination that is too small ends the process. All else that jansson
 * needs musl has under glibc's name and with glibc's meaning; cmake/static_program.cmake
 * tries it out before it relies on it.
 *
 * Source: Linux Standard Base Core, "Interfaces for libc" (the __*_chk functions);
 * glibc's manual, "Source Fortification". Compiled into programs linked against musl
 * only. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* capacity: of the destination, SIZE_MAX where the compiler could not tell */
int __snprintf_chk(char *text, size_t n, int flag, size_t capacity, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
int __vsnprintf_chk(char *text, size_t n, int flag, size_t capacity, const char *fmt,
                    va_list args) __attribute__((format(printf, 5, 0)));
char *__strncpy_chk(char *to, const char *from, size_t n, size_t capacity);
void *__memcpy_chk(void *to, const void *from, size_t n, size_t capacity);
void *__memmove_chk(void *to, const void *from, size_t n, size_t capacity);

/* Not a check: since C23 strtoll reads binary numbers too, and glibc keeps both under
 * names of their own. Where jansson calls it, only decimal digits can stand. */
long long __isoc23_strtoll(const char *text, char **end, int base);

static void must_fit(size_t n, size_t capacity)
{
    if (n > capacity) abort();
}

int __vsnprintf_chk(char *text, size_t n, int flag, size_t capacity, const char *fmt,
                    va_list args)
{
    (void)flag; /* asks glibc to refuse %n in writable formats */
    must_fit(n, capacity);
    return vsnprintf(text, n, fmt, args);
}

int __snprintf_chk(char *text, size_t n, int flag, size_t capacity, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int length = __vsnprintf_chk(text, n, flag, capacity, fmt, args);
    va_end(args);
    return length;
}

char *__strncpy_chk(char *to, const char *from, size_t n, size_t capacity)
{
    must_fit(n, capacity);
    return strncpy(to, from, n);
}

void *__memcpy_chk(void *to, const void *from, size_t n, size_t capacity)
{
    must_fit(n, capacity);
    return memcpy(to, from, n);
}

void *__memmove_chk(void *to, const void *from, size_t n, size_t capacity)
{
    must_fit(n, capacity);
    return memmove(to, from, n);
}

long long __isoc23_strtoll(const char *text, char **end, int base)
{
    return strtoll(text, end, base);
}
