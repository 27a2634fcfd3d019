#include "tests/bench/load.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/json_writer.h"
#include "provider/client/client.h"

enum {
    PROCESSES_MAX = 64,
    CONNECTIONS_MAX = 4096,
    EVENTS = 64,
    START_MAX_MS = 60 * 1000, /* for all sign-ins */
    SEND_MAX_MS = 30 * 1000,
};

enum phase {
    PHASE_STARTING = 0,
    PHASE_WARM,
    PHASE_MEASURED,
    PHASE_OVER,
};

/* Shared by all processes. */
struct board {
    _Atomic int phase;
    _Atomic unsigned n_ready;
    _Atomic unsigned n_failed;
    struct lane {
        struct histogram latency_ns;
        uint64_t n_errors;
        double user_s; /* of the client, in the measured time */
        double system_s;
    } lanes[PROCESSES_MAX];
};

struct connection {
    struct smsclient *client;
    uint64_t sent_at_ns;
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void pause_ms(long ms)
{
    const struct timespec span = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&span, NULL);
}

/* ---- One client process ---- */

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void write_read(const struct load *load, const char *key,
                       struct json_writer *w)
{
    writer_put_string(w, "key", key);
    if (load->properties) {
        writer_key(w, "properties");
        writer_raw(w, text_of(load->properties));
    }
}

static void write_create(uint64_t number, struct json_writer *w)
{
    char name[32];

    snprintf(name, sizeof(name), "BENCH-%llx", (unsigned long long)number);
    writer_key(w, "properties");
    writer_object_begin(w);
    writer_put_string(w, "Name", name);
    writer_object_end(w);
}

static void write_request(const struct load *load, uint64_t number,
                          json_int_t id, struct buf *line)
{
    struct json_writer w = json_writer_make(line);

    buf_clear(line);
    request_begin(&w, id, load->is_create ? "object.create" : "object.get");
    writer_object_begin(&w);
    writer_put_string(&w, "class", load->class_name);
    if (load->is_create)
        write_create(number, &w);
    else
        write_read(load, load->keys[number % load->n_keys], &w);
    writer_object_end(&w);
    request_end(&w);
    buf_append_char(line, '\n');
}

static bool send_next(const struct load *load, struct connection *connection,
                      uint64_t *random, struct buf *line)
{
    struct smsclient *client = connection->client;

    write_request(load, random_next(random), ++client->last_id, line);
    connection->sent_at_ns = now_ns();
    return buf_status(line) == STATUS_OK &&
           link_send(client->link, buf_text(line),
                     clock_mono_ms() + SEND_MAX_MS,
                     &client->failure) == STATUS_OK;
}

static bool is_result(struct text line)
{
    const size_t head = line.size < 64 ? line.size : 64;

    return memmem(line.data, head, "\"result\":{", 10) != NULL;
}

/* false: the connection is lost. */
static bool receive(const struct load *load, struct connection *connection,
                    struct lane *lane, int phase, uint64_t *random,
                    struct buf *line)
{
    struct smsclient *client = connection->client;
    struct text answer;
    enum status got = link_try_receive(client->link, &client->failure, &answer);

    if (got == STATUS_END)
        return true;
    if (got != STATUS_OK)
        return false;
    if (phase == PHASE_MEASURED) {
        histogram_add(&lane->latency_ns, now_ns() - connection->sent_at_ns);
        lane->n_errors += is_result(answer) ? 0 : 1;
    }
    return send_next(load, connection, random, line);
}

static bool open_connections(const struct load *load,
                             struct connection *connections, unsigned n,
                             int epoll)
{
    for (unsigned i = 0; i < n; i++) {
        struct epoll_event event = {.events = EPOLLIN,
                                    .data.ptr = &connections[i]};

        connections[i].client = smsclient_new();
        if (!connections[i].client)
            return false;
        if (smsclient_sign_in(connections[i].client, &load->options) !=
            SMSCLIENT_OK) {
            fprintf(stderr, "rpc-bench: %s\n",
                    smsclient_failure(connections[i].client)->message);
            return false;
        }
        if (epoll_ctl(epoll, EPOLL_CTL_ADD,
                      link_fd(connections[i].client->link), &event) != 0)
            return false;
    }
    return true;
}

