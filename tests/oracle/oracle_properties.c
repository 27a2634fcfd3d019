/*
 * Asks the properties of random estates.
 *
 *     oracle-properties [--seed N] [--estates N] [--round N]
 *                       [--property WORD] [--label TEXT]
 *
 * --property asks only those whose name has the word in it; a line "ok - NAME"
 * or "not ok - NAME" comes out for each, the label behind the name. Exits 0
 * when all hold, 1 when one does not (shrunk and printed).
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
    {"no bound is none in the last second either", property_last_second},
    {"what is wrong is denied", property_errors},
    {"circles of collections are refused", property_circles},
    {"explanations are true", property_explain},
    {"objects by number are decided the same", property_index},
    {"scopes are set as the rules say", property_scopes},
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

struct options {
    uint64_t seed;
    uint64_t first;
    uint64_t estates;
    const char *word;  /* only properties with it in their name */
    const char *label; /* said behind each name */
};

/* Asks one estate everything; breaches[] counts by property. */
static void ask_all(const struct options *options, uint64_t round,
                    uint64_t breaches[])
{
    static struct trial trial, secured, cut;
    struct random random = random_make(options->seed, round);

    memset(&trial, 0, sizeof(trial));
    trial_random(&random, QUESTIONS, &trial);
    trial_secured(&random, &secured);
    for (size_t i = 0; i < ARRAY_SIZE(PROPERTIES); i++) {
        struct asked asked = {i, options->seed, round, {0}};

        if (!strstr(PROPERTIES[i].name, options->word))
            continue;
        cut = PROPERTIES[i].is_secured ? secured : trial;
        if (is_breached(&asked, &cut) && breaches[i]++ < 2)
            show(&asked, &cut);
    }
}

/* A line a property; how many do not hold. */
static unsigned print_results(const struct options *options,
                              const uint64_t breaches[])
{
    unsigned n = 0;

    printf("# seed %" PRIu64 ", %" PRIu64 " estates\n", options->seed,
           options->estates);
    for (size_t i = 0; i < ARRAY_SIZE(PROPERTIES); i++) {
        if (!strstr(PROPERTIES[i].name, options->word))
            continue;
        if (breaches[i])
            printf("# %" PRIu64 " estates break the next\n", breaches[i]);
        printf("%s - %s%s\n", breaches[i] ? "not ok" : "ok", PROPERTIES[i].name,
               options->label);
        n += breaches[i] > 0;
    }
    return n;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {
        {"seed", required_argument, NULL, 's'},
        {"estates", required_argument, NULL, 'e'},
        {"round", required_argument, NULL, 'r'},
        {"property", required_argument, NULL, 'p'},
        {"label", required_argument, NULL, 'l'},
        {0},
    };
    int found;

    while ((found = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (found) {
        case 's':
            options->seed = strtoull(optarg, NULL, 10);
            break;
        case 'e':
            options->estates = strtoull(optarg, NULL, 10);
            break;
        case 'r':
            options->first = strtoull(optarg, NULL, 10);
            options->estates = 1;
            break;
        case 'p':
            options->word = optarg;
            break;
        case 'l':
            options->label = optarg;
            break;
        default:
            return false;
        }
    }
    return optind == argc;
}

int main(int argc, char **argv)
{
    struct options options = {1, 0, 1000, "", ""};
    uint64_t breaches[ARRAY_SIZE(PROPERTIES)] = {0};

    if (!read_options(argc, argv, &options)) {
        fprintf(stderr, "usage: oracle-properties [--seed N] [--estates N] "
                        "[--round N] [--property WORD] [--label TEXT]\n");
        return 2;
    }
    for (uint64_t i = 0; i < options.estates; i++)
        ask_all(&options, options.first + i, breaches);
    return print_results(&options, breaches) ? 1 : 0;
}
