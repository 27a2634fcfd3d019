#include "provider/net/dispatch.h"

#include "provider/net/loop.h"

static void post(struct service *service, struct turn *turn)
{
    if (turn->wait == TURN_FOR_WRITER)
        writer_post(&service->writer, &turn->job);
    else
        pool_post(&service->pool, &turn->job);
}

/* The groups of the user that a call is about; it goes on in the writer. */
static void on_asked(void *context, struct groups_list *list, const char *why)
{
    struct turn *turn = context;
    struct peer_asked *asked = &turn->peer->asked;

    asked->accounts = list ? groups_list_hold(list) : NULL;
    asked->accounts_why = list ? NULL : why;
    turn->wait = TURN_FOR_WRITER;
    post(turn->loop->service, turn);
}

static void ask_about(struct turn *turn)
{
    const struct peer *peer = turn->peer;

    if (groups_ask_about(peer->settings->groups, text_of(peer->asked.user),
                         on_asked, turn) != STATUS_OK)
        on_asked(turn, NULL, "not-asked");
}

/* Passes it on to where it continues; else back to its loop. */
static void send_on(struct job *job)
{
    struct turn *turn = (struct turn *)job;
    struct loop *loop = turn->loop;

    turn_end_part(turn);
    if (turn->wait == TURN_FOR_ASKED)
        ask_about(turn);
    else if (turn->wait == TURN_FOR_WRITER || turn->wait == TURN_FOR_POOL)
        post(loop->service, turn);
    else
        loop_return_turn(loop, turn);
}

static const struct job_kind turn_kind = {turn_go_on, turn_fail, send_on};

/* The name service has answered, or its time is up; in one of its threads. */
static void on_groups(void *context, struct groups_list *list, const char *why)
{
    struct turn *turn = context;
    struct peer_outcome *outcome = &turn->peer->outcome;

    outcome->accounts = list ? groups_list_hold(list) : NULL;
    outcome->accounts_why = list ? NULL : why;
    post(turn->loop->service, turn);
}

/* A sign-in that waits for the user's groups on this host. True: asked, and the
 * turn goes to the writer with the answer. */
static bool ask_groups(struct turn *turn)
{
    struct peer_outcome *outcome = &turn->peer->outcome;
    struct groups *groups = turn->peer->settings->groups;
    enum status status;

    if (!groups || !outcome->user)
        return false;
    outcome->accounts = groups_recall(groups, text_of(outcome->user));
    if (outcome->accounts) {
        outcome->accounts_why = NULL;
        return false;
    }
    status = groups_ask(groups, text_of(outcome->user), on_groups, turn);
    if (status == STATUS_NOT_FOUND)
        outcome->accounts_why = NULL; /* has no account: is in no group */
    return status == STATUS_OK;
}

static void ahead_fail(struct job *job)
{
    (void)job; /* it is parsed at its time */
}

static void ahead_finish(struct job *job)
{
    struct turn *turn = (struct turn *)job;

    loop_return_turn(turn->loop, turn);
}

static const struct job_kind ahead_kind = {turn_read_ahead, ahead_fail,
                                           ahead_finish};

void dispatch_ahead(struct service *service, struct turn *turn, uint32_t lane)
{
    turn->job.kind = &ahead_kind;
    turn->job.lane = lane;
    pool_post(&service->pool, &turn->job);
}

void dispatch_turn(struct service *service, struct turn *turn)
{
    turn->job.kind = &turn_kind;
    turn->job.lane = peer_lane(turn->peer);
    if (turn->wait != TURN_FOR_WRITER || !ask_groups(turn))
        post(service, turn);
}

/* In a thread of the name service's pool: the session is its loop's. */
static void on_session_groups(void *context, struct groups_list *list,
                              const char *why)
{
    struct turn *turn = context;

    turn->accounts = list ? groups_list_hold(list) : NULL;
    turn->accounts_why = list ? NULL : why;
    loop_return_turn(turn->loop, turn);
}

void dispatch_ask_groups(struct turn *turn)
{
    const struct peer *peer = turn->peer;

    if (groups_ask(peer->settings->groups, text_of(peer->session->user),
                   on_session_groups, turn) != STATUS_OK)
        on_session_groups(turn, NULL, "not-asked");
}
