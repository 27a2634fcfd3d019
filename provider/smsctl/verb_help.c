#include "provider/smsctl/verb_help.h"

#include "provider/smsctl/help.h"

enum smsclient_result verb_help(struct console *console)
{
    const struct arguments *arguments = &console->arguments;
    FILE *file = console->output.file;
    const char *nearest;
    size_t n;

    if (arguments->n_words == 0) {
        help_print(NULL, file);
        return SMSCLIENT_OK;
    }
    if (arguments->n_words == 2) {
        const struct verb *verb = verbs_find(arguments->words, 2, &n);

        if (verb && n == 2) {
            help_print(verb, file);
            return SMSCLIENT_OK;
        }
    }
    if (arguments->n_words == 2 && verbs_has(arguments->words[0])) {
        nearest = verbs_nearest_part(arguments->words[0], arguments->words[1]);
        return console_fail(console, SMSCLIENT_USAGE,
                            "There is no form of %s called %s.%s%s%s",
                            arguments->words[0], arguments->words[1],
                            nearest ? " Did you mean " : "",
                            nearest ? nearest : "", nearest ? "?" : "");
    }
    if (help_print_named(arguments->words[0], file))
        return SMSCLIENT_OK;
    nearest = verbs_nearest(arguments->words[0]);
    return console_fail(console, SMSCLIENT_USAGE, "Unknown verb %s.%s%s%s",
                        arguments->words[0], nearest ? " Did you mean " : "",
                        nearest ? nearest : "", nearest ? "?" : "");
}

enum smsclient_result verb_version(struct console *console)
{
    fprintf(console->output.file, "smsctl %s\n", smsclient_version());
    return SMSCLIENT_OK;
}
