#include "provider/sudo/sudo_front.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/sudo/sudo_words.h"

/* ---- Values ---- */

/* False: it is too long. One that is absent is "". */
static bool take_text(char *out, size_t size, const char *value)
{
    const int n = snprintf(out, size, "%s", value ? value : "");

    return n >= 0 && (size_t)n < size;
}

static bool take_number(const char *value, int base, unsigned long max,
                        unsigned long *out)
{
    char *end = NULL;

    if (!value || *value < '0' || *value > '9')
        return false;
    errno = 0;
    *out = strtoul(value, &end, base);
    return errno == 0 && !*end && *out <= max;
}

static bool is_set(char *const *settings, const char *name)
{
    const char *value = sudo_word_value(settings, name);

    return value && strcmp(value, "false") != 0;
}

/* ---- The user ---- */

/* Failing to know is not root (T106); user and number have to agree. */
static bool read_user(char *const *user_info, struct sudo_front *front)
{
    unsigned long uid;
    unsigned long gid;
    unsigned long mask;
    const struct passwd *entry;

    if (!take_number(sudo_word_value(user_info, "uid"), 10,
                     (unsigned long)(uid_t)-2, &uid) ||
        !take_number(sudo_word_value(user_info, "gid"), 10,
                     (unsigned long)(gid_t)-2, &gid))
        return false;
    front->uid = (uid_t)uid;
    front->gid = (gid_t)gid;
    front->umask =
        take_number(sudo_word_value(user_info, "umask"), 8, 0777, &mask)
            ? (mode_t)mask
            : 077;
    entry = getpwuid(front->uid);
    return entry &&
           take_text(front->user, sizeof(front->user),
                     sudo_word_value(user_info, "user")) &&
           front->user[0] && strcmp(front->user, entry->pw_name) == 0;
}

/* ---- The options ---- */

static const struct {
    const char *setting;
    const char *option;
} refused[] = {
    {"bsdauth_type", "-a"},    {"closefrom", "-C"},
    {"cmnd_chroot", "-R"},     {"cmnd_cwd", "-D"},
    {"login_class", "-c"},     {"preserve_environment", "-E"},
    {"preserve_groups", "-P"}, {"remote_host", "-h"},
    {"runas_group", "-g"},     {"selinux_role", "-r"},
    {"selinux_type", "-t"},    {"timeout", "-T"},
};

static bool read_settings(char *const *settings, struct sudo_front *front)
{
    const char *prompt = sudo_word_value(settings, "prompt");

    front->refused = NULL;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        if (is_set(settings, refused[i].setting))
            front->refused = refused[i].option;
    front->is_edit = is_set(settings, "sudoedit");
    front->is_implied_shell = is_set(settings, "implied_shell");
    front->is_login_shell = is_set(settings, "login_shell");
    front->never_asks = is_set(settings, "noninteractive");
    front->has_prompt = prompt != NULL;
    return take_text(front->prompt, sizeof(front->prompt), prompt) &&
           take_text(front->run_as, sizeof(front->run_as),
                     sudo_word_value(settings, "runas_user"));
}

bool sudo_front_read(char *const *settings, char *const *user_info,
                     sudo_conv_t converse, struct sudo_front *front_out)
{
    front_out->converse = converse;
    return converse && read_settings(settings, front_out) &&
           take_text(front_out->tty, sizeof(front_out->tty),
                     sudo_word_value(user_info, "tty")) &&
           take_text(front_out->cwd, sizeof(front_out->cwd),
                     sudo_word_value(user_info, "cwd")) &&
           read_user(user_info, front_out);
}

void sudo_front_say(const struct sudo_front *front, bool is_error,
                    const char *text)
{
    const struct sudo_conv_message message = {
        .msg_type = is_error ? SUDO_CONV_ERROR_MSG : SUDO_CONV_INFO_MSG,
        .msg = text,
    };
    struct sudo_conv_reply reply = {.reply = NULL};

    (void)front->converse(1, &message, &reply, NULL);
    free(reply.reply);
}
