#include "provider/smsctl/arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "auth/mechanism_table.h"
#include "provider/base/own.h"
#include "provider/client/show.h"

enum { PROBLEM_WORD_MAX_BYTES = 40 };

const struct option_row option_rows[OPTION_N] = {
    [OPTION_SERVER] = {"--server", "-s", "ADDRESS", "SMSCTL_SERVER", "server",
                       "unix:PATH, tls:HOST:PORT or srv:DOMAIN"},
    [OPTION_CA] = {"--ca", NULL, "FILE", "SMSCTL_CA", "ca",
                   "CA that must have issued the server's certificate"},
    [OPTION_PIN] = {"--pin", NULL, "sha256:HEX", "SMSCTL_PIN", "pin",
                    "key that the server must have, in place of --ca or with "
                    "it"},
    [OPTION_SRV_DOMAIN] = {"--srv-domain", NULL, "DOMAIN", "SMSCTL_SRV_DOMAIN",
                           "srv-domain",
                           "hosts of srv: may be in this domain as well"},
    [OPTION_MECH] = {"--mech", NULL, "MECHANISM", "SMSCTL_MECH", "mech",
                     "use only this mechanism, one of" AUTH_MECHANISM_WORDS},
    [OPTION_CERT] = {"--cert", NULL, "FILE", "SMSCTL_CERT", "cert",
                     "your certificate"},
    [OPTION_KEY] = {"--key", NULL, "FILE", "SMSCTL_KEY", "key", "its key"},
    [OPTION_TOKEN_FILE] = {"--token-file", NULL, "FILE", "SMSCTL_TOKEN_FILE",
                           "token-file", "file with a bearer token"},
    [OPTION_LOGIN] = {"--login", NULL, "USER", "SMSCTL_LOGIN", "login",
                      "user name for PLAIN"},
    [OPTION_HOST] = {"--host", NULL, "NAME", "SMSCTL_HOST", "host",
                     "host in the server's Kerberos service name"},
    [OPTION_CONTEXT] = {"--context", NULL, "NAME", "SMSCTL_CONTEXT", NULL,
                        "use this context of the settings files"},
    [OPTION_AGENT] = {"--agent", NULL, "WHICH", "SMSCTL_AGENT", "agent",
                      "use the session of an agent: auto (the default), off, "
                      "or the path of its socket"},
    [OPTION_TIMEOUT] = {"--timeout", NULL, "SECONDS", "SMSCTL_TIMEOUT",
                        "timeout",
                        "how long to wait for an answer (default 30)"},
    [OPTION_OUTPUT] = {"--output", "-o", "FORMAT", "SMSCTL_OUTPUT", "output",
                       "table (the default), wide, json, yaml, tsv, name or "
                       "jsonpath=TEMPLATE"},
    [OPTION_COLUMNS] = {"--columns", NULL, "A,B,..", NULL, NULL,
                        "of rows, print only these columns"},
    [OPTION_UTC] = {"--utc", NULL, NULL, NULL, NULL,
                    "print times in tables in UTC, not in local time"},
    [OPTION_NO_PAGER] = {"--no-pager", NULL, NULL, NULL, NULL,
                         "print long answers without a pager"},
    [OPTION_NO_HEADINGS] = {"--no-headings", NULL, NULL, NULL, NULL,
                            "omit the heading line"},
    [OPTION_HELP] = {"--help", "-h", NULL, NULL, NULL, "print this help"},
    [OPTION_VERSION] = {"--version", NULL, NULL, NULL, NULL,
                        "print the version"},
    [OPTION_FILTER] =
        {"--filter", NULL, "EXPRESSION", NULL, NULL,
         "print only matching objects: \"Name = 'x' AND MemberCount > 3\""},
    [OPTION_LIMIT] = {"--limit", NULL, "N", NULL, NULL, "print at most N"},
    [OPTION_ORDER] = {"--order", NULL, "PROPERTY", NULL, NULL,
                      "sort by this property; -PROPERTY reverses"},
    [OPTION_PROPERTIES] = {"--properties", NULL, "A,B,..", NULL, NULL,
                           "print only these properties"},
    [OPTION_IF_VERSION] = {"--if-version", NULL, "N", NULL, NULL,
                           "only if the object is still at version N"},
    [OPTION_EXPLAIN] =
        {"--explain", NULL, NULL, NULL, NULL,
         "change nothing: print what would be answered, and why"},
    [OPTION_USER] = {"--user", NULL, "USER", NULL, NULL, "about this user"},
    [OPTION_LEVEL] =
        {"--level", NULL, "LEVEL", NULL, NULL,
         "domain, certificate or mfa: the level to ask about or reach"},
    [OPTION_EXCLUDE] = {"--exclude", NULL, "USER ...", NULL, NULL,
                        "users and groups that the minimum does not apply to"},
    [OPTION_REASON] = {"--reason", NULL, "TEXT", NULL, NULL,
                       "reason, for the audit"},
    [OPTION_UNTIL] = {"--until", NULL, "TIME", NULL, NULL,
                      "until this time; of exclusions, when they end"},
    [OPTION_FORCE] = {"--force", NULL, NULL, NULL, NULL,
                      "even if it locks out you or everybody"},
    [OPTION_SINCE] =
        {"--since", NULL, "TIME", NULL, NULL,
         "from this time on: 2026-01-31T12:00:00Z, or an age: 2h, 7d"},
    [OPTION_EVENT] = {"--event", NULL, "EVENT", NULL, NULL,
                      "only this event: signin, object.update, .."},
    [OPTION_CLASS] = {"--class", NULL, "CLASS", NULL, NULL,
                      "only about objects of this class"},
    [OPTION_OBJECT] = {"--object", NULL, "KEY", NULL, NULL,
                       "only about the object with this key"},
    [OPTION_OPERATION] = {"--operation", NULL, "OPERATION", NULL, NULL,
                          "only this operation: Read, Modify, .."},
    [OPTION_EVIDENCE] = {"--evidence", NULL, "KIND", NULL, NULL,
                         "only with kerberos, certificate, token, pam, local "
                         "or none"},
    [OPTION_ADDRESS] = {"--address", NULL, "ADDRESS", NULL, NULL,
                        "only from this address: 192.0.2.1, unix:uid=0"},
    [OPTION_CODE] = {"--code", NULL, "CODE", NULL, NULL,
                     "only with this reason: out-of-scope, conflict, .."},
    [OPTION_SESSION] = {"--session", NULL, "N", NULL, NULL,
                        "only of this session"},
    [OPTION_REQUEST] = {"--request", NULL, "ID", NULL, NULL,
                        "only of this request, as errors name it"},
    [OPTION_TRACE] = {"--trace", NULL, "ID", NULL, NULL,
                      "only of this trace, 32 hexadecimal digits"},
    [OPTION_FROM] = {"--from", NULL, "POSITION", NULL, NULL,
                     "begin after this record (default 0: with the first)"},
    [OPTION_TO] = {"--to", NULL, "TARGET", NULL, NULL,
                   "file:PATH, journal, or syslog-tls:HOST:PORT; without it: "
                   "standard output"},
    [OPTION_TO_CA] = {"--to-ca", NULL, "FILE", NULL, NULL,
                      "CA that must have issued the receiver's certificate"},
    [OPTION_TO_CERT] = {"--to-cert", NULL, "FILE", NULL, NULL,
                        "certificate to show to the receiver"},
    [OPTION_TO_KEY] = {"--to-key", NULL, "FILE", NULL, NULL, "its key"},
    [OPTION_POSITION] = {"--position", NULL, "FILE", NULL, NULL,
                         "keep in FILE what the receiver has taken, and go on "
                         "there"},
    [OPTION_STATUS] = {"--status", NULL, "FILE", NULL, NULL,
                       "keep counters in FILE, as Prometheus reads them"},
    [OPTION_FOREGROUND] = {"--foreground", NULL, NULL, NULL, NULL,
                           "stay in the foreground"},
    [OPTION_LIFETIME] = {"--lifetime", NULL, "DURATION", NULL, NULL,
                         "when the agent ends with all its sessions: 30m, 8h "
                         "(default 12h)"},
    [OPTION_OUTCOME] = {"--outcome", NULL, "OUTCOME", NULL, NULL,
                        "only this outcome: done, denied, refused or failed"},
    [OPTION_OVERWRITE] =
        {"--overwrite", NULL, NULL, NULL, NULL,
         "replace custom roles of the same name (the default)"},
    [OPTION_NO_OVERWRITE] = {"--no-overwrite", NULL, NULL, NULL, NULL,
                             "treat a role of the same name as a conflict"},
    [OPTION_REPLAY] = {"--replay", NULL, "TIME", NULL, NULL,
                       "also replay recorded requests of this period: 30d"},
    [OPTION_DIGEST_ONLY] = {"--digest-only", NULL, NULL, NULL, NULL,
                            "print only the plan's digest"},
    [OPTION_MESSAGE] = {"--message", "-m", "TEXT", NULL, NULL,
                        "message for the history"},
    [OPTION_PLAN_DIGEST] = {"--plan-digest", NULL, "DIGEST", NULL, NULL,
                            "only if the plan still has this digest"},
    [OPTION_YES] = {"--yes", "-y", NULL, NULL, NULL,
                    "neither show the plan nor ask; needed without a "
                    "terminal for what takes rights away"},
    [OPTION_CAN] = {"--can", NULL, "'OPERATION CLASS [KEY]'", NULL, NULL,
                    "expect that --user can do this"},
    [OPTION_CANNOT] = {"--cannot", NULL, "'OPERATION CLASS [KEY]'", NULL, NULL,
                       "expect that --user cannot do this"},
    [OPTION_ONLINE] = {"--online", NULL, NULL, NULL, NULL,
                       "run at the provider, which can test all objects"},
    [OPTION_PROVIDER] = {"--provider", NULL, "FILE", NULL, NULL,
                         "the provider.yaml whose realms say how users are "
                         "spelled"},
    [OPTION_ALL] = {"--all", NULL, NULL, NULL, NULL,
                    "include what was created in the console"},
    [OPTION_DIRECTORY] = {"--directory", "-d", "DIRECTORY", NULL, NULL,
                          "write files into DIRECTORY, without overwriting"},
    [OPTION_FILE] = {"--file", "-f", "FILE", NULL, NULL,
                     "the file to read (- for standard input); for verify, "
                     "the site's database or a copy of it"},
    [OPTION_ANCHOR] = {"--anchor", NULL, "FILE", NULL, NULL,
                       "the store's anchor, or a log with checkpoints"},
    [OPTION_RESUME] = {"--resume", NULL, "TOKEN", NULL, NULL,
                       "continue after the event that had this token"},
    [OPTION_LIST] = {"--list", NULL, NULL, NULL, NULL,
                     "begin with the objects that are there"},
    [OPTION_FOLLOW] = {"--follow", NULL, NULL, NULL, NULL,
                       "go on with each new record, until interrupted"},
    [OPTION_INTERVAL] = {"--interval", NULL, "SECONDS", NULL, NULL,
                         "how often to look (default 1)"},
    [OPTION_NO_WAIT] = {"--no-wait", NULL, NULL, NULL, NULL,
                        "return when the evaluation was requested"},
    [OPTION_DETAILED_EXITCODE] = {"--detailed-exitcode", NULL, NULL, NULL, NULL,
                                  "exit 0 without changes, 2 with changes, 1 "
                                  "if anything fails"},
    [OPTION_STOP_ON_ERROR] = {"--stop-on-error", NULL, NULL, NULL, NULL,
                              "not at a terminal: end with the first line "
                              "that fails"},
    [OPTION_DRY_RUN] = {"--dry-run", NULL, NULL, NULL, NULL,
                        "change nothing: print what would be changed"},
    [OPTION_BY] = {"--by", NULL, "PROPERTY", NULL, NULL,
                   "the property by which rows find their objects (default: "
                   "the name)"},
    [OPTION_FROM_LINE] = {"--from-line", NULL, "N", NULL, NULL,
                          "begin at this line of the file"},
    [OPTION_MAX_ERRORS] = {"--max-errors", NULL, "N", NULL, NULL,
                           "stop after this many lines that fail (default "
                           "100; 0: never)"},
    [OPTION_VERBOSE] =
        {"--verbose", "-v", NULL, NULL, NULL,
         "print all detail; with import: progress every second, not at a "
         "terminal too"},
};

