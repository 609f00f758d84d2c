/* endpoint_process.c - see endpoint_process.h. */
#include "mpi_driver/endpoint_process.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/random.h"
#include "mpi_driver/endpoint_gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_LIMIT_NS INT64_C(10000000000)
#define STOP_LIMIT_NS  INT64_C(5000000000)
#define PROGRAM        "local_lambda"
#define ANNOUNCEMENT   "local_lambda listening on "
#define STAGE          "local_lambda gateway at "
#define LIFELINE_FD    3 /* in the child */
#define GATEWAY_FD     4
#define GATEWAY_FILE   "/dev/fd/4"
#define SCRATCH        "/tmp/lambda-fanout-XXXXXX"

extern char **environ;

struct fan_endpoint_process {
    pid_t pid;
    int lifeline; /* the end that we hold; closing it ends the child */
    int output;   /* its standard output */
};

enum fan_status fan_installed_path(char *path, size_t capacity, const char *relative,
                                   struct fan_err *err)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) return fan_fail(err, FAN_EIO, "read /proc/self/exe: %s", strerror(errno));
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    if (slash) *slash = '\0';
    int size = snprintf(path, capacity, "%s/%s", self, relative);
    if (size < 0 || (size_t)size >= capacity || access(path, R_OK))
        return fan_fail(err, FAN_ENOTFOUND, "find '%s' of this installation in '%s': %s",
                        relative, self, strerror(errno));
    return FAN_OK;
}

/* A key of n random characters behind a prefix. */
static void make_key(char *key, const char *prefix, size_t n)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t bytes[FAN_ENDPOINT_KEY_MAX];
    fan_random_system(bytes, n);
    size_t at = strlen(prefix);
    memcpy(key, prefix, at);
    for (size_t i = 0; i < n; i++)
        key[at++] = digits[bytes[i] % 32];
    key[at] = '\0';
}

/* Two descriptors above those that the child gives a meaning, closed on exec. */
static enum fan_status open_pipe(int ends[2], struct fan_err *err)
{
    int low[2];
    if (pipe(low)) return fan_fail(err, FAN_EIO, "open a pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++)
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, GATEWAY_FD + 1);
    close(low[0]);
    close(low[1]);
    if (ends[0] >= 0 && ends[1] >= 0) return FAN_OK;
    return fan_fail(err, FAN_EIO, "duplicate a pipe: %s", strerror(errno));
}

#define ARGUMENTS_MAX 32

/* "--name value" pairs for local_lambda, kept in one buffer. */
struct arguments {
    struct fan_buf text; /* the strings, each with its NUL */
    size_t offset[ARGUMENTS_MAX];
    size_t count;
    char *argv[ARGUMENTS_MAX + 1];
};

static void add_argument(struct arguments *a, const char *text)
{
    if (a->count == ARGUMENTS_MAX) abort(); /* the list below is fixed */
    a->offset[a->count++] = a->text.size;
    if (fan_buf_add(&a->text, text, strlen(text) + 1, NULL)) abort();
}

static void add_number(struct arguments *a, const char *name, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    add_argument(a, name);
    add_argument(a, text);
}

static void add_faults(struct arguments *a, const struct fan_job_local *local)
{
    char text[256];
    snprintf(text, sizeof text,
             "throttle=%.9g,error=%.9g,drop=%.9g,cut=%.9g,slow=%.9g,kill=%.9g,slow_ms=%u",
             local->fault_throttle, local->fault_error, local->fault_drop,
             local->fault_cut, local->fault_slow, local->fault_kill,
             local->fault_slow_ms);
    add_argument(a, "--faults");
    add_argument(a, text);
}

static void make_arguments(struct arguments *a, const struct fan_job *job)
{
    static const char *const cpu_names[] = { "tick", "quota", "off" };
    const struct fan_job_local *local = &job->local;
    add_argument(a, PROGRAM);
    add_number(a, "--port", 0);
    add_number(a, "--lifeline-fd", LIFELINE_FD);
    add_argument(a, "--region");
    add_argument(a, job->region);
    add_number(a, "--concurrency", local->concurrency);
    add_number(a, "--ramp", local->ramp);
    add_number(a, "--rate-factor", local->rate_factor);
    add_argument(a, "--cpu");
    add_argument(a, cpu_names[local->cpu]);
    add_number(a, "--seed", job->seed);
    add_faults(a, local);
    if (local->log) {
        add_argument(a, "--log");
        add_argument(a, local->log);
    }
    if (fan_job_uses_gateway(job)) {
        add_argument(a, "--gateway");
        add_argument(a, GATEWAY_FILE);
    }
    for (size_t i = 0; i < a->count; i++)
        a->argv[i] = a->text.data + a->offset[i];
    a->argv[a->count] = NULL;
}

