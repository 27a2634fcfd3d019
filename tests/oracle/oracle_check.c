/*
 * Puts random trials before the engine and an oracle, and shrinks what they
 * answer differently.
 *
 *     oracle-check [--seed N] [--decisions N] [--oracle sql|cedar]
 *                  [--cedar-package DIR] [--round N] [--findings N]
 *
 * --round replays one round of a seed alone. Exits 0 when every answer agrees,
 * 1 when one differs, 2 when it could not be run.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/oracle/estate_random.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/shrink.h"

struct options {
    uint64_t seed;
    uint64_t decisions;
    uint64_t round;
    bool is_one_round;
    unsigned findings; /* how many are shrunk and shown */
    const char *oracle;
    const char *cedar_package;
};

struct run {
    struct options options;
    struct oracle oracle;
    uint64_t n_estates;
    uint64_t n_decisions;
    uint64_t n_differ;
    unsigned n_shown;
    uint64_t verdicts[3];
    uint64_t reasons[RBAC_N_REASONS];
    bool is_broken; /* the oracle itself failed */
    /* What is being shrunk, and its last shape's two answers. */
    enum difference wanted;
    struct answer answer;
    struct rbac_decision decision;
    struct rbac_problem problem;
};

/* The first question that the two answer differently. */
static enum difference trial_compare(struct run *run, const struct trial *trial,
                                     size_t *question_out)
{
    static struct answer answers[QUESTIONS_MAX];
    static struct rbac_decision decisions[QUESTIONS_MAX];

    *question_out = 0;
    run->problem.text[0] = '\0';
    if (trial_answer(trial, decisions, &run->problem) != STATUS_OK)
        return DIFFERENCE_BUILD;
    if (run->oracle.answer(run->oracle.self, trial, answers) != STATUS_OK) {
        run->is_broken = true;
        return DIFFERENCE_NONE;
    }
    for (size_t i = 0; i < trial->n_questions; i++) {
        const enum difference found =
            answer_compare(&answers[i], &decisions[i]);

        run->verdicts[decisions[i].verdict % 3]++;
        run->reasons[decisions[i].reason % RBAC_N_REASONS]++;
        if (found != DIFFERENCE_NONE) {
            *question_out = i;
            run->answer = answers[i];
            run->decision = decisions[i];
            return found;
        }
    }
    return DIFFERENCE_NONE;
}

static bool still_differs(void *context, const struct trial *trial)
{
    struct run *run = context;
    size_t question;

    return trial_compare(run, trial, &question) == run->wanted;
}

static const char *verdict_name(enum rbac_verdict verdict)
{
    switch (verdict) {
    case RBAC_DENY:
        return "deny";
    case RBAC_ALLOW:
        return "allow";
    case RBAC_ALLOW_AT_LEVEL:
        return "allow at level";
    }
    return "?";
}

static void print_answers(const struct run *run)
{
    printf("  engine: %s, level %s, %s\n", verdict_name(run->decision.verdict),
           auth_level_name(run->decision.level_required),
           rbac_reason_name(run->decision.reason));
    printf("  %-6s: %s", run->oracle.name, verdict_name(run->answer.verdict));
    if (run->answer.is_level_known)
        printf(", level %s", auth_level_name(run->answer.level_required));
    for (int i = 1; i < RBAC_N_REASONS; i++)
        if (run->answer.reasons >> i & 1)
            printf(", %s", rbac_reason_name((enum rbac_reason)i));
    printf("\n");
}

static void report(struct run *run, uint64_t round, struct trial *trial,
                   size_t question, enum difference difference)
{
    size_t last;

    run->n_differ++;
    if (run->n_shown >= run->options.findings)
        return;
    run->n_shown++;
    run->wanted = difference;
    trial_shrink(trial, question, still_differs, run);
    printf("\n# differs in %s: --seed %" PRIu64 " --round %" PRIu64
           " --oracle %s\n",
           difference_name(difference), run->options.seed, round,
           run->oracle.name);
    trial_print(trial, stdout);
    if (trial_compare(run, trial, &last) == DIFFERENCE_BUILD)
        printf("  engine: does not build it: %s\n", run->problem.text);
    else
        print_answers(run);
    fflush(stdout);
}

