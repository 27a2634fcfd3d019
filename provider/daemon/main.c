/*
 * smsproviderd - the SMS Provider.
 *
 * Runs in the foreground. Keeps only systemd's variables of the environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>
#include <uv.h>

#include "auth/signer/key_memory.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/memory.h"
#include "provider/call/condition.h"
#include "provider/daemon/command.h"
#include "provider/daemon/daemon.h"
#include "provider/daemon/environment.h"
#include "provider/daemon/handed.h"
#include "provider/daemon/notice.h"
#include "provider/daemon/options.h"
#include "provider/daemon/service_user.h"
#include "provider/daemon/starting.h"

#define SERVICE_USER "smsprovider"

enum { WATCH_EVERY_MS = 1000, MEMORY_OF_ITS_OWN_BYTES = 256 * 1024 };

/* ---- setup ---- */

/* A script of its own, which runs this program and others. It returns only if
 * it cannot be run. */
static int set_up(char **argv)
{
    static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                         "/usr/bin:/sbin:/bin";
    char *const environment[] = {path, NULL};

    execve(SMS_SETUP, argv, environment);
    fprintf(stderr, "smsproviderd: %s: %s\n", SMS_SETUP, strerror(errno));
    return EXIT_UNAVAILABLE;
}

/* ---- Signals ---- */

struct runner {
    uv_loop_t uv;
    uv_signal_t reload;
    uv_signal_t end;
    uv_signal_t interrupt;
    uv_work_t work; /* of the reload */
    bool is_reloading;
    bool reloads_again; /* requested meanwhile */
    uv_timer_t watch;
    const char *lost; /* why it ends by itself */
    struct notice notice;
    struct daemon *daemon;
    const char *config;
};

/* In a thread of its own, so that shutdown need not wait for it. */
static void reload(uv_work_t *work)
{
    struct runner *runner = work->data;

    daemon_reload(runner->daemon, runner->config);
}

static void begin_reload(struct runner *runner);

static void on_reloaded(uv_work_t *work, int error)
{
    struct runner *runner = work->data;

    (void)error;
    runner->is_reloading = false;
    if (runner->reloads_again)
        begin_reload(runner);
    else
        notice_reloaded(&runner->notice);
}

static void begin_reload(struct runner *runner)
{
    runner->reloads_again = runner->is_reloading;
    if (runner->is_reloading)
        return;
    runner->work.data = runner;
    runner->is_reloading =
        uv_queue_work(&runner->uv, &runner->work, reload, on_reloaded) == 0;
}

static void on_reload(uv_signal_t *handle, int number)
{
    (void)number;
    notice_reloading();
    begin_reload(handle->data);
}

static void on_end(uv_signal_t *handle, int number)
{
    struct runner *runner = handle->data;

    (void)number;
    uv_stop(&runner->uv);
}

static void on_watch(uv_timer_t *handle)
{
    struct runner *runner = handle->data;

    runner->lost = daemon_watch(runner->daemon, runner->notice.is_watched);
    if (runner->lost)
        uv_stop(&runner->uv);
    else
        notice_tell(&runner->notice, &runner->daemon->service);
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    uv_close(handle, NULL);
}

static bool open_runner(struct runner *runner)
{
    if (uv_loop_init(&runner->uv) != 0)
        return false;
    uv_signal_init(&runner->uv, &runner->reload);
    uv_signal_init(&runner->uv, &runner->end);
    uv_signal_init(&runner->uv, &runner->interrupt);
    uv_timer_init(&runner->uv, &runner->watch);
    runner->watch.data = runner;
    runner->reload.data = runner->end.data = runner->interrupt.data = runner;
    return uv_signal_start(&runner->reload, on_reload, SIGHUP) == 0;
}

static bool catch_end(struct runner *runner)
{
    return uv_signal_start(&runner->end, on_end, SIGTERM) == 0 &&
           uv_signal_start(&runner->interrupt, on_end, SIGINT) == 0;
}

static void run_until_signal(struct runner *runner, bool is_ending)
{
    notice_ready(&runner->notice);
    log_info("provider.ready version=%s", SMS_VERSION);
    uv_timer_start(&runner->watch, on_watch, 0, WATCH_EVERY_MS);
    if (!is_ending)
        uv_run(&runner->uv, UV_RUN_DEFAULT);
    log_info("provider.ending");
    notice_ending();
    daemon_end(runner->daemon);
    runner->reloads_again = false;
    while (runner->is_reloading)
        uv_run(&runner->uv, UV_RUN_ONCE);
}

static void release_signals(struct runner *runner)
{
    uv_walk(&runner->uv, close_handle, NULL);
    uv_run(&runner->uv, UV_RUN_DEFAULT);
    uv_loop_close(&runner->uv);
}

/* ---- The process ---- */

static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_warn("limit.descriptors why=%s", strerror(errno));
}