/* Room for the variables that the child gets of us. */
struct own_variables {
    char key_id[64 + FAN_ENDPOINT_KEY_MAX], secret[64 + FAN_ENDPOINT_KEY_MAX];
    char api_key[64 + FAN_ENDPOINT_KEY_MAX];
};

/* Our environment with the endpoint's keys in place of any of the user's. */
static char **make_environment(const struct fan_endpoint_access *access_keys,
                               struct own_variables *own)
{
    size_t n = 0, kept = 0;
    while (environ[n])
        n++;
    char **env = fan_alloc_zero(n + 4, sizeof *env);
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], "AWS_ACCESS_KEY_ID=", 18) != 0 &&
            strncmp(environ[i], "AWS_SECRET_ACCESS_KEY=", 22) != 0 &&
            strncmp(environ[i], "AWS_SESSION_TOKEN=", 18) != 0)
            env[kept++] = environ[i];
    snprintf(own->key_id, sizeof own->key_id, "AWS_ACCESS_KEY_ID=%s",
             access_keys->access_key_id);
    snprintf(own->secret, sizeof own->secret, "AWS_SECRET_ACCESS_KEY=%s",
             access_keys->secret_access_key);
    snprintf(own->api_key, sizeof own->api_key, "%s=%s", FAN_GATEWAY_KEY_VARIABLE,
             access_keys->api_key);
    env[kept++] = own->key_id;
    env[kept++] = own->secret;
    env[kept++] = own->api_key;
    return env;
}

/* Ends of ours that the child gets. */
struct child_ends {
    int lifeline, output;
    int gateway; /* -1: none */
};

/* Spawn in a process group of its own: a Ctrl-C of the terminal is the driver's to
 * handle, and it still needs the endpoint while it drains. */
static enum fan_status spawn(struct fan_endpoint_process *process, struct arguments *a,
                             char **env, const struct child_ends *ends,
                             struct fan_err *err)
{
    char path[PATH_MAX];
    bool beside = fan_installed_path(path, sizeof path, PROGRAM, NULL) == FAN_OK;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends->output, 1);
    posix_spawn_file_actions_adddup2(&files, ends->lifeline, LIFELINE_FD);
    if (ends->gateway >= 0)
        posix_spawn_file_actions_adddup2(&files, ends->gateway, GATEWAY_FD);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    int failure =
        beside ? posix_spawn(&process->pid, path, &files, &attributes, a->argv, env)
               : posix_spawnp(&process->pid, PROGRAM, &files, &attributes, a->argv, env);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failure) {
        process->pid = 0;
        return fan_fail(err, failure == ENOENT ? FAN_ENOTFOUND : FAN_EIO,
                        "start the local endpoint '%s': %s", beside ? path : PROGRAM,
                        strerror(failure));
    }
    return FAN_OK;
}

/* Read one line within the time limit. */
static enum fan_status read_line(int fd, char *line, size_t capacity, struct fan_err *err)
{
    int64_t limit_ns = fan_clock_mono_ns() + START_LIMIT_NS;
    size_t size = 0;
    while (size + 1 < capacity) {
        int64_t left_ms = (limit_ns - fan_clock_mono_ns()) / 1000000;
        struct pollfd wait = { fd, POLLIN, 0 };
        int ready = left_ms > 0 ? poll(&wait, 1, (int)left_ms) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0)
            return fan_fail(err, FAN_EIO,
                            "start the local endpoint: it does not say where it listens "
                            "within %d s",
                            (int)(START_LIMIT_NS / 1000000000));
        ssize_t got = read(fd, line + size, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            return fan_fail(err, FAN_EIO,
                            "start the local endpoint: it ended before it listened");
        if (line[size] == '\n') break;
        size++;
    }
    line[size] = '\0';
    return FAN_OK;
}

