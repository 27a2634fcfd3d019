#include "provider/net/loop.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/net/conn.h"

enum {
    SWEEP_MS = 500,
    VERIFIED_MAX = 64,   /* certificates verified again in one sweep */
    DRAIN_MS = 3 * 1000, /* then peers that do not read are disconnected */
    LAST_READ_MS = 100,  /* for what was sent before the shutdown */
};

/* ---- The view of a pass ---- */

void loop_tick(struct loop *loop)
{
    loop->ground.now_s = clock_wall_s();
    loop->ground.now_ms = clock_mono_ms();
}

bool loop_open_view(struct loop *loop)
{
    if (view_begin(&loop->view) != STATUS_OK)
        return false;
    loop->ground.generation = loop->view.generation;
    return true;
}

/* After the events of a pass: the next one reads the store as it is then. */
static void on_check(uv_check_t *check)
{
    struct loop *loop = check->data;

    view_end(&loop->view);
    slices_begin_pass(&loop->slices);
}

/* Subjects of the old generation keep it in memory: release them. */
static void on_change(void *context)
{
    struct loop *loop = context;

    for (struct conn *conn = loop->conns; conn; conn = conn->next)
        if (!conn->turn && conn->peer.session)
            session_rights_drop(&conn->peer.session->rights);
}

/* ---- Connections ---- */

static void close_stranger(struct stranger *stranger)
{
    conn_close(
        (struct conn *)((char *)stranger - offsetof(struct conn, stranger)));
}

bool loop_add_stranger(struct loop *loop, struct conn *conn)
{
    struct stranger *victim =
        strangers_find_victim(&loop->strangers, &conn->stranger);

    if (victim == &conn->stranger)
        return false;
    if (victim)
        close_stranger(victim);
    strangers_add(&loop->strangers, &conn->stranger);
    return true;
}

bool loop_make_room(struct loop *loop, const struct conn *conn)
{
    struct stranger *victim;

    if (service_may_accept(loop->service))
        return true;
    victim = strangers_find_below(&loop->strangers, conn->stranger.rank + 1);
    if (!victim)
        return false;
    close_stranger(victim);
    return true;
}

void loop_add_conn(struct loop *loop, struct conn *conn)
{
    conn->next = loop->conns;
    if (conn->next)
        conn->next->previous = conn;
    loop->conns = conn;
    loop->n_conns++;
    loop->service->n_conns++;
    trim_note(&loop->service->trim);
}

void loop_remove_conn(struct loop *loop, struct conn *conn)
{
    strangers_remove(&loop->strangers, &conn->stranger);
    if (conn->next)
        conn->next->previous = conn->previous;
    if (conn->previous)
        conn->previous->next = conn->next;
    else
        loop->conns = conn->next;
    conn->next = conn->previous = NULL;
    loop->n_conns--;
    loop->service->n_conns--;
    trim_note(&loop->service->trim);
}

static enum status take_connection(void *context, size_t index, int fd,
                                   const struct sockaddr *from)
{
    return conn_accept(context, &(struct arrival){index, fd, from});
}

static void spare_connection(void *context)
{
    struct loop *loop = context;
    struct stranger *victim =
        strangers_find_below(&loop->strangers, STRANGER_PROVEN);

    if (victim)
        close_stranger(victim);
}

/* ---- Turns that come back ---- */

void loop_return_turn(struct loop *loop, struct turn *turn)
{
    pthread_mutex_lock(&loop->lock);
    turn->job.next = (struct job *)loop->done;
    loop->done = turn;
    pthread_mutex_unlock(&loop->lock);
    uv_async_send(&loop->wake);
}

static void take_turns(struct loop *loop)
{
    struct turn *turns;

    pthread_mutex_lock(&loop->lock);
    turns = loop->done;
    loop->done = NULL;
    pthread_mutex_unlock(&loop->lock);
    while (turns) {
        struct turn *turn = turns;

        turns = (struct turn *)turn->job.next;
        loop->n_away--;
        conn_take_turn(turn->conn, turn);
    }
}

/* ---- Ending ---- */

static void drain(struct loop *loop)
{
    struct conn *conn = loop->conns;

    while (conn) {
        struct conn *next = conn->next;

        conn_end(conn);
        conn = next;
    }
}

static void on_sweep(uv_timer_t *sweep);

/* What was sent by now is read on the way to the first sweep. */
static void begin_drain(struct loop *loop)
{
    loop->is_draining = true;
    loop->drain_until_ms = clock_mono_ms() + DRAIN_MS;
    for (size_t i = 0; i < loop->n_acceptors; i++)
        acceptor_close(&loop->acceptors[i]);
    uv_timer_start(&loop->sweep, on_sweep, LAST_READ_MS, LAST_READ_MS);
}

/* Nothing is left, here or away: closes the handles of the loop itself, and it
 * ends. */
static void end_when_empty(struct loop *loop)
{
    if (!loop->is_draining || loop->conns || loop->n_away > 0 ||
        !slices_is_empty(&loop->slices) ||
        uv_is_closing((uv_handle_t *)&loop->wake))
        return;
    slices_close(&loop->slices);
    uv_close((uv_handle_t *)&loop->check, NULL);
    uv_close((uv_handle_t *)&loop->sweep, NULL);
    uv_close((uv_handle_t *)&loop->wake, NULL);
}

