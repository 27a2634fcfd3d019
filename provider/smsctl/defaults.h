/*
 * Defaults for options: a context of the settings files, and SMSCTL_*
 * variables. No secret is read from either.
 *
 * A process with more privileges than its caller (set-id, file capabilities)
 * ignores its environment. Rules T19, T109.
 */
#pragma once

#include "provider/smsctl/context/settings.h"

struct defaults {
    const char *values[OPTION_N_GLOBAL]; /* NULL: not set */
    const char *context;                 /* the one in use */
    bool has_context;     /* false: no file has one of this name */
    struct settings user; /* owned, with the strings above */
    struct settings site;
    struct arena *arena; /* owned: paths with the home directory */
};

void defaults_clear(struct defaults *defaults);

/*
 * Fills what the arguments leave open. A path NULL: no file. STATUS_INVALID,
 * with messages in why ("file:line:column: ..."), if a file exists and cannot
 * be used.
 *
 * Later ones win: the site's context, the user's context of the same name,
 * variables, the command line; a context that the command line names comes
 * after the variables. Of what stands outside of a named context, only how to
 * print, how long to wait and which agent to use count in it: evidence for one
 * server is never sent to another by default.
 */
MUST_CHECK
enum status defaults_read(const struct arguments *arguments, const char *path,
                          const char *site_path, struct defaults *defaults_out,
                          struct buf *why);
