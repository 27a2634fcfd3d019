#include "provider/smsctl/audit/verb_archive.h"

#include "provider/client/answer.h"
#include "provider/smsctl/verb_store.h"
#include "provider/store/archive/archive_look.h"

static json_t *describe(const struct archive_inspection *what,
                        const struct archive_chain *chain)
{
    json_t *result = json_object();

    json_object_set_new(result, "intact",
                        json_boolean(chain->problems.size == 0));
    json_object_set_new(result, "archives",
                        json_integer((json_int_t)what->n_files));
    json_object_set_new(result, "signed",
                        json_integer((json_int_t)chain->n_signed));
    json_object_set_new(result, "behind", json_integer(chain->behind));
    json_object_set_new(result, "last", json_integer(chain->last));
    if (what->file)
        json_object_set_new(result, "joins_store", json_boolean(chain->joins));
    if (chain->problems.size > 0)
        json_object_set_new(result, "problems",
                            store_problems(buf_text(&chain->problems)));
    return result;
}

static enum smsclient_result show(struct console *console,
                                  const struct archive_inspection *what,
                                  const struct archive_chain *chain)
{
    SCOPED(answer_drop) json_t *result = describe(what, chain);
    const enum smsclient_result printed =
        console_printed(console, output_result(&console->output, result));

    if (printed != SMSCLIENT_OK)
        return printed;
    if (chain->behind > 0)
        console_note(console,
                     "The first archive begins behind record %lld: give those "
                     "before it, too.",
                     (long long)chain->behind);
    if (chain->problems.size > 0)
        return console_fail(console, SMSCLIENT_FAILED,
                            "The archives have been changed or damaged.");
    return SMSCLIENT_OK;
}

enum smsclient_result archives_verify(struct console *console)
{
    SCOPED(archive_chain_clear) struct archive_chain chain = {0};
    const struct archive_inspection what = {
        .files = console->arguments.words,
        .n_files = console->arguments.n_words,
        .key = console_value(console, OPTION_KEY),
        .file = console_value(console, OPTION_FILE),
        .anchor = console_value(console, OPTION_ANCHOR),
    };
    enum smsclient_result result;

    if (!what.key)
        return console_fail(console, SMSCLIENT_USAGE,
                            "Name the store's key, or its public half, with "
                            "--key.");
    if (what.anchor && !what.file)
        return console_fail(console, SMSCLIENT_USAGE,
                            "An anchor is of a database: name it with --file.");
    result = store_meaning(console, archive_chain_look(&what, &chain));
    return result == SMSCLIENT_OK ? show(console, &what, &chain) : result;
}
