/*
 * spawn_bench.c - the floor under a cold start: posix_spawn of a static program to its
 * first byte. Usage: spawn_bench [ROUNDS]     Prints the median in microseconds. The
 * child is this program itself, which then only writes one byte.
 */
#define _GNU_SOURCE /* pipe2 */
#include "common/clock.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS_MAX 10000

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Nanoseconds from the spawn to the child's byte. */
static int64_t spawn_once(char *program)
{
    int ends[2];
    char byte, child[] = "child", *argv[] = { program, child, NULL },
               *environment[] = { NULL };
    posix_spawn_file_actions_t actions;
    pid_t pid;
    if (pipe2(ends, O_CLOEXEC)) abort();
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    int64_t start_ns = fan_clock_mono_ns();
    if (posix_spawn(&pid, program, &actions, NULL, argv, environment)) abort();
    close(ends[1]);
    if (read(ends[0], &byte, 1) != 1) abort();
    int64_t took_ns = fan_clock_mono_ns() - start_ns;
    close(ends[0]);
    waitpid(pid, NULL, 0);
    posix_spawn_file_actions_destroy(&actions);
    return took_ns;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "child") == 0)
        return write(STDOUT_FILENO, "x", 1) != 1;
    static int64_t took_ns[ROUNDS_MAX];
    int rounds = argc > 1 ? atoi(argv[1]) : 200;
    if (rounds < 1 || rounds > ROUNDS_MAX) return 2;
    for (int i = 0; i < rounds; i++)
        took_ns[i] = spawn_once(argv[0]);
    qsort(took_ns, (size_t)rounds, sizeof *took_ns, ascending);
    printf("%.1f\n", (double)took_ns[rounds / 2] / 1e3);
    return 0;
}
