/* interrupt.h - SIGINT, SIGTERM and SIGUSR1 ask the run to end in order. */
#ifndef FAN_MPI_DRIVER_INTERRUPT_H
#define FAN_MPI_DRIVER_INTERRUPT_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Catch SIGINT, SIGTERM and SIGUSR1 (which mpirun passes on without ending the job
 * itself), and ignore SIGPIPE. System calls that wait are interrupted.
 */
void fan_interrupt_install(void);

/* Whether a SIGTERM was among them: whoever sent it may send SIGKILL soon. */
bool fan_interrupt_terminated(void);

/* How often this process was asked: 0 go on, 1 stop launching and drain, 2 drop. */
int fan_interrupt_count(void);

#ifdef __cplusplus
}
#endif
#endif
