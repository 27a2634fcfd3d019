#include "provider/smsctl/arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/own.h"
#include "provider/client/show.h"

enum { PROBLEM_WORD_MAX_BYTES = 40 };

const struct option_row option_rows[OPTION_N] = {
    [OPTION_SERVER] = {"--server", "-s", "ADDRESS", "SMSCTL_SERVER", "server",
                       "unix:PATH or tls:HOST:PORT"},
    [OPTION_CA] = {"--ca", NULL, "FILE", "SMSCTL_CA", "ca",
                   "the CA that the server's certificate must come from"},
    [OPTION_MECH] = {"--mech", NULL, "MECHANISM", "SMSCTL_MECH", "mech",
                     "sign in this way only: EXTERNAL, OAUTHBEARER, GSSAPI, "
                     "GSS-SPNEGO, PLAIN"},
    [OPTION_CERT] = {"--cert", NULL, "FILE", "SMSCTL_CERT", "cert",
                     "own certificate"},
    [OPTION_KEY] = {"--key", NULL, "FILE", "SMSCTL_KEY", "key",
                    "key of the certificate"},
    [OPTION_TOKEN_FILE] = {"--token-file", NULL, "FILE", "SMSCTL_TOKEN_FILE",
                           "token-file", "file that holds a bearer token"},
    [OPTION_LOGIN] = {"--login", NULL, "USER", "SMSCTL_LOGIN", "login",
                      "who signs in with PLAIN"},
    [OPTION_HOST] = {"--host", NULL, "NAME", "SMSCTL_HOST", "host",
                     "host in the server's Kerberos service name"},
    [OPTION_TIMEOUT] = {"--timeout", NULL, "SECONDS", "SMSCTL_TIMEOUT",
                        "timeout", "how long to wait for an answer (30)"},
    [OPTION_OUTPUT] = {"--output", "-o", "table|json|tsv", "SMSCTL_OUTPUT",
                       "output", "how to print (table)"},
    [OPTION_NO_HEADINGS] = {"--no-headings", NULL, NULL, NULL, NULL,
                            "leave out the line with the names"},
    [OPTION_HELP] = {"--help", "-h", NULL, NULL, NULL, "print this help"},
    [OPTION_VERSION] = {"--version", NULL, NULL, NULL, NULL,
                        "print the version"},
    [OPTION_FILTER] = {"--filter", NULL, "EXPRESSION", NULL, NULL,
                       "only what it holds for: \"Name = 'x' AND "
                       "MemberCount > 3\""},
    [OPTION_LIMIT] = {"--limit", NULL, "N", NULL, NULL, "at most so many"},
    [OPTION_ORDER] = {"--order", NULL, "PROPERTY", NULL, NULL,
                      "sort by it; -PROPERTY: downwards"},
    [OPTION_PROPERTIES] = {"--properties", NULL, "A,B,..", NULL, NULL,
                           "only these properties"},
    [OPTION_IF_VERSION] = {"--if-version", NULL, "N", NULL, NULL,
                           "only if nobody has changed it since"},
    [OPTION_EXPLAIN] = {"--explain", NULL, NULL, NULL, NULL,
                        "do nothing: say what would be answered, and why"},
    [OPTION_USER] = {"--user", NULL, "USER", NULL, NULL, "about this user"},
    [OPTION_LEVEL] =
        {"--level", NULL, "LEVEL", NULL, NULL,
         "domain, certificate or mfa: signed in at it, or to reach"},
    [OPTION_EXCLUDE] = {"--exclude", NULL, "USER ...", NULL, NULL,
                        "whom the minimum does not bind"},
    [OPTION_REASON] = {"--reason", NULL, "TEXT", NULL, NULL,
                       "why, for the audit"},
    [OPTION_UNTIL] = {"--until", NULL, "TIME", NULL, NULL,
                      "when the exceptions end: 2027-06-30"},
    [OPTION_FORCE] = {"--force", NULL, NULL, NULL, NULL,
                      "even if it locks you or everybody out"},
    [OPTION_SINCE] = {"--since", NULL, "TIME", NULL, NULL,
                      "from then on: 2026-01-31T12:00:00Z, or 2h, 7d ago"},
    [OPTION_OUTCOME] = {"--outcome", NULL, "OUTCOME", NULL, NULL,
                        "only these: done, denied, refused or failed"},
    [OPTION_OVERWRITE] = {"--overwrite", NULL, NULL, NULL, NULL,
                          "replace custom roles of the same names (as it is "
                          "without)"},
    [OPTION_NO_OVERWRITE] = {"--no-overwrite", NULL, NULL, NULL, NULL,
                             "a role of the same name is a conflict"},
    [OPTION_REPLAY] = {"--replay", NULL, "TIME", NULL, NULL,
                       "also which requests since then would be answered "
                       "otherwise: 30d"},
    [OPTION_DIGEST_ONLY] = {"--digest-only", NULL, NULL, NULL, NULL,
                            "print the plan's digest alone"},
    [OPTION_MESSAGE] = {"--message", "-m", "TEXT", NULL, NULL,
                        "why, for the history"},
    [OPTION_PLAN_DIGEST] = {"--plan-digest", NULL, "DIGEST", NULL, NULL,
                            "only if the plan is still the one of this "
                            "digest"},
    [OPTION_YES] = {"--yes", "-y", NULL, NULL, NULL,
                    "neither show the plan nor ask"},
    [OPTION_CAN] = {"--can", NULL, "'OPERATION CLASS [KEY]'", NULL, NULL,
                    "that --user can do this"},
    [OPTION_CANNOT] = {"--cannot", NULL, "'OPERATION CLASS [KEY]'", NULL, NULL,
                       "that --user cannot do this"},
    [OPTION_ONLINE] = {"--online", NULL, NULL, NULL, NULL,
                       "at the provider, where tests that name objects run "
                       "too"},
    [OPTION_ALL] = {"--all", NULL, NULL, NULL, NULL,
                    "what the console made too"},
    [OPTION_DIRECTORY] = {"--directory", "-d", "DIRECTORY", NULL, NULL,
                          "write the files there, over no other"},
    [OPTION_FILE] = {"--file", "-f", "DATABASE", NULL, NULL,
                     "the site's database, or a copy of it"},
    [OPTION_ANCHOR] = {"--anchor", NULL, "FILE", NULL, NULL,
                       "its anchor, or a log with checkpoints"},
};