/* Long answers get memory of their own, which is returned once they are sent;
 * by default malloc would keep ever longer ones for reuse. */
static void return_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, MEMORY_OF_ITS_OWN_BYTES);
    mallopt(M_TRIM_THRESHOLD, 4 * MEMORY_OF_ITS_OWN_BYTES);
}

static void prepare_process(void)
{
    const struct rlimit no_core = {0, 0};

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its maximum size, like a full disk */
    umask(077);
    return_memory();
    if (setrlimit(RLIMIT_CORE, &no_core) !=
        0) /* a core dump would contain secrets */
        log_warn("limit.core why=%s", strerror(errno));
    raise_descriptors();
    json_object_seed(0);
    /* Parsed requests contain tokens and passwords: their memory is wiped. */
    json_set_alloc_funcs(memory_must, memory_wipe);
    key_memory_prepare();
}

static enum status read_settings(struct walls *walls,
                                 struct settings **settings_out,
                                 struct buf *messages)
{
    struct config *config;

    TRY(walls_begin(walls, &config, messages));
    if (settings_new(config, settings_out, messages) != STATUS_OK)
        return STATUS_INVALID;
    conditions_warn(*settings_out, clock_wall_s(), messages);
    return STATUS_OK;
}

static enum status start(struct walls *walls, struct daemon **daemon_out)
{
    SCOPED(buf_free) struct buf messages = buf_make(COMMAND_MESSAGES_BYTES);
    struct settings *settings;
    const enum status status = read_settings(walls, &settings, &messages);

    command_print(&messages, stderr);
    return status == STATUS_OK ? daemon_start(settings, walls, daemon_out)
                               : status;
}

static int serve(const struct options *options)
{
    struct walls walls = {.is_off = options->is_unconfined,
                          .config_path = options->config};
    struct runner runner = {.config = options->config};
    struct starting starting;
    enum status status;
    bool is_ending;

    if (starting_begin(&starting) != STATUS_OK || !open_runner(&runner))
        return EXIT_UNAVAILABLE;
    status = start(&walls, &runner.daemon);
    if (!catch_end(&runner))
        return EXIT_UNAVAILABLE;
    is_ending = starting_end(&starting);
    if (status == STATUS_OK)
        run_until_signal(&runner, is_ending);
    daemon_free(runner.daemon);
    walls_clear(&walls);
    release_signals(&runner);
    if (runner.lost) {
        log_error("provider.ended why=%s", runner.lost);
        return EXIT_UNAVAILABLE;
    }
    if (status == STATUS_OK)
        return EXIT_SUCCESS;
    log_error("provider.not_started why=%s", status_name(status));
    return status == STATUS_INVALID ? EXIT_INVALID : EXIT_UNAVAILABLE;
}

/* A store that is nobody's yet, or root's, is served by root. */
static enum status become_owner(const char *config)
{
    SCOPED(memory_drop) char *store = NULL;

    if (config_find_store(config, &store) != STATUS_OK)
        return STATUS_OK; /* which its reader says */
    return service_user_of(store);
}

/* As root, --check answers as the service would run, and the commands that
 * write leave files that the service can use, and write none of root's that the
 * service could put a link to. */
static enum status choose_user(const struct options *options)
{
    enum status status = STATUS_NOT_FOUND;

    if (options->user)
        return service_user_become(options->user);
    if (options->act == ACT_SERVE || geteuid() != 0)
        return STATUS_OK;
    if (strcmp(options->config, OPTIONS_CONFIG) == 0)
        status = service_user_become(SERVICE_USER);
    if (status != STATUS_NOT_FOUND)
        return status;
    return options->act == ACT_RESTORE
               ? STATUS_OK /* which reads a file first */
               : become_owner(options->config);
}

static bool become_user(const struct options *options)
{
    const enum status status = choose_user(options);

    if (status == STATUS_OK)
        return true;
    fprintf(stderr, "smsproviderd: cannot become %s: %s\n",
            options->user ? options->user : "the service's user",
            status_name(status));
    return false;
}

int main(int argc, char **argv)
{
    struct options options;
    struct handed handed;
    const bool is_clear = environment_clear(); /* before any library reads it */
    int end;

    if (is_clear && argc > 1 && strcmp(argv[1], "setup") == 0)
        return set_up(argv + 1);
    end = is_clear ? options_read(argc, argv, &options) : EXIT_USAGE;
    if (end >= 0)
        return end;
    log_follow_journal(getenv("JOURNAL_STREAM"));
    prepare_process();
    if (handed_read(&options, &handed) != STATUS_OK)
        end = EXIT_NOT_FOUND;
    else if (!become_user(&options))
        end = EXIT_DENIED;
    else
        end = options.act == ACT_SERVE ? serve(&options)
                                       : command_run(&options, &handed);
    handed_clear(&handed);
    return end;
}
