#include "provider/smsctl/completion/completion.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "auth/mechanism_table.h"
#include "provider/base/own.h"
#include "provider/smsctl/arguments.h"
#include "provider/smsctl/suggest/audit_words.h"
#include "provider/smsctl/suggest/class_names.h"
#include "provider/smsctl/verbs.h"
#include "rbac/catalog.h"

enum { BEFORE_MAX = 64, KIND_BYTES = 32 };

struct finding {
    struct text partial;
    const struct completion *asked;
    const char **found; /* [COMPLETION_MAX] */
    size_t n;
};

static void offer(struct finding *finding, const char *word)
{
    if (!word || finding->n == COMPLETION_MAX ||
        strncmp(word, finding->partial.data, finding->partial.size) != 0)
        return;
    for (size_t i = 0; i < finding->n; i++) {
        if (strcmp(finding->found[i], word) == 0)
            return;
    }
    finding->found[finding->n++] = word;
}

static void offer_options(struct finding *finding, const struct verb *verb)
{
    for (unsigned i = 0; i < OPTION_N; i++) {
        const bool is_global = finding->asked->is_in_shell
                                   ? i >= OPTION_OUTPUT && i <= OPTION_HELP
                                   : i < OPTION_N_GLOBAL;
        const bool is_own = i >= OPTION_N_GLOBAL && verb &&
                            verb->options & UINT64_C(1)
                                                << (i - OPTION_N_GLOBAL);

        if (is_global || is_own || verbs_may_bring(verb, i))
            offer(finding, option_rows[i].name);
    }
}

static void offer_verbs(struct finding *finding)
{
    for (size_t i = 0; i < n_verbs; i++)
        offer(finding, verbs[i].name);
    if (finding->asked->is_in_shell)
        offer(finding, "quit");
}

static void offer_parts(struct finding *finding, const char *name)
{
    for (size_t i = 0; i < n_verbs; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            offer(finding, verbs[i].part);
    }
}

static void offer_all(struct finding *finding, const char *const words[],
                      size_t n)
{
    for (size_t i = 0; i < n; i++)
        offer(finding, words[i]);
}

static void offer_contexts(struct finding *finding)
{
    offer_all(finding, finding->asked->contexts, finding->asked->n_contexts);
}

/* The index-th word of "OPERATION CLASS [KEY]", without what is around it; what
 * is repeated ("FILE...") stands for all that follow. */
static void read_kind(const char *words, size_t index, char *kind_out,
                      size_t size)
{
    size_t n;

    while (index > 0 && strchr(words, ' ')) {
        words = strchr(words, ' ') + 1;
        index--;
    }
    words += *words == '[';
    n = strcspn(words, " ].");
    if (index > 0 && strncmp(words + n, "...", 3) != 0)
        n = 0;
    snprintf(kind_out, size, "%.*s", (int)n, words);
}

/* ---- Values of options ---- */

/* Options whose value is one of a few. */
static const struct few {
    enum option option;
    const char *values[8]; /* NULL after the last */
} few[] = {
    {OPTION_OUTPUT,
     {"table", "wide", "json", "yaml", "tsv", "name", "jsonpath="}},
    {OPTION_AGENT, {"auto", "off"}},
    {OPTION_LEVEL, {"domain", "certificate", "mfa"}},
    {OPTION_OUTCOME, {"done", "denied", "refused", "failed"}},
    {OPTION_EVIDENCE,
     {"kerberos", "certificate", "token", "pam", "local", "none"}},
};

static void offer_values(struct finding *finding, enum option option)
{
    if (option == OPTION_CONTEXT)
        offer_contexts(finding);
    if (option == OPTION_EVENT)
        offer_all(finding, audit_events, n_audit_events);
    if (option == OPTION_CODE)
        offer_all(finding, audit_codes, n_audit_codes);
    for (size_t i = 0; option == OPTION_MECH && i < AUTH_N_MECHANISMS; i++)
        offer(finding, auth_mechanism_names[i]);
    for (size_t i = 0; i < ARRAY_SIZE(few); i++) {
        for (const char *const *value = few[i].values;
             few[i].option == option && *value; value++)
            offer(finding, *value);
    }
}

