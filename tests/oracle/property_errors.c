/* What is wrong is denied or refused. */
#include <string.h>

#include "provider/base/own.h"
#include "tests/oracle/properties.h"

/* Turns a question into one that nobody may get a yes to. */
static void spoil(struct random *random, const struct trial *trial,
                  struct question *question)
{
    const struct rbac_type *type = estate_type(&trial->estate, question->type);

    switch (random_below(random, 4)) {
    case 0:
        question->type = 60000;
        break;
    case 1:
        question->operation = (uint8_t)(32 + random_below(random, 224));
        break;
    case 2:
        question->level = AUTH_LEVEL_NONE;
        break;
    default:
        if (!type || type->securing == RBAC_BY_ROLE ||
            question->operation >= RBAC_OPERATIONS_MAX ||
            type->type_wide >> question->operation & 1) {
            question->level = AUTH_LEVEL_NONE;
            break;
        }
        question->is_type_wide = false;
        question->labels = (struct list){.n = 0};
        if (random_chance(random, 70))
            list_add(&question->labels,
                     (uint16_t)(1000 + random_below(random, 60000)));
        break;
    }
}

bool property_errors(struct random *random, const struct trial *trial,
                     struct breach *breach_out)
{
    static struct rbac_decision answers[QUESTIONS_MAX];
    static struct trial spoilt;

    spoilt = *trial;
    for (size_t i = 0; i < trial->n_questions; i++)
        spoil(random, trial, &spoilt.questions[i]);
    if (!trial_ask(&spoilt, answers, breach_out))
        return false;
    for (size_t i = 0; i < trial->n_questions; i++)
        if (answers[i].verdict == RBAC_ALLOW)
            return breach(
                breach_out, i, "allowed: type %u bit %u level %d, %u labels",
                spoilt.questions[i].type, spoilt.questions[i].operation,
                spoilt.questions[i].level, spoilt.questions[i].labels.n);
    return true;
}

/* A collection from which the way up does not end. */
static bool has_circle(const struct estate *estate)
{
    for (size_t i = 0; i < estate->n_collections; i++) {
        size_t at = i;

        for (size_t steps = 0; estate->limiting[at] != NO_PARENT; steps++) {
            if (steps > estate->n_collections)
                return true;
            at = estate->limiting[at];
        }
    }
    return false;
}

bool property_circles(struct random *random, const struct trial *trial,
                      struct breach *breach_out)
{
    static struct trial other;
    SCOPED(stand_drop) struct stand stand = {0};
    struct rbac_problem problem = {""};
    size_t n = trial->estate.n_collections;
    enum status status;

    if (!n)
        return true;
    other = *trial;
    for (size_t left = 1 + random_below(random, 3); left; left--)
        other.estate.limiting[random_below(random, n)] =
            (uint16_t)random_below(random, n);
    status = stand_make(&other.estate, &stand, &problem);
    if (has_circle(&other.estate) != (status == STATUS_INVALID))
        return breach(breach_out, 0, "a circle of collections: %s (%s)",
                      status_name(status), problem.text);
    if (status != STATUS_OK && !problem.text[0])
        return breach(breach_out, 0, "refused without a sentence");
    return true;
}
