/*
 * The command line of smsctl, read against the tables of options and verbs.
 *
 * Options may stand anywhere; "--" ends them. The first other word is the verb,
 * the rest are its words. Nothing here prints or exits.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/status.h"
#include "provider/base/text.h"
#include "provider/smsctl/verbs.h"

enum option {
    OPTION_SERVER = 0,
    OPTION_CA,
    OPTION_PIN,
    OPTION_SRV_DOMAIN,
    OPTION_MECH,
    OPTION_CERT,
    OPTION_KEY,
    OPTION_TOKEN_FILE,
    OPTION_LOGIN,
    OPTION_HOST,
    OPTION_CONTEXT,
    OPTION_AGENT,
    OPTION_TIMEOUT,
    OPTION_OUTPUT,
    OPTION_COLUMNS,
    OPTION_UTC,
    OPTION_NO_PAGER,
    OPTION_NO_HEADINGS,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_N_GLOBAL,
    /* Of verbs: */
    OPTION_FILTER = OPTION_N_GLOBAL,
    OPTION_LIMIT,
    OPTION_ORDER,
    OPTION_PROPERTIES,
    OPTION_IF_VERSION,
    OPTION_EXPLAIN,
    OPTION_USER,
    OPTION_LEVEL,
    OPTION_EXCLUDE,
    OPTION_REASON,
    OPTION_UNTIL,
    OPTION_FORCE,
    OPTION_SINCE,
    OPTION_OUTCOME,
    OPTION_OVERWRITE,
    OPTION_NO_OVERWRITE,
    OPTION_REPLAY,
    OPTION_DIGEST_ONLY,
    OPTION_MESSAGE,
    OPTION_PLAN_DIGEST,
    OPTION_YES,
    OPTION_CAN,
    OPTION_CANNOT,
    OPTION_ONLINE,
    OPTION_PROVIDER,
    OPTION_ALL,
    OPTION_DIRECTORY,
    OPTION_FILE,
    OPTION_ANCHOR,
    OPTION_DRY_RUN,
    OPTION_BY,
    OPTION_FROM_LINE,
    OPTION_MAX_ERRORS,
    OPTION_VERBOSE,
    OPTION_RESUME,
    OPTION_LIST,
    OPTION_FOLLOW,
    OPTION_INTERVAL,
    OPTION_NO_WAIT,
    OPTION_DETAILED_EXITCODE,
    OPTION_STOP_ON_ERROR,
    OPTION_EVENT,
    OPTION_CLASS,
    OPTION_OBJECT,
    OPTION_OPERATION,
    OPTION_EVIDENCE,
    OPTION_ADDRESS,
    OPTION_CODE,
    OPTION_SESSION,
    OPTION_REQUEST,
    OPTION_TRACE,
    OPTION_FROM,
    OPTION_TO,
    OPTION_TO_CA,
    OPTION_TO_CERT,
    OPTION_TO_KEY,
    OPTION_POSITION,
    OPTION_STATUS,
    OPTION_FOREGROUND,
    OPTION_LIFETIME,
    OPTION_N,
};

struct option_row {
    const char *name;     /* "--server" */
    const char *brief;    /* "-o"; NULL: none */
    const char *argument; /* "FILE"; NULL: it takes none */
    const char *variable; /* "SMSCTL_SERVER"; NULL: not from there */
    const char *setting;  /* key in smsctl.yaml; NULL: not from there */
    const char *describe;
};

extern const struct option_row option_rows[OPTION_N];

enum {
    ARGUMENTS_WORDS_MAX = 1024,
    ARGUMENTS_EXCLUDES_MAX = 256,
};

/* All strings are borrowed from argv. */
struct arguments {
    const struct verb *verb;      /* NULL: none was named */
    const char *values[OPTION_N]; /* NULL: not given; flags: "" */
    const char *excludes[ARGUMENTS_EXCLUDES_MAX];
    size_t n_excludes;
    const char *words[ARGUMENTS_WORDS_MAX];
    size_t n_words;
    char problem[256]; /* after STATUS_INVALID: a sentence, escaped */
};

/* STATUS_INVALID: problem holds a sentence. argc may be 0. */
MUST_CHECK
enum status arguments_read(int argc, char *const argv[],
                           struct arguments *arguments_out);

/*
 * Is the program's own version asked for? After a verb with a version argument,
 * --version is that argument: policy export --version 3.
 */
bool arguments_ask_version(const struct arguments *arguments);

/* The option that a word names if its value is the next word, "--filter";
 * OPTION_N for any other word. */
enum option arguments_option_wanting(struct text word);
