/* local_lambda_main.c - the program: a Lambda-compatible endpoint on this machine. */
#define _GNU_SOURCE /* mkdtemp */
#include "common/log.h"
#include "common/options.h"
#include "common/random.h"
#include "local_lambda/lambda_endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTORS_WANTED 1048576

struct settings {
    uint64_t port, concurrency, unreserved_min, ramp, ramp_period_ms, rate_factor;
    uint64_t code_storage_mb, idle_s, init_limit_ms, async_retry_ms, async_backoff_ms;
    uint64_t seed, lifeline_fd, gateway_port;
    const char *host, *region, *account, *faults, *log, *work_dir, *gateway;
    struct fan_option_list functions;
    int cpu;
    bool verbose, version;
};

#define AT(field) offsetof(struct settings, field)
#define NO_FD     4294967295u

/* clang-format off */
static const struct fan_option options[] = {
    { "port",           FAN_OPTION_U64,    AT(port),           "9100",         0, 65535,   "PORT",  "port to listen on; 0 takes a free one" },
    { "host",           FAN_OPTION_TEXT,   AT(host),           "127.0.0.1",    0, 0,       "ADDRESS", "numeric address to listen on" },
    { "region",         FAN_OPTION_TEXT,   AT(region),         "us-east-1",    0, 0,       "NAME",  "region of the functions and of signatures" },
    { "account",        FAN_OPTION_TEXT,   AT(account),        "123456789012", 0, 0,       "DIGITS", "account of the functions" },
    { "concurrency",    FAN_OPTION_U64,    AT(concurrency),    "1000",         1, 1000000, "CALLS", "account concurrency limit" },
    { "unreserved-min", FAN_OPTION_U64,    AT(unreserved_min), "100",          0, 1000000, "CALLS", "concurrency that no function may reserve" },
    { "code-storage-mb", FAN_OPTION_U64,   AT(code_storage_mb), "76800",       1, 1048576, "MB",    "packages of all functions and versions together" },
    { "ramp",           FAN_OPTION_U64,    AT(ramp),           "1000",         0, 1000000, "INSTANCES", "new instances per function and ramp period; 0: no limit" },
    { "ramp-period-ms", FAN_OPTION_U64,    AT(ramp_period_ms), "10000",        1, 3600000, "MS",    "period of the ramp" },
    { "rate-factor",    FAN_OPTION_U64,    AT(rate_factor),    "10",           0, 1000000, "N",     "calls per second per unit of concurrency; 0: no limit" },
    { "idle-s",         FAN_OPTION_U64,    AT(idle_s),         "300",          0, 86400,   "s",     "life of an idle instance" },
    { "init-limit-ms",  FAN_OPTION_U64,    AT(init_limit_ms),  "10000",        1, 900000,  "ms",    "limit of an instance's init phase" },
    { "async-retry-ms", FAN_OPTION_U64,    AT(async_retry_ms), "60000",        0, 3600000, "ms",    "wait before an asynchronous event that failed is run again; twice that before the last time" },
    { "async-backoff-ms", FAN_OPTION_U64,  AT(async_backoff_ms), "1000",       1, 3600000, "ms",    "wait after the first throttle of an asynchronous event; doubles with each up to 300 times" },
    { "cpu",            FAN_OPTION_CHOICE, AT(cpu),            "tick",         0, 0,       "tick|quota|off", "how CPU time is stretched to the memory size" },
    { "faults",         FAN_OPTION_TEXT,   AT(faults),         "",             0, 0,       "LIST",  "faults on demand: NAME=RATE,... with NAME throttle, error, drop, cut, slow or kill, RATE as 0.1 or 10%; slow_ms=1000" },
    { "seed",           FAN_OPTION_U64,    AT(seed),           "1",            0, 0,       "N",     "seed of faults, of the CPU model and of weighted aliases" },
    { "log",            FAN_OPTION_TEXT,   AT(log),            NULL,           0, 0,       "FILE",  "collect the functions' logs; - is stderr" },
    { "work-dir",       FAN_OPTION_TEXT,   AT(work_dir),       NULL,           0, 0,       "DIR",   "where packages are unpacked; a private folder otherwise" },
    { "function",       FAN_OPTION_LIST,   AT(functions),      NULL,           0, 0,       "NAME=ZIP[,memory=MB][,timeout=S][,handler=TEXT]", "create a function" },
    { "gateway",        FAN_OPTION_TEXT,   AT(gateway),        NULL,           0, 0,       "FILE",  "open an API Gateway stage as this file describes it (docs/gateway.md)" },
    { "gateway-port",   FAN_OPTION_U64,    AT(gateway_port),   "0",            0, 65535,   "PORT",  "port of that stage; 0 takes a free one" },
    { "lifeline-fd",    FAN_OPTION_U64,    AT(lifeline_fd),    NULL,           0, 2147483647, "FD",    "end at the end of file on this descriptor" },
    { "verbose",        FAN_OPTION_FLAG,   AT(verbose),        NULL,           0, 0,       NULL,    "say more on stderr" },
    { "version",        FAN_OPTION_FLAG,   AT(version),        NULL,           0, 0,       NULL,    "print the version" },
    { NULL,             FAN_OPTION_FLAG,   0,                  NULL,           0, 0,       NULL,    NULL },
};
/* clang-format on */

