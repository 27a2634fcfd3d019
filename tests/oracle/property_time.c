/* At any time the same as an estate of what holds then, without bounds. */
#include <inttypes.h>

#include "tests/oracle/estate_random.h"
#include "tests/oracle/properties.h"

static void keep_what_holds(struct admin *admin, int64_t now_s)
{
    size_t kept = 0;

    for (size_t i = 0; i < admin->n_assignments; i++) {
        if (!assignment_holds(&admin->assignments[i], now_s))
            continue;
        admin->assignments[kept] = admin->assignments[i];
        admin->assignments[kept].from_s = INT64_MIN;
        admin->assignments[kept].until_s = INT64_MAX;
        kept++;
    }
    admin->n_assignments = kept;
}

static bool agrees_at(int64_t now_s, const struct trial *trial,
                      struct breach *breach_out)
{
    static struct rbac_decision bounded[QUESTIONS_MAX], scratch[QUESTIONS_MAX];
    static struct trial then, asked;

    asked = *trial;
    for (size_t i = 0; i < asked.n_questions; i++)
        asked.questions[i].now_s = now_s;
    then = asked;
    for (size_t i = 0; i < then.estate.n_admins; i++)
        keep_what_holds(&then.estate.admins[i], now_s);
    for (size_t i = 0; i < then.n_questions; i++)
        then.questions[i].now_s = NOON_S;
    if (!trial_ask(&asked, bounded, breach_out) ||
        !trial_ask(&then, scratch, breach_out))
        return false;
    for (size_t i = 0; i < trial->n_questions; i++)
        if (bounded[i].verdict != scratch[i].verdict ||
            bounded[i].level_required != scratch[i].level_required)
            return breach(breach_out, i,
                          "at %" PRId64 " other than from scratch", now_s);
    return true;
}

bool property_time(struct random *random, const struct trial *trial,
                   struct breach *breach_out)
{
    static const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, 0,
                                       INT64_MAX - 1};

    (void)random;
    for (int64_t now_s = NOON_S - 5; now_s <= NOON_S + 5; now_s++)
        if (!agrees_at(now_s, trial, breach_out))
            return false;
    for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++)
        if (!agrees_at(extremes[i], trial, breach_out))
            return false;
    return true;
}

bool property_last_second(struct random *random, const struct trial *trial,
                          struct breach *breach_out)
{
    (void)random;
    return agrees_at(INT64_MAX, trial, breach_out);
}
