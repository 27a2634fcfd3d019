/*
 * Defaults for options: SMSCTL_* variables, then ~/.config/smsctl.yaml. No
 * secret is read from either.
 *
 * A process with more privileges than its caller (set-id, file capabilities)
 * ignores its environment. Rules T19, T109.
 */
#pragma once

#include "policy/arena.h"
#include "provider/base/buf.h"
#include "provider/smsctl/arguments.h"

enum { DEFAULTS_FILE_MAX_BYTES = 64 * 1024 };

struct defaults {
    const char *values[OPTION_N_GLOBAL]; /* NULL: not set */
    struct arena *arena;                 /* owned: the file's strings */
};

void defaults_clear(struct defaults *defaults);

/*
 * Fills what the arguments leave open. path NULL: no file. STATUS_INVALID, with
 * messages in why ("file:line:column: ..."), if the file exists and cannot be
 * used.
 */
MUST_CHECK
enum status defaults_read(const struct arguments *arguments, const char *path,
                          struct defaults *defaults_out, struct buf *why);

/* "$HOME/.config/smsctl.yaml", freed by the caller; NULL without a home. */
char *defaults_path(void);