/* The words before without options and their values. wanting_out: the option
 * whose value is being given, or OPTION_N. */
static size_t leave_out_options(const struct completion *completion,
                                const char *words_out[BEFORE_MAX],
                                enum option *wanting_out)
{
    bool are_options_over = false;
    size_t n = 0;

    *wanting_out = OPTION_N;
    for (size_t i = 0; i < completion->n_before && n < BEFORE_MAX; i++) {
        const char *word = completion->before[i];

        if (*wanting_out != OPTION_N)
            *wanting_out = OPTION_N;
        else if (are_options_over || word[0] != '-' || !word[1])
            words_out[n++] = word;
        else if (strcmp(word, "--") == 0)
            are_options_over = true;
        else
            *wanting_out = arguments_option_wanting(text_of(word));
    }
    return n;
}

/* ---- Words ---- */

/* Of all classes: the class follows. */
static void offer_operations(struct finding *finding)
{
    for (size_t i = 0; i < rbac_catalog.n_types; i++) {
        for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
            offer(finding, rbac_operation_name(&rbac_catalog.types[i], bit));
    }
}

static void offer_words(struct finding *finding, const char *const before[],
                        size_t n_before)
{
    const struct verb *verb = NULL;
    char kind[KIND_BYTES] = "";
    size_t n_taken = 0;

    if (n_before > 0)
        verb = verbs_find(before, n_before, &n_taken);
    if (verb)
        read_kind(verb->words, n_before - n_taken, kind, sizeof(kind));
    if (finding->partial.size && finding->partial.data[0] == '-')
        offer_options(finding, verb);
    else if (n_before == 0)
        offer_verbs(finding);
    else if (strcmp(kind, "CLASS") == 0)
        offer_all(finding, class_names, n_class_names);
    else if (strcmp(kind, "CONTEXT") == 0)
        offer_contexts(finding);
    else if (strcmp(kind, "OPERATION") == 0)
        offer_operations(finding);
    else if (strcmp(kind, "LEVEL") == 0)
        offer_values(finding, OPTION_LEVEL);
    if (n_before == 1 && finding->n == 0)
        offer_parts(finding, before[0]);
}

size_t completion_find(const struct completion *completion,
                       const char *found_out[COMPLETION_MAX])
{
    struct finding finding = {completion->partial, completion, found_out, 0};
    const char *before[BEFORE_MAX];
    enum option wanting;
    const size_t n_before = leave_out_options(completion, before, &wanting);

    if (wanting != OPTION_N)
        offer_values(&finding, wanting);
    else if (n_before < BEFORE_MAX)
        offer_words(&finding, before, n_before);
    return finding.n;
}

struct completion_place completion_place(const struct completion *completion)
{
    struct completion_place place = {.word = ""};
    const char *before[BEFORE_MAX];
    const size_t n = leave_out_options(completion, before, &place.option);
    size_t n_taken = 0;
    const struct verb *verb = n ? verbs_find(before, n, &n_taken) : NULL;

    if (!verb)
        return place;
    for (size_t i = n_taken; i < n && !place.class_name; i++) {
        char kind[KIND_BYTES];

        read_kind(verb->words, i - n_taken, kind, sizeof(kind));
        if (strcmp(kind, "CLASS") == 0)
            place.class_name = before[i];
    }
    if (place.option == OPTION_N)
        read_kind(verb->words, n - n_taken, place.word, sizeof(place.word));
    return place;
}

size_t completion_common(const char *const found[], size_t n)
{
    size_t size = n ? strlen(found[0]) : 0;

    for (size_t i = 1; i < n; i++) {
        size_t same = 0;

        while (same < size && found[i][same] == found[0][same])
            same++;
        size = same;
    }
    return size;
}