/* Puts down a sentence about a word of the command line. */
static enum status problem(struct arguments *arguments, const char *before,
                           const char *word, const char *after)
{
    SCOPED(buf_free) struct buf shown = buf_make(sizeof(arguments->problem));
    struct text text = text_of(word);

    if (text.size > PROBLEM_WORD_MAX_BYTES)
        text.size = PROBLEM_WORD_MAX_BYTES;
    show_text(&shown, text);
    snprintf(arguments->problem, sizeof(arguments->problem), "%s%.*s%s", before,
             (int)buf_text(&shown).size, buf_text(&shown).data, after);
    return STATUS_INVALID;
}

/* The option of this spelling; OPTION_N when there is none. */
static enum option find_option(struct text name)
{
    for (size_t i = 0; i < OPTION_N; i++) {
        if (text_equal(name, text_of(option_rows[i].name)) ||
            (option_rows[i].brief &&
             text_equal(name, text_of(option_rows[i].brief))))
            return (enum option)i;
    }
    return OPTION_N;
}

static enum status keep_value(struct arguments *arguments, enum option option,
                              const char *value)
{
    if (option == OPTION_EXCLUDE) {
        if (arguments->n_excludes == ARGUMENTS_EXCLUDES_MAX)
            return problem(arguments, "There are too many users after ",
                           "--exclude", ".");
        arguments->excludes[arguments->n_excludes++] = value;
    } else if (arguments->values[option]) {
        return problem(arguments, "The option ", option_rows[option].name,
                       " is given twice.");
    }
    arguments->values[option] = value;
    return STATUS_OK;
}

/* --name VALUE, --name=VALUE or --flag at argv[*at], which moves past it. */
static enum status read_option(struct arguments *arguments, int argc,
                               char *const argv[], int *at)
{
    const char *word = argv[(*at)++];
    const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
    const struct text name = {word,
                              equals ? (size_t)(equals - word) : strlen(word)};
    const enum option option = find_option(name);

    if (option == OPTION_N)
        return problem(arguments, "There is no option ", word, ".");
    if (!option_rows[option].argument)
        return equals ? problem(arguments, "The option ",
                                option_rows[option].name, " takes no value.")
                      : keep_value(arguments, option, "");
    if (equals)
        return keep_value(arguments, option, equals + 1);
    if (*at >= argc)
        return problem(arguments, "The option ", word, " needs a value.");
    return keep_value(arguments, option, argv[(*at)++]);
}