/* Read "ANNOUNCEMENT address" into address. */
static enum fan_status read_address(struct fan_endpoint_process *process,
                                    const char *announcement,
                                    char address[FAN_ENDPOINT_URL_MAX],
                                    struct fan_err *err)
{
    char line[256];
    size_t n = strlen(announcement);
    enum fan_status st = read_line(process->output, line, sizeof line, err);
    if (st) return st;
    if (strncmp(line, announcement, n) != 0 || strncmp(line + n, "http://", 7) != 0 ||
        strlen(line + n) >= FAN_ENDPOINT_URL_MAX)
        return fan_fail(err, FAN_EFORMAT,
                        "start the local endpoint: it said '%.100s', expected '%sURL'",
                        line, announcement);
    strcpy(address, line + n);
    return FAN_OK;
}

/* The gateway's description in a file without a name, which the child reads. */
static enum fan_status open_description(const struct fan_job *job, int *fd,
                                        struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FAN_GATEWAY_DESCRIPTION_BYTES);
    char name[] = SCRATCH;
    if (!fan_job_uses_gateway(job)) return FAN_OK;
    int low = -1;
    enum fan_status st = fan_endpoint_gateway_describe(job, &text, err);
    if (!st) {
        low = mkstemp(name);
        if (low >= 0) unlink(name);
        *fd = low >= 0 ? fcntl(low, F_DUPFD_CLOEXEC, GATEWAY_FD + 1) : -1;
        if (*fd < 0 || write(*fd, text.data, text.size) != (ssize_t)text.size)
            st = fan_fail(err, FAN_EIO, "write the gateway's description: %s",
                          strerror(errno));
    }
    if (low >= 0) close(low);
    fan_buf_clear(&text);
    return st;
}

static void close_end(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

enum fan_status fan_endpoint_process_start(struct fan_endpoint_process **process,
                                           const struct fan_job *job,
                                           struct fan_endpoint_access *access,
                                           struct fan_err *err)
{
    struct fan_endpoint_process *p = fan_alloc_zero(1, sizeof *p);
    struct fan_endpoint_access keys;
    struct arguments arguments;
    memset(&keys, 0, sizeof keys);
    memset(&arguments, 0, sizeof arguments);
    fan_buf_init(&arguments.text, 64 * 1024);
    struct own_variables own;
    int lifeline[2] = { -1, -1 }, output[2] = { -1, -1 }, gateway = -1;
    make_key(keys.access_key_id, "LOCAL", 15);
    make_key(keys.secret_access_key, "", 40);
    make_key(keys.api_key, "", 40);
    make_arguments(&arguments, job);
    char **env = make_environment(&keys, &own);

    enum fan_status st = open_pipe(lifeline, err);
    if (!st) st = open_pipe(output, err);
    if (!st) st = open_description(job, &gateway, err);
    const struct child_ends ends = { lifeline[0], output[1], gateway };
    if (!st) st = spawn(p, &arguments, env, &ends, err);
    close_end(&lifeline[0]); /* only the child has this end now, */
    close_end(&output[1]);   /* and this one: its death is an end-of-file */
    close_end(&gateway);
    p->lifeline = lifeline[1];
    p->output = output[0];
    if (!st) st = read_address(p, ANNOUNCEMENT, keys.url, err);
    if (!st && fan_job_uses_gateway(job)) st = read_address(p, STAGE, keys.gateway, err);
    free(env);
    fan_buf_clear(&arguments.text);
    if (st) {
        fan_endpoint_process_stop(p);
        return st;
    }
    *access = keys;
    *process = p;
    return FAN_OK;
}

bool fan_endpoint_process_ended(struct fan_endpoint_process *process, char *how,
                                size_t capacity)
{
    int status = 0;
    if (!process || process->pid <= 0) return false;
    if (waitpid(process->pid, &status, WNOHANG) != process->pid) return false;
    process->pid = 0;
    if (WIFSIGNALED(status))
        snprintf(how, capacity, "was ended by signal %d", WTERMSIG(status));
    else
        snprintf(how, capacity, "ended with status %d", WEXITSTATUS(status));
    return true;
}

void fan_endpoint_process_stop(struct fan_endpoint_process *process)
{
    if (!process) return;
    close_end(&process->lifeline);
    int64_t limit_ns = fan_clock_mono_ns() + STOP_LIMIT_NS;
    while (process->pid > 0) {
        pid_t ended = waitpid(process->pid, NULL, WNOHANG);
        if (ended == process->pid || (ended < 0 && errno != EINTR)) break;
        if (fan_clock_mono_ns() > limit_ns) {
            kill(process->pid, SIGKILL);
            waitpid(process->pid, NULL, 0);
            break;
        }
        fan_clock_sleep_ns(2000000);
    }
    close_end(&process->output);
    free(process);
}
