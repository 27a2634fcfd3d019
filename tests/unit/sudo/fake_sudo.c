#include "tests/unit/sudo/fake_sudo.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

static struct fake_sudo *at_work;
char fake_sudo_logged[FAKE_SHOWN_BYTES];

/* In the place of the C library's. */
void syslog(int priority, const char *format, ...)
{
    va_list args;

    (void)priority;
    va_start(args, format);
    vsnprintf(fake_sudo_logged, sizeof(fake_sudo_logged), format, args);
    va_end(args);
}

static void show(const char *text)
{
    const size_t used = strlen(at_work->shown);

    snprintf(at_work->shown + used, FAKE_SHOWN_BYTES - used, "%s", text);
}

static int converse(int n, const struct sudo_conv_message messages[],
                    struct sudo_conv_reply replies[],
                    struct sudo_conv_callback *callback)
{
    (void)callback;
    for (int i = 0; i < n; i++) {
        show(messages[i].msg);
        if (messages[i].msg_type == SUDO_CONV_ERROR_MSG ||
            messages[i].msg_type == SUDO_CONV_INFO_MSG)
            continue;
        at_work->n_questions++;
        replies[i].reply = at_work->answer ? strdup(at_work->answer) : NULL;
        if (at_work->answers != 0)
            return at_work->answers;
    }
    return 0;
}

struct fake_sudo fake_sudo_of_alice(void)
{
    return (struct fake_sudo){
        .user = "alice", .uid = "42000", .answer = "right"};
}

/* The words of a test are constants, which sudo's are not. */
static char **as_sudo(const char *const *words)
{
    return (char **)(uintptr_t)words;
}

int fake_sudo_open(struct fake_sudo *sudo)
{
    char user[64];
    char uid[64];
    const char *info[] = {
        user,           uid, "gid=42000", "umask=022", "tty=/dev/pts/7",
        "cwd=/home/al", NULL};

    at_work = sudo;
    snprintf(user, sizeof(user), "user=%s", sudo->user);
    snprintf(uid, sizeof(uid), "uid=%s", sudo->uid);
    return sms_policy.open(SUDO_API_VERSION, converse, NULL,
                           as_sudo(sudo->settings), as_sudo(info),
                           as_sudo(sudo->environment), NULL, &sudo->why);
}

void fake_sudo_close(void)
{
    sms_policy.close(0, 0);
}

static int count(const char *const *words)
{
    int n = 0;

    while (words && words[n])
        n++;
    return n;
}

int fake_sudo_run(struct fake_sudo *sudo, const char *const *words)
{
    const int opened = fake_sudo_open(sudo);
    int checked;

    if (opened != 1)
        return opened;
    checked = sms_policy.check_policy(count(words), as_sudo(words),
                                      as_sudo(sudo->added), &sudo->info,
                                      &sudo->argv, &sudo->env, &sudo->why);
    if (checked != 1)
        return checked;
    return sms_policy.init_session(NULL, &sudo->env, &sudo->why);
}

int fake_sudo_list(struct fake_sudo *sudo, const char *user,
                   const char *const *words)
{
    const int opened = fake_sudo_open(sudo);

    if (opened != 1)
        return opened;
    return sms_policy.list(count(words), as_sudo(words), 1, user, &sudo->why);
}
