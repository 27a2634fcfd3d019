#include "provider/smsctl/completion.h"

#include <stdbool.h>
#include <string.h>

#include "provider/smsctl/arguments.h"
#include "provider/smsctl/verbs.h"

struct finding {
    struct text partial;
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
        const bool is_global =
            i == OPTION_OUTPUT || i == OPTION_HELP || i == OPTION_NO_HEADINGS;
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
    offer(finding, "quit");
}

static void offer_parts(struct finding *finding, const char *name)
{
    for (size_t i = 0; i < n_verbs; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            offer(finding, verbs[i].part);
    }
}

/* Those of the reference page of all classes (provider/object/CLASSES.md). */
static const char *const class_names[] = {
#include "provider/smsctl/class_names.h"
};

static void offer_classes(struct finding *finding)
{
    for (size_t i = 0; i < sizeof(class_names) / sizeof(class_names[0]); i++)
        offer(finding, class_names[i]);
}

/* Is the index-th word of "OPERATION CLASS [KEY]" a class? */
static bool is_class(const char *words, size_t index)
{
    for (; index > 0 && words; index--) {
        words = strchr(words, ' ');
        words = words ? words + 1 : NULL;
    }
    return words && (strncmp(words, "CLASS", 5) == 0 ||
                     strncmp(words, "[CLASS", 6) == 0);
}

size_t completion_find(const char *const before[], size_t n_before,
                       struct text partial,
                       const char *found_out[COMPLETION_MAX])
{
    struct finding finding = {partial, found_out, 0};
    const struct verb *verb = NULL;
    size_t n_taken = 0;

    if (n_before > 0)
        verb = verbs_find(before, n_before, &n_taken);
    if (partial.size && partial.data[0] == '-')
        offer_options(&finding, verb);
    else if (n_before == 0)
        offer_verbs(&finding);
    else if (verb && is_class(verb->words, n_before - n_taken))
        offer_classes(&finding);
    if (n_before == 1 && finding.n == 0)
        offer_parts(&finding, before[0]);
    return finding.n;
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
