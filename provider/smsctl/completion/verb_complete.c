#include "provider/smsctl/completion/verb_complete.h"

#include "provider/smsctl/completion/completion.h"
#include "provider/smsctl/context/context_names.h"

enum smsclient_result verb_complete(struct console *console)
{
    const struct arguments *arguments = &console->arguments;
    const char *found[COMPLETION_MAX];
    const char *contexts[CONTEXT_NAMES_MAX];
    struct completion completion = {
        .before = arguments->words,
        .contexts = contexts,
        .n_contexts = context_names(&console->defaults, contexts),
    };
    size_t n;

    if (arguments->n_words > 0) {
        completion.n_before = arguments->n_words - 1;
        completion.partial = text_of(arguments->words[completion.n_before]);
    }
    n = completion_find(&completion, found);
    for (size_t i = 0; i < n; i++)
        fprintf(console->output.file, "%s\n", found[i]);
    return SMSCLIENT_OK;
}
