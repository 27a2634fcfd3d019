#include "provider/sudo/sudo_target.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GROUPS_MAX = 256,
    NUMBER_BYTES = 12, /* of a group, with what stands between */
    KEPT_BYTES = 256,
    UMASK = 022,
};

/* ---- The user ---- */

/* -1 and what is no number are nobody (CVE-2019-14287). */
static const struct passwd *find_number(const char *digits)
{
    char *end = NULL;
    unsigned long uid;

    if (*digits < '0' || *digits > '9')
        return NULL;
    errno = 0;
    uid = strtoul(digits, &end, 10);
    if (errno != 0 || *end || uid >= (unsigned long)(uid_t)-1)
        return NULL;
    return getpwuid((uid_t)uid);
}

bool sudo_target_find(const char *run_as, struct sudo_target *target_out)
{
    const struct passwd *entry = !*run_as         ? getpwuid(0)
                                 : *run_as == '#' ? find_number(run_as + 1)
                                                  : getpwnam(run_as);
    int sizes[3];

    if (!entry || !*entry->pw_name)
        return false;
    target_out->uid = entry->pw_uid;
    target_out->gid = entry->pw_gid;
    sizes[0] = snprintf(target_out->name, sizeof(target_out->name), "%s",
                        entry->pw_name);
    sizes[1] = snprintf(target_out->home, sizeof(target_out->home), "%s",
                        entry->pw_dir);
    sizes[2] = snprintf(target_out->shell, sizeof(target_out->shell), "%s",
                        *entry->pw_shell ? entry->pw_shell : "/bin/sh");
    return (size_t)sizes[0] < sizeof(target_out->name) &&
           (size_t)sizes[1] < sizeof(target_out->home) &&
           (size_t)sizes[2] < sizeof(target_out->shell);
}

/* ---- The environment ---- */

static bool is_kept_name(const char *word, size_t size)
{
    static const char *const names[] = {"COLORTERM", "LANG", "LANGUAGE", "TERM",
                                        "TZ"};

    if (size > 3 && strncmp(word, "LC_", 3) == 0)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i]) == size && memcmp(names[i], word, size) == 0)
            return true;
    return false;
}

/* Such as de_DE.UTF-8@euro or xterm-256color: no path, neither a format nor
 * code of a shell. Of Europe/Berlin alone the slash is taken: LANGUAGE is a
 * list, each of which may be a path from the root to messages of a stranger. */
static bool is_kept_value(const char *value, bool is_zone)
{
    static const char letters[] = "/abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_.,:@+-";

    return strlen(value) < KEPT_BYTES &&
           !value[strspn(value, letters + !is_zone)] && value[0] != '/' &&
           value[0] != ':' && !strstr(value, "..");
}

void sudo_environment_keep(char *const *user_env, struct sudo_words *kept_out)
{
    for (; user_env && *user_env; user_env++) {
        const size_t size = strcspn(*user_env, "=");

        if ((*user_env)[size] && is_kept_name(*user_env, size) &&
            is_kept_value(*user_env + size + 1,
                          strncmp(*user_env, "TZ=", 3) == 0) &&
            kept_out->n < SUDO_WORDS_MAX / 2)
            sudo_words_add(kept_out, "%s", *user_env);
    }
}

void sudo_environment_make(const struct sudo_deed *deed,
                           const struct sudo_words *kept,
                           struct sudo_words *out)
{
    const struct sudo_target *target = deed->target;
    const struct sudo_front *front = deed->front;

    for (size_t i = 0; i < kept->n; i++)
        sudo_words_add(out, "%s", kept->at[i]);
    sudo_words_add(out, "PATH=%s", deed->secure_path);
    sudo_words_add(out, "HOME=%s", target->home);
    sudo_words_add(out, "SHELL=%s", target->shell);
    sudo_words_add(out, "LOGNAME=%s", target->name);
    sudo_words_add(out, "USER=%s", target->name);
    sudo_words_add(out, "MAIL=/var/mail/%s", target->name);
    sudo_words_add(out, "SUDO_USER=%s", front->user);
    sudo_words_add(out, "SUDO_UID=%lu", (unsigned long)front->uid);
    sudo_words_add(out, "SUDO_GID=%lu", (unsigned long)front->gid);
    sudo_words_add(out, "SUDO_COMMAND=%s", deed->line);
}

/* ---- For sudo ---- */

/* All of them or none: with fewer groups a command may do more. */
static bool add_groups(const struct sudo_target *target, struct sudo_words *out)
{
    gid_t groups[GROUPS_MAX];
    char list[GROUPS_MAX * NUMBER_BYTES];
    int n = GROUPS_MAX;
    size_t used = 0;

    if (getgrouplist(target->name, target->gid, groups, &n) < 0)
        return false;
    for (int i = 0; i < n; i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%lu",
                                 i ? "," : "", (unsigned long)groups[i]);
    sudo_words_add(out, "runas_groups=%s", list);
    return true;
}

void sudo_info_make(const struct sudo_deed *deed, struct sudo_words *out)
{
    const struct sudo_target *target = deed->target;

    sudo_words_add(out, "command=%s", deed->path);
    sudo_words_add(out, "runas_user=%s", target->name);
    sudo_words_add(out, "runas_uid=%lu", (unsigned long)target->uid);
    sudo_words_add(out, "runas_gid=%lu", (unsigned long)target->gid);
    sudo_words_add(out, "umask=0%o", (unsigned)(deed->front->umask | UMASK));
    sudo_words_add(out, "closefrom=3");
    sudo_words_add(out, "use_pty=true");
    if (deed->front->is_login_shell) {
        sudo_words_add(out, "cwd=%s", target->home);
        sudo_words_add(out, "cwd_optional=true");
    }
    if (!add_groups(target, out))
        out->is_short = true;
}
