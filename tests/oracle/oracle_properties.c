/*
 * Asks the properties of random estates.
 *
 *     oracle-properties [--seed N] [--estates N] [--round N]
 *                       [--property WORD]
 *
 * --property asks only those whose name has the word in it. Exits 0 when all
 * hold, 1 when one does not (shrunk and printed).
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"
#include "tests/oracle/estate_random.h"
#include "tests/oracle/properties.h"
#include "tests/oracle/shrink.h"

static const struct {
    const char *name;
    property holds;
    bool is_secured; /* of trial_secured() */
} PROPERTIES[] = {
    {"a grant more never takes away", property_grants_add},
    {"a level more never takes away", property_levels_add},
    {"order does not matter", property_order},
    {"bounds of time are half open", property_time},
    {"what is wrong is denied", property_errors},
    {"circles of collections are refused", property_circles},
    {"explanations are true", property_explain},
    {"objects by number are decided the same", property_index},
    {"scopes are set as section 8 says", property_scopes},
    {"what one may give can be given", property_hand_out, true},
    {"nobody hands out more than they hold", property_escalation, true},
};

enum { QUESTIONS = 40 };

/* One property under one seed: the same however often it is asked. */
struct asked {
    size_t which;
    uint64_t seed;
    uint64_t round;
    struct breach breach;
};

static bool is_breached(void *context, const struct trial *trial)
{
    struct asked *asked = context;
    struct random random =
        random_make(asked->seed + 1 + asked->which, asked->round);

    return !PROPERTIES[asked->which].holds(&random, trial, &asked->breach);
}

static void show(struct asked *asked, struct trial *trial)
{
    trial_shrink(trial, asked->breach.question, is_breached, asked);
    printf("\n# %s: does not hold, --seed %" PRIu64 " --round %" PRIu64 "\n",
           PROPERTIES[asked->which].name, asked->seed, asked->round);
    trial_print(trial, stdout);
    is_breached(asked, trial);
    printf("  %s\n", asked->breach.text);
    fflush(stdout);
}

/* The number of properties that one estate breaks. */
static unsigned ask_all(uint64_t seed, uint64_t round, const char *word,
                        unsigned shown[])
{
    static struct trial trial, secured, cut;
    struct random random = random_make(seed, round);
    unsigned n = 0;

    memset(&trial, 0, sizeof(trial));
    trial_random(&random, QUESTIONS, &trial);
    trial_secured(&random, &secured);
    for (size_t i = 0; i < ARRAY_SIZE(PROPERTIES); i++) {
        struct asked asked = {i, seed, round, {0}};

        cut = PROPERTIES[i].is_secured ? secured : trial;
        if (!strstr(PROPERTIES[i].name, word) || !is_breached(&asked, &cut))
            continue;
        n++;
        if (shown[i]++ < 2)
            show(&asked, &cut);
    }
    return n;
}

int main(int argc, char **argv)
{
    static const struct option names[] = {
        {"seed", required_argument, NULL, 's'},
        {"estates", required_argument, NULL, 'e'},
        {"round", required_argument, NULL, 'r'},
        {"property", required_argument, NULL, 'p'},
        {0},
    };
    unsigned shown[ARRAY_SIZE(PROPERTIES)] = {0};
    uint64_t seed = 1, first = 0, estates = 1000, broken = 0;
    const char *word = "";
    int found;

    while ((found = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (found) {
        case 's':
            seed = strtoull(optarg, NULL, 10);
            break;
        case 'e':
            estates = strtoull(optarg, NULL, 10);
            break;
        case 'r':
            first = strtoull(optarg, NULL, 10);
            estates = 1;
            break;
        case 'p':
            word = optarg;
            break;
        default:
            return 2;
        }
    }
    for (uint64_t round = first; round < first + estates; round++)
        broken += ask_all(seed, round, word, shown);
    printf("# properties of %" PRIu64 " estates, seed %" PRIu64 ": %" PRIu64
           " breaches\n",
           estates, seed, broken);
    return broken ? 1 : 0;
}