static const struct fan_command command = {
    "local_lambda [options]",
    "Run AWS Lambda functions on this machine behind Lambda's own API.\n"
    "Callers sign with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment;\n"
    "without them a random pair is made and told on stderr.",
    options,
    0,
    0,
};

/* The keys that callers sign with, made and told when the environment has none. */
struct keys {
    char id[24], secret[48];
};

static void make_text(char *text, size_t n)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned char bytes[64];
    fan_random_system(bytes, sizeof bytes);
    for (size_t i = 0; i < n; i++)
        text[i] = letters[bytes[i] % 32];
    text[n] = '\0';
}

static void find_keys(struct keys *keys, struct fan_endpoint_cfg *cfg, bool *made)
{
    cfg->access_key_id = getenv("AWS_ACCESS_KEY_ID");
    cfg->secret_access_key = getenv("AWS_SECRET_ACCESS_KEY");
    *made = !cfg->access_key_id || !cfg->secret_access_key || !*cfg->access_key_id ||
            !*cfg->secret_access_key;
    if (!*made) return;
    memcpy(keys->id, "AKIA", 4);
    make_text(keys->id + 4, 16);
    make_text(keys->secret, 40);
    cfg->access_key_id = keys->id;
    cfg->secret_access_key = keys->secret;
}

static void tell_keys(const struct keys *keys, const struct settings *s, uint16_t port)
{
    fprintf(stderr,
            "# Callers must sign with these keys, made for this run. In their shell:\n"
            "export AWS_ACCESS_KEY_ID=%s\n"
            "export AWS_SECRET_ACCESS_KEY=%s\n"
            "export AWS_DEFAULT_REGION=%s\n"
            "# for example: aws --endpoint-url http://%s:%u lambda list-functions\n",
            keys->id, keys->secret, s->region, s->host, port);
}

/* Thousands of connections and instances need descriptors; functions leave no cores. */
static void raise_limits(void)
{
    struct rlimit wanted = { DESCRIPTORS_WANTED, DESCRIPTORS_WANTED }, limit;
    if (setrlimit(RLIMIT_NOFILE, &wanted) && !getrlimit(RLIMIT_NOFILE, &limit)) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit))
            fan_log(FAN_LOG_WARN, "main", "cannot raise the limit of open files: %s",
                    strerror(errno));
    }
    struct rlimit none = { 0, 0 };
    (void)!setrlimit(RLIMIT_CORE, &none);
}

static enum fan_status find_work_dir(const struct settings *s, char path[4096],
                                     struct fan_err *err)
{
    const char *tmp = getenv("TMPDIR");
    if (!s->work_dir) {
        snprintf(path, 4096, "%s/local_lambda.XXXXXX", tmp && *tmp ? tmp : "/tmp");
        if (mkdtemp(path)) return FAN_OK;
        return fan_fail(err, FAN_EIO, "cannot make a work folder '%.300s': %s", path,
                        strerror(errno));
    }
    if (mkdir(s->work_dir, 0700) && errno != EEXIST)
        return fan_fail(err, FAN_EIO, "cannot make work folder '%.300s': %s", s->work_dir,
                        strerror(errno));
    /* absolute: functions run elsewhere and are told this path */
    if (!realpath(s->work_dir, path))
        return fan_fail(err, FAN_EIO, "cannot find work folder '%.300s': %s", s->work_dir,
                        strerror(errno));
    return FAN_OK;
}