static void run_round(struct run *run, uint64_t round, struct trial *trial)
{
    struct random random = random_make(run->options.seed, round);
    enum difference difference;
    size_t question;

    memset(trial, 0, sizeof(*trial));
    trial_random(&random, 100 + random_below(&random, 101), trial);
    run->n_estates++;
    run->n_decisions += trial->n_questions;
    difference = trial_compare(run, trial, &question);
    if (difference != DIFFERENCE_NONE)
        report(run, round, trial, question, difference);
}

static void print_summary(const struct run *run)
{
    printf("# %s, seed %" PRIu64 ": %" PRIu64 " decisions over %" PRIu64
           " estates, %" PRIu64 " estates with a difference\n#  ",
           run->oracle.name, run->options.seed, run->n_decisions,
           run->n_estates, run->n_differ);
    for (int i = 0; i < 3; i++)
        printf(" %s %" PRIu64 ",", verdict_name((enum rbac_verdict)i),
               run->verdicts[i]);
    for (int i = 0; i < RBAC_N_REASONS; i++)
        if (run->reasons[i] && i != RBAC_ALLOWED && i != RBAC_LEVEL_TOO_LOW)
            printf(" %s %" PRIu64, rbac_reason_name((enum rbac_reason)i),
                   run->reasons[i]);
    printf("\n");
}

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {
        {"seed", required_argument, NULL, 's'},
        {"decisions", required_argument, NULL, 'd'},
        {"oracle", required_argument, NULL, 'o'},
        {"cedar-package", required_argument, NULL, 'c'},
        {"round", required_argument, NULL, 'r'},
        {"findings", required_argument, NULL, 'f'},
        {0},
    };
    int found;

    while ((found = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (found) {
        case 's':
            options->seed = strtoull(optarg, NULL, 10);
            break;
        case 'd':
            options->decisions = strtoull(optarg, NULL, 10);
            break;
        case 'o':
            options->oracle = optarg;
            break;
        case 'c':
            options->cedar_package = optarg;
            break;
        case 'r':
            options->round = strtoull(optarg, NULL, 10);
            options->is_one_round = true;
            break;
        case 'f':
            options->findings = (unsigned)strtoul(optarg, NULL, 10);
            break;
        default:
            return false;
        }
    }
    return optind == argc;
}

static enum status open_oracle(struct run *run)
{
    const struct options *options = &run->options;

    if (!strcmp(options->oracle, "sql"))
        return oracle_sql_open(&run->oracle);
    if (!strcmp(options->oracle, "cedar") && options->cedar_package)
        return oracle_cedar_open(ORACLE_DIR "/cedar_oracle.cjs",
                                 options->cedar_package, &run->oracle);
    return STATUS_INVALID;
}

int main(int argc, char **argv)
{
    static struct trial trial;
    struct run run = {
        .options = {
            .seed = 1, .decisions = 100000, .findings = 5, .oracle = "sql"}};

    if (!read_options(argc, argv, &run.options) ||
        open_oracle(&run) != STATUS_OK) {
        fprintf(stderr, "usage: oracle-check [--seed N] [--decisions N] "
                        "[--oracle sql|cedar] [--cedar-package DIR] "
                        "[--round N] [--findings N]\n");
        return 2;
    }
    if (run.options.is_one_round)
        run_round(&run, run.options.round, &trial);
    else
        for (uint64_t round = 0;
             run.n_decisions < run.options.decisions && !run.is_broken; round++)
            run_round(&run, round, &trial);
    print_summary(&run);
    oracle_close(&run.oracle);
    return run.is_broken ? 2 : run.n_differ ? 1 : 0;
}