static struct process_cpu own_cpu(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (struct process_cpu){
        (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6,
        (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6};
}

static bool serve_events(const struct load *load, struct board *board,
                         struct lane *lane, int epoll, uint64_t *random,
                         struct buf *line)
{
    struct process_cpu before = {0}, after;
    int phase = PHASE_WARM;

    while (phase != PHASE_OVER) {
        struct epoll_event events[EVENTS];
        const int n = epoll_wait(epoll, events, EVENTS, 100);
        const int now = board->phase;

        if (now == PHASE_MEASURED && phase == PHASE_WARM)
            before = own_cpu();
        phase = now;
        for (int i = 0; i < n; i++) {
            if (!receive(load, events[i].data.ptr, lane, phase, random, line))
                return false;
        }
    }
    after = own_cpu();
    lane->user_s = after.user_s - before.user_s;
    lane->system_s = after.system_s - before.system_s;
    return true;
}

static bool run_lane(const struct load *load, struct board *board,
                     unsigned index)
{
    const unsigned n = load->connections / load->processes +
                       (index < load->connections % load->processes ? 1 : 0);
    struct connection *connections = calloc(n, sizeof(*connections));
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    SCOPED(buf_free) struct buf line = buf_make(64 * 1024);
    uint64_t random = 0x9E3779B97F4A7C15u * (index + 1);

    if (!connections || epoll < 0 ||
        !open_connections(load, connections, n, epoll))
        return false;
    board->n_ready++;
    while (board->phase == PHASE_STARTING)
        pause_ms(1);
    for (unsigned i = 0; i < n; i++) {
        if (!send_next(load, &connections[i], &random, &line))
            return false;
    }
    return serve_events(load, board, &board->lanes[index], epoll, &random,
                        &line);
}

/* ---- The parent: tells the time, reads the server's CPU ---- */

static int fail(const char *what)
{
    fprintf(stderr, "rpc-bench: %s\n", what);
    return 1;
}

static bool start_lanes(const struct load *load, struct board *board,
                        pid_t *children)
{
    for (unsigned i = 0; i < load->processes; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            const bool is_good = run_lane(load, board, i);

            if (!is_good)
                board->n_failed++;
            _exit(is_good ? 0 : 1);
        }
        if (children[i] < 0)
            return false;
    }
    for (int ms = 0; ms < START_MAX_MS; ms++) {
        if (board->n_failed > 0)
            return false;
        if (board->n_ready == load->processes)
            return true;
        pause_ms(1);
    }
    return false;
}

static void measure(const struct load *load, struct board *board,
                    struct load_result *result)
{
    struct process_cpu before = {0}, after = {0};
    uint64_t began_ns;

    board->phase = PHASE_WARM;
    pause_ms((long)(load->warm_s * 1000));
    result->has_server =
        load->server > 0 && process_cpu_read(load->server, &before);
    began_ns = now_ns();
    board->phase = PHASE_MEASURED;
    pause_ms((long)(load->measured_s * 1000));
    board->phase = PHASE_OVER;
    result->elapsed_s = (double)(now_ns() - began_ns) / 1e9;
    if (result->has_server && process_cpu_read(load->server, &after))
        result->server = (struct process_cpu){after.user_s - before.user_s,
                                              after.system_s - before.system_s};
}

static void collect(const struct load *load, const struct board *board,
                    struct load_result *result)
{
    for (unsigned i = 0; i < load->processes; i++) {
        histogram_merge(&result->latency_ns, &board->lanes[i].latency_ns);
        result->n_errors += board->lanes[i].n_errors;
        result->clients.user_s += board->lanes[i].user_s;
        result->clients.system_s += board->lanes[i].system_s;
    }
}

static int run(const struct load *load, struct board *board,
               struct load_result *result)
{
    pid_t children[PROCESSES_MAX] = {0};
    const bool has_started = start_lanes(load, board, children);

    if (has_started)
        measure(load, board, result);
    board->phase = PHASE_OVER;
    for (unsigned i = 0; i < load->processes; i++) {
        if (children[i] > 0)
            waitpid(children[i], NULL, 0);
    }
    if (!has_started || board->n_failed > 0)
        return fail("a connection could not be opened, or was lost");
    collect(load, board, result);
    return 0;
}

int load_run(const struct load *load, struct load_result *result_out)
{
    struct board *board;
    int outcome;

    memset(result_out, 0, sizeof(*result_out));
    if (load->processes == 0 || load->processes > PROCESSES_MAX ||
        load->connections < load->processes ||
        load->connections > CONNECTIONS_MAX)
        return fail("there are too many processes for the connections");
    board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED)
        return fail("there is not enough memory");
    outcome = run(load, board, result_out);
    munmap(board, sizeof(*board));
    return outcome;
}