static enum fan_status open_log(const struct settings *s, int *fd, struct fan_err *err)
{
    *fd = -1;
    if (!s->log) return FAN_OK;
    *fd = strcmp(s->log, "-") == 0
              ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
              : open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (*fd >= 0) return FAN_OK;
    return fan_fail(err, FAN_EIO, "cannot open log '%.300s': %s", s->log,
                    strerror(errno));
}

static void fill_cfg(const struct settings *s, struct fan_endpoint_cfg *cfg)
{
    cfg->host = s->host;
    cfg->port = (uint16_t)s->port;
    cfg->region = s->region;
    cfg->account = s->account;
    cfg->limits.concurrency = (uint32_t)s->concurrency;
    cfg->limits.ramp_environments = (uint32_t)s->ramp;
    cfg->limits.ramp_period_ms = (uint32_t)s->ramp_period_ms;
    cfg->limits.rate_factor = (uint32_t)s->rate_factor;
    cfg->unreserved_min = (uint32_t)s->unreserved_min;
    cfg->code_bytes_max = s->code_storage_mb << 20;
    cfg->idle_s = (uint32_t)s->idle_s;
    cfg->init_limit_ms = (uint32_t)s->init_limit_ms;
    cfg->async_retry_ms = (uint32_t)s->async_retry_ms;
    cfg->async_backoff_ms = (uint32_t)s->async_backoff_ms;
    cfg->cpu = (enum fan_cpu_model)s->cpu;
    cfg->seed = s->seed;
    cfg->faults = s->faults;
    cfg->gateway = s->gateway;
    cfg->gateway_port = (uint16_t)s->gateway_port;
    cfg->remove_work_dir = s->work_dir == NULL;
    cfg->lifeline_fd = s->lifeline_fd == NO_FD ? -1 : (int)s->lifeline_fd;
    if (cfg->lifeline_fd >= 0) fcntl(cfg->lifeline_fd, F_SETFD, FD_CLOEXEC);
}

static enum fan_status serve(const struct settings *s, struct fan_err *err)
{
    struct fan_endpoint_cfg cfg = { 0 };
    struct fan_endpoint *endpoint = NULL;
    struct keys keys;
    char work_dir[4096];
    bool made_keys = false;
    fill_cfg(s, &cfg);
    find_keys(&keys, &cfg, &made_keys);
    enum fan_status st = open_log(s, &cfg.log_fd, err);
    if (!st) st = find_work_dir(s, work_dir, err);
    if (st) return st;
    cfg.work_dir = work_dir;
    st = fan_endpoint_open(&endpoint, &cfg, err);
    if (st && !s->work_dir) rmdir(work_dir);
    for (size_t i = 0; !st && i < s->functions.count; i++)
        st = fan_endpoint_add_function(endpoint, s->functions.item[i], err);
    if (!st) {
        uint16_t port = fan_endpoint_port(endpoint);
        if (strncmp(s->host, "127.", 4) != 0)
            fan_log(FAN_LOG_WARN, "main",
                    "listening on %s, which other machines may reach: whoever has the "
                    "keys runs programs here",
                    s->host);
        if (made_keys) tell_keys(&keys, s, port);
        char gateway[256];
        printf("local_lambda listening on http://%s:%u\n", s->host, port);
        if (fan_endpoint_gateway(endpoint, gateway))
            printf("local_lambda gateway at %s\n", gateway);
        fflush(stdout);
        fan_endpoint_run(endpoint);
    }
    fan_endpoint_close(endpoint);
    if (cfg.log_fd >= 0) close(cfg.log_fd);
    return st;
}

int main(int argc, char **argv)
{
    struct settings settings = { .lifeline_fd = NO_FD };
    struct fan_arguments arguments = { 0 };
    struct fan_err err = { FAN_OK, "" };
    signal(SIGPIPE, SIG_IGN);
    fan_log_setup(FAN_LOG_WARN, "local_lambda");
    enum fan_status st =
        fan_options_parse(&command, argc, argv, 1, &settings, &arguments, &err);
    if (!st && arguments.help) {
        fan_options_help(&command, stdout);
        return 0;
    }
    if (!st && settings.version) {
        printf("local_lambda %s\n", FAN_VERSION);
        return 0;
    }
    if (settings.verbose) fan_log_setup(FAN_LOG_DEBUG, "local_lambda");
    raise_limits();
    if (!st) st = serve(&settings, &err);
    if (!st) return 0;
    fprintf(stderr, "local_lambda: %s\n", err.text);
    return st == FAN_EUSAGE || st == FAN_EINVAL || st == FAN_EFORMAT ? 2 : 1;
}
