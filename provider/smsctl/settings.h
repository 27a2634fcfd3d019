/*
 * What the command line does not say: SMSCTL_* variables, then
 * ~/.config/smsctl.yaml. No secret is taken from either.
 *
 * A process with more rights than its caller (set-id, file capabilities) takes
 * nothing from its environment. Rules T19, T109.
 */
#pragma once

#include "policy/arena.h"
#include "provider/base/buf.h"
#include "provider/smsctl/arguments.h"

enum { SETTINGS_FILE_MAX_BYTES = 64 * 1024 };

struct settings {
    const char *values[OPTION_N_GLOBAL]; /* NULL: said nowhere */
    struct arena *arena;                 /* owned: of the strings of the file */
};

void settings_clear(struct settings *settings);

/*
 * Fills what arguments leave open. path NULL: there is no file. STATUS_INVALID
 * with messages in why ("file:line:column: ..."), for a file that is there and
 * cannot be used.
 */
MUST_CHECK
enum status settings_read(const struct arguments *arguments, const char *path,
                          struct settings *settings_out, struct buf *why);

/* "$HOME/.config/smsctl.yaml", the caller frees it; NULL without a home. */
char *settings_path(void);
