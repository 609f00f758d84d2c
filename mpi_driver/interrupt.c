/* interrupt.c - see interrupt.h. */
#include "mpi_driver/interrupt.h"

#include "common/clock.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>

/* A terminal's Ctrl-C and the launcher's own signal arrive together and mean one wish. */
#define SAME_WISH_NS INT64_C(300000000)

static volatile sig_atomic_t asked, terminated;
static int64_t asked_ns;

static void on_signal(int signal_number)
{
    if (signal_number == SIGTERM) terminated = 1;
    int64_t now_ns = fan_clock_mono_ns(); /* clock_gettime may be called here */
    if (asked && now_ns - asked_ns < SAME_WISH_NS) return;
    asked_ns = now_ns;
    if (asked < 2) asked = asked + 1;
}

void fan_interrupt_install(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigfillset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

bool fan_interrupt_terminated(void)
{
    return terminated != 0;
}

int fan_interrupt_count(void)
{
    return asked;
}
