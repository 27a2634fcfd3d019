#include "provider/smsctl/shell/shell_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/own.h"

enum {
    HISTORY_LINES = 1000,
    HISTORY_MODE = 0600,
};

static char *make_path(void)
{
    const char *home = secure_getenv("HOME");
    char *path = NULL;

    if (!home || home[0] != '/' ||
        asprintf(&path, "%s/.smsctl_history", home) < 0)
        return NULL;
    return path;
}

void shell_history_open(struct shell_history *history_out)
{
    HistEvent event;

    *history_out = (struct shell_history){.lines = history_init()};
    if (!history_out->lines)
        return;
    history_out->path = make_path();
    history(history_out->lines, &event, H_SETSIZE, HISTORY_LINES);
    history(history_out->lines, &event, H_SETUNIQUE, 1);
    if (history_out->path)
        history(history_out->lines, &event, H_LOAD, history_out->path);
}

void shell_history_close(struct shell_history *history)
{
    if (history->lines)
        history_end(history->lines);
    free(history->path);
    *history = (struct shell_history){NULL};
}

/* A file of an earlier version, or of another umask, is closed to others. */
static void save(const struct shell_history *history_in)
{
    const mode_t before = umask(0777 & ~HISTORY_MODE);
    HistEvent event;

    if (history_in->path && (chmod(history_in->path, HISTORY_MODE) == 0 ||
                             access(history_in->path, F_OK) != 0))
        history(history_in->lines, &event, H_SAVE, history_in->path);
    umask(before);
}

bool shell_history_is_secret(const char *line)
{
    static const char *const words[] = {"password", "passphrase", "secret",
                                        "token", "pwd"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        const char *found = strcasestr(line, words[i]);

        if (found && strchr(found, '='))
            return true;
    }
    return false;
}

void shell_history_add(struct shell_history *history_in, const char *line)
{
    HistEvent event;

    if (line[0] == ' ' || line[0] == '\n' || shell_history_is_secret(line))
        return;
    history(history_in->lines, &event, H_ENTER, line);
    save(history_in);
}
