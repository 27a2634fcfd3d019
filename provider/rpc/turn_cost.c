/* What the calls of a turn may cost, by the meters of session and user. */
#include "provider/call/budget.h"
#include "provider/rpc/turn_private.h"

enum { US_OF_MS = 1000, STRANGER_MAX_US = 1000 * 1000 };

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static const struct config_limits *limits_of(const struct turn *turn)
{
    return &turn->peer->settings->config->limits;
}

/*
 * The time until a line may use its maximum again, once what is left now has
 * been used: a refused line has used it.
 */
static int64_t retry_ms(const struct session *session,
                        const struct config_limits *limits, int64_t left_us)
{
    const int64_t line_us = limits->line_work_ms * US_OF_MS;
    const int64_t more_us = left_us > 0 ? left_us : 0;
    const int64_t by_session = meter_retry_ms(
        &session->meter, limits->session_work_ms * US_OF_MS, more_us, line_us);
    const int64_t by_user = account_retry_ms(
        session->account, limits->user_work_ms * US_OF_MS, more_us, line_us);

    return by_session > by_user ? by_session : by_user;
}

void turn_set_allowance(const struct turn *turn, struct call_ground *ground)
{
    struct session *session = turn->peer->session;
    const struct config_limits *limits = limits_of(turn);

    ground->left_us = STRANGER_MAX_US;
    ground->retry_ms = 0;
    ground->is_gone = &turn->is_gone;
    if (!session || !session->account)
        return;
    ground->left_us = limits->line_work_ms * US_OF_MS - turn->spent_us;
    ground->left_us =
        least(ground->left_us,
              meter_left_us(&session->meter, limits->session_work_ms * US_OF_MS,
                            ground->now_ms));
    ground->left_us =
        least(ground->left_us,
              account_left_us(session->account, limits->user_work_ms * US_OF_MS,
                              ground->now_ms));
    ground->retry_ms = retry_ms(session, limits, ground->left_us);
}

void turn_charge(struct turn *turn, struct call_ground *ground, int64_t us)
{
    struct session *session = turn->peer->session;

    turn->spent_us += us;
    ground->is_gone = NULL;
    if (!session || !session->account)
        return;
    meter_add(&session->meter, us);
    account_add(session->account, us);
}