/* A connection whose turn is with the writer stays until it is back. */
static void cut_late(struct loop *loop)
{
    struct conn *conn = loop->conns;

    if (!loop->is_draining || loop->ground.now_ms < loop->drain_until_ms)
        return;
    while (conn) {
        struct conn *next = conn->next;

        if (!conn->turn || conn->waiting)
            conn_close(conn);
        conn = next;
    }
}

static void on_wake(uv_async_t *wake)
{
    struct loop *loop = wake->data;
    bool is_stopping;

    loop_tick(loop);
    take_turns(loop);
    pthread_mutex_lock(&loop->lock);
    is_stopping = loop->is_stopping;
    pthread_mutex_unlock(&loop->lock);
    if (is_stopping && !loop->is_draining)
        begin_drain(loop);
    end_when_empty(loop);
}

/* Certificates are verified again a few at a time, so that nobody waits. */
static void check_all(struct loop *loop, struct settings *now)
{
    struct conn *conn = loop->conns;
    unsigned n_verified = 0;

    while (conn) {
        struct conn *next = conn->next;

        conn_check_time(conn, loop->ground.now_ms);
        if (!conn->is_closing && n_verified < VERIFIED_MAX)
            n_verified += conn_follow(conn, now);
        conn = next;
    }
}

static void on_sweep(uv_timer_t *sweep)
{
    struct loop *loop = sweep->data;
    OWNED(settings) now = service_settings(loop->service);

    loop_tick(loop);
    check_all(loop, now);
    trim_look(&loop->service->trim, &loop->service->pool, loop->ground.now_ms);
    if (loop->is_draining)
        drain(loop);
    cut_late(loop);
    end_when_empty(loop);
}

/* ---- Beginning ---- */

static enum status open_acceptor(struct loop *loop, size_t index)
{
    struct acceptor *acceptor = &loop->acceptors[index];
    const struct listener_sockets *sockets = &loop->service->sockets[index];
    const int fd = listener_fd(sockets, loop->number);

    if (fd < 0)
        return STATUS_UNAVAILABLE;
    acceptor->index = index;
    acceptor->name = sockets->name;
    acceptor->metrics = &loop->service->metrics;
    acceptor->take = take_connection;
    acceptor->spare = spare_connection;
    acceptor->context = loop;
    loop->n_acceptors++;
    if (acceptor_open(acceptor, &loop->uv, fd) == STATUS_OK)
        return STATUS_OK;
    log_error("listen.failed address=%s why=%s", sockets->name,
              strerror(errno));
    return STATUS_UNAVAILABLE;
}

static size_t share_of_strangers(const struct service *service)
{
    return (size_t)service->max_conns / 2 / service->n_loops;
}

static enum status open_parts(struct loop *loop)
{
    const struct config *config = loop->service->settings->config;

    TRY(view_open_store(config->store_path, &loop->store));
    TRY(strangers_open(&loop->strangers, share_of_strangers(loop->service)));
    loop->acceptors = calloc(config->n_listeners, sizeof(*loop->acceptors));
    if (!loop->acceptors)
        return STATUS_NO_MEMORY;
    scratch_make(&loop->in);
    scratch_make(&loop->plain);
    loop->view = (struct view){.present = &loop->service->present,
                               .store = loop->store,
                               .on_change = on_change,
                               .context = loop};
    loop->ground = service_ground(loop->service);
    loop->ground.store = loop->store;
    pthread_mutex_init(&loop->lock, NULL);
    return STATUS_OK;
}

static void open_handles(struct loop *loop)
{
    uv_check_init(&loop->uv, &loop->check);
    uv_timer_init(&loop->uv, &loop->sweep);
    uv_async_init(&loop->uv, &loop->wake, on_wake);
    loop->check.data = loop->sweep.data = loop->wake.data = loop;
    uv_check_start(&loop->check, on_check);
    slices_open(&loop->slices, &loop->uv);
    uv_timer_start(&loop->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
}

static void *work(void *context)
{
    struct loop *loop = context;

    pthread_setname_np(pthread_self(), "sms-worker");
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    view_close(&loop->view);
    return NULL;
}

enum status loop_start(struct loop *loop, struct service *service,
                       unsigned number)
{
    loop->service = service;
    loop->number = number;
    TRY(open_parts(loop));
    if (uv_loop_init(&loop->uv) != 0)
        return STATUS_UNAVAILABLE;
    open_handles(loop);
    for (size_t i = 0; i < service->n_sockets; i++)
        TRY(open_acceptor(loop, i));
    loop_tick(loop);
    if (pthread_create(&loop->thread, NULL, work, loop) != 0)
        return STATUS_UNAVAILABLE;
    loop->is_running = true;
    return STATUS_OK;
}

void loop_ask_stop(struct loop *loop)
{
    if (!loop->is_running)
        return;
    pthread_mutex_lock(&loop->lock);
    loop->is_stopping = true;
    pthread_mutex_unlock(&loop->lock);
    uv_async_send(&loop->wake);
}

void loop_join(struct loop *loop)
{
    if (loop->is_running) {
        pthread_join(loop->thread, NULL);
        uv_loop_close(&loop->uv);
        pthread_mutex_destroy(&loop->lock);
    }
    loop->is_running = false;
    scratch_end(&loop->in);
    scratch_end(&loop->plain);
    strangers_close(&loop->strangers);
    free(loop->acceptors);
    store_free(loop->store);
    loop->acceptors = NULL;
    loop->store = NULL;
}