/* Sets the problem: a sentence with a word of the command line. */
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

/* Adds the nearest word to the problem, if one is near. */
static void add_nearest(struct arguments *arguments, const char *nearest)
{
    const size_t size = strlen(arguments->problem);

    if (nearest)
        snprintf(arguments->problem + size, sizeof(arguments->problem) - size,
                 " Did you mean %s?", nearest);
}

/* The dashes are the same in all: they make no two names near. */
static const char *nearest_option(struct text name)
{
    const char *names[OPTION_N];
    const char *nearest;

    if (name.size < 2 || name.data[1] != '-')
        return NULL;
    for (size_t i = 0; i < OPTION_N; i++)
        names[i] = option_rows[i].name + 2;
    nearest = text_nearest((struct text){name.data + 2, name.size - 2}, names,
                           OPTION_N);
    return nearest ? nearest - 2 : NULL;
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

enum option arguments_option_wanting(struct text word)
{
    const enum option option = find_option(word);

    return option != OPTION_N && option_rows[option].argument ? option
                                                              : OPTION_N;
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

/* -oVALUE: of an option that takes one. */
static const char *value_behind(const char *word)
{
    const struct text brief = {word, 2};

    return word[1] != '-' && word[2] &&
                   arguments_option_wanting(brief) != OPTION_N
               ? word + 2
               : NULL;
}

/* Reads --name VALUE, --name=VALUE, -nVALUE or --flag at argv[*at], and
 * advances. */
static enum status read_option(struct arguments *arguments, int argc,
                               char *const argv[], int *at)
{
    const char *word = argv[(*at)++];
    const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
    const char *behind = value_behind(word);
    const struct text name = {word, equals   ? (size_t)(equals - word)
                                    : behind ? (size_t)(behind - word)
                                             : strlen(word)};
    const enum option option = find_option(name);

    if (option == OPTION_N) {
        problem(arguments, "Unknown option ", word, ".");
        add_nearest(arguments, nearest_option(name));
        return STATUS_INVALID;
    }
    if (behind)
        return keep_value(arguments, option, behind);
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

/* "policy pln": the verb is there, its second word is not. */
static enum status no_such_part(struct arguments *arguments)
{
    SCOPED(memory_drop) char *before = NULL;

    if (arguments->n_words == 1)
        return problem(arguments, "The verb ", arguments->words[0],
                       " needs a second word.");
    if (asprintf(&before, "There is no form of %s called ",
                 arguments->words[0]) < 0)
        before = NULL;
    problem(arguments, before ? before : "Unknown word ", arguments->words[1],
            ".");
    add_nearest(arguments,
                verbs_nearest_part(arguments->words[0], arguments->words[1]));
    return STATUS_INVALID;
}

static enum status no_such_verb(struct arguments *arguments)
{
    const char *word = arguments->words[0];

    if (verbs_has(word))
        return no_such_part(arguments);
    problem(arguments, "Unknown verb ", word, ".");
    add_nearest(arguments, verbs_nearest(word));
    return STATUS_INVALID;
}

/* Removes the verb and its second word from the words. */
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
    const uint64_t allowed = arguments->verb ? arguments->verb->options : 0;

    for (unsigned i = OPTION_N_GLOBAL; i < OPTION_N; i++) {
        if (arguments->values[i] &&
            !(allowed & UINT64_C(1) << (i - OPTION_N_GLOBAL)))
            return problem(arguments, "The option ", option_rows[i].name,
                           " does not apply to this verb.");
    }
    return STATUS_OK;
}

/* --exclude A B C: further users may follow without repeating the option. */
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
        return problem(arguments, "Arguments are missing after ",
                       verb->part ? verb->part : verb->name, ".");
    if (arguments->n_words > verb->most_words)
        return problem(arguments, "Too many arguments: ",
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
