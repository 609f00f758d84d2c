/* sieve_threads.c - see sieve_threads.h. */
#include "lambda_kernel/sieve_threads.h"

#include <pthread.h>

/* One stop callback for all threads: once it has said so, it is asked no more. */
struct relay {
    fan_sieve_stop_fn *stop;
    void *context;
    pthread_mutex_t lock;
    bool stopped; /* guarded by lock */
};

struct worker {
    pthread_t thread;
    bool started;
    struct fan_sweep *sweep;
    struct fan_workspace *space;
    bool finished;
};

static bool ask(void *context)
{
    struct relay *relay = context;
    pthread_mutex_lock(&relay->lock);
    if (!relay->stopped && relay->stop) relay->stopped = relay->stop(relay->context);
    bool stopped = relay->stopped;
    pthread_mutex_unlock(&relay->lock);
    return stopped;
}

static void *work(void *context)
{
    struct worker *worker = context;
    worker->finished = fan_sweep_run(worker->sweep, worker->space);
    return NULL;
}

bool fan_threads_sweep(struct fan_sweep *sweeps, struct fan_workspace *spaces, unsigned n)
{
    if (n == 1) return fan_sweep_run(sweeps, spaces);
    struct relay relay = { sweeps->stop, sweeps->stop_context, PTHREAD_MUTEX_INITIALIZER,
                           false };
    struct worker workers[FAN_SIEVE_THREADS_MAX];
    for (unsigned i = 0; i < n; i++) {
        sweeps[i].stop = ask;
        sweeps[i].stop_context = &relay;
        workers[i] = (struct worker){ .sweep = &sweeps[i], .space = &spaces[i] };
        workers[i].started =
            i > 0 && pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    }
    bool finished = true;
    for (unsigned i = 0; i < n; i++) { /* what could not get a thread is done here */
        if (!workers[i].started) work(&workers[i]);
    }
    for (unsigned i = 0; i < n; i++) {
        if (workers[i].started) pthread_join(workers[i].thread, NULL);
        finished = finished && workers[i].finished;
    }
    pthread_mutex_destroy(&relay.lock);
    return finished;
}