static enum status keep_word(struct arguments *arguments, const char *word)
{
    if (arguments->n_words == ARGUMENTS_WORDS_MAX)
        return problem(arguments, "There are too many words after ",
                       arguments->words[0], ".");
    arguments->words[arguments->n_words++] = word;
    return STATUS_OK;
}

static enum status read_all(struct arguments *arguments, int argc,
                            char *const argv[])
{
    bool are_options_over = false;

    for (int at = 1; at < argc;) {
        const char *word = argv[at];

        if (!are_options_over && strcmp(word, "--") == 0) {
            are_options_over = true;
            at++;
        } else if (!are_options_over && word[0] == '-' && word[1]) {
            TRY(read_option(arguments, argc, argv, &at));
        } else {
            TRY(keep_word(arguments, word));
            at++;
        }
    }
    return STATUS_OK;
}

static enum status no_such_verb(struct arguments *arguments)
{
    const char *word = arguments->words[0];
    const char *nearest = verbs_nearest(word);
    size_t size;

    if (verbs_has(word))
        return arguments->n_words > 1
                   ? problem(arguments, "", word, " cannot do this.")
                   : problem(arguments, "The verb ", word,
                             " needs a word that says what.");
    problem(arguments, "There is no verb ", word, ".");
    size = strlen(arguments->problem);
    if (nearest)
        snprintf(arguments->problem + size, sizeof(arguments->problem) - size,
                 " Did you mean %s?", nearest);
    return STATUS_INVALID;
}

/* The verb and its part leave the words. */
static enum status find_verb(struct arguments *arguments)
{
    size_t n;

    if (arguments->n_words == 0)
        return STATUS_OK;
    arguments->verb = verbs_find(arguments->words, arguments->n_words, &n);
    if (!arguments->verb)
        return no_such_verb(arguments);
    arguments->n_words -= n;
    memmove(arguments->words, arguments->words + n,
            arguments->n_words * sizeof(arguments->words[0]));
    return STATUS_OK;
}

static enum status check_options(struct arguments *arguments)
{
    const uint32_t allowed = arguments->verb ? arguments->verb->options : 0;

    for (unsigned i = OPTION_N_GLOBAL; i < OPTION_N; i++) {
        if (arguments->values[i] && !(allowed & 1u << (i - OPTION_N_GLOBAL)))
            return problem(arguments, "The option ", option_rows[i].name,
                           " does not fit here.");
    }
    return STATUS_OK;
}

/* --exclude A B C: users may follow without repeating the option. */
static enum status move_excludes(struct arguments *arguments)
{
    const size_t most = arguments->verb->most_words;

    if (arguments->n_excludes == 0)
        return STATUS_OK;
    for (size_t i = most; i < arguments->n_words; i++)
        TRY(keep_value(arguments, OPTION_EXCLUDE, arguments->words[i]));
    if (arguments->n_words > most)
        arguments->n_words = most;
    return STATUS_OK;
}

static enum status check_words(struct arguments *arguments)
{
    const struct verb *verb = arguments->verb;

    if (!verb || arguments->values[OPTION_HELP])
        return STATUS_OK;
    TRY(move_excludes(arguments));
    if (arguments->n_words < verb->least_words)
        return problem(arguments, "Something is missing after ",
                       verb->part ? verb->part : verb->name, ".");
    if (arguments->n_words > verb->most_words)
        return problem(arguments, "There is a word too many: ",
                       arguments->words[verb->most_words], ".");
    return STATUS_OK;
}

enum status arguments_read(int argc, char *const argv[],
                           struct arguments *arguments_out)
{
    memset(arguments_out, 0, sizeof(*arguments_out));
    TRY(read_all(arguments_out, argc, argv));
    TRY(find_verb(arguments_out));
    TRY(check_options(arguments_out));
    return check_words(arguments_out);
}

bool arguments_ask_version(const struct arguments *arguments)
{
    const struct verb *verb = arguments->verb;
    const bool is_word =
        verb && arguments->n_words > 0 && strcmp(verb->words, "[VERSION]") == 0;

    return arguments->values[OPTION_VERSION] && !is_word;
}
