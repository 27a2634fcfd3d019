/*
 * A settings file of smsctl: contexts, each a set of options by name. Keys that
 * stand outside of contexts are the context "default". No secret is read from
 * it, only names of files.
 */
#pragma once

#include "policy/arena.h"
#include "policy/schema.h"
#include "provider/base/buf.h"
#include "provider/smsctl/arguments.h"

enum {
    SETTINGS_FILE_MAX_BYTES = 64 * 1024,
    SETTINGS_NAME_MAX_BYTES = 64,
};

#define SETTINGS_DEFAULT "default"

struct settings_context {
    struct schema_word name;
    const char *values[OPTION_N_GLOBAL]; /* as written; NULL: not set */
};

struct settings {
    const char *values[OPTION_N_GLOBAL]; /* of the context "default" */
    const char *current;                 /* NULL: not set */
    const struct settings_context *contexts;
    size_t n_contexts;
    bool has_comments;
    struct arena *arena; /* owned: all strings; NULL: there is no file */
};

void settings_clear(struct settings *settings);

/* The owner of a settings file, if it is not root. */
enum settings_owner { SETTINGS_OF_USER, SETTINGS_OF_SITE };

/*
 * path NULL, or no file there: empty settings. STATUS_INVALID, with messages in
 * why ("file:line:column: ..."), if it cannot be used. Rules T19, T109.
 */
MUST_CHECK
enum status settings_read(const char *path, enum settings_owner owner,
                          struct settings *settings_out, struct buf *why);

/* The values of a context; NULL: it is not in this file. "default" always
 * is. */
const char *const *settings_find(const struct settings *settings,
                                 const char *name);

/* May it be the name of a context: letters, digits and "._@-"? */
bool settings_is_name(struct text name);

/* The option of a key, "token-file"; OPTION_N: there is none. */
enum option settings_option(struct text key);

/* "$XDG_CONFIG_HOME/smsctl.yaml", else "$HOME/.config/smsctl.yaml", freed by
 * the caller; NULL without a home. */
char *settings_path(void);

/* Of all users of the host; comes after their own. */
#define SETTINGS_SITE_PATH "/etc/smsprovider/smsctl.yaml"
