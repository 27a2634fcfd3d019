#include "provider/sudo/sudo_ask.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "provider/host/login_ask.h"
#include "provider/sudo/sudo_words.h"

static bool fill_request(const struct sudo_question *question,
                         const struct sudo_rule *rule,
                         struct login_request *request)
{
    *request = (struct login_request){.act = LOGIN_ACCOUNT};
    snprintf(request->service, sizeof(request->service), "%s", rule->service);
    snprintf(request->operation, sizeof(request->operation), "%s",
             rule->operation);
    snprintf(request->level, sizeof(request->level), "%s", rule->level);
    login_text_set(request->run_as, sizeof(request->run_as), question->run_as);
    login_text_set(request->command, sizeof(request->command),
                   question->command);
    return login_user_set(request->user, question->user,
                          question->rules->realm);
}

static void answer_with(struct login_reply *reply, enum login_verdict verdict,
                        const char *text)
{
    reply->verdict = verdict;
    snprintf(reply->text, sizeof(reply->text), "%s", text);
}

/* Everything that is no answer is none to go by (T46). */
static void settle(struct login_reply *reply)
{
    char why[LOGIN_TEXT_BYTES];

    switch (reply->verdict) {
    case LOGIN_ALLOWED:
        return;
    case LOGIN_DENIED:
    case LOGIN_UNKNOWN:
        if (!reply->text[0])
            answer_with(reply, reply->verdict, "The site does not allow it.");
        return;
    case LOGIN_UNAVAILABLE:
    case LOGIN_QUESTION:
    case LOGIN_OPEN_QUESTION:
    case LOGIN_NOTICE:
    case LOGIN_WAIT:
    case LOGIN_N_VERDICTS:
        break;
    }
    sudo_text_plain(why, sizeof(why), reply->text);
    syslog(LOG_AUTHPRIV | LOG_ERR, "sudo.unanswered why=\"%s\"", why);
    answer_with(reply, LOGIN_UNAVAILABLE,
                "The site cannot be asked now. Try again later.");
}

static void ask(const struct sudo_question *question,
                const struct sudo_rule *rule, struct login_reply *reply)
{
    const long long deadline_ms = login_now_ms() + question->rules->timeout_ms;
    struct login_request request;
    const char *why = "";
    int fd;

    *reply = (struct login_reply){.verdict = LOGIN_DENIED};
    if (!fill_request(question, rule, &request)) {
        answer_with(reply, LOGIN_DENIED, "Your name is none for the site.");
        return;
    }
    fd = login_open(deadline_ms, &why);
    if (fd < 0)
        answer_with(reply, LOGIN_UNAVAILABLE, why);
    else if (!login_ask(fd, &request, deadline_ms, reply))
        answer_with(reply, LOGIN_UNAVAILABLE,
                    "its answer is none, or comes too late");
    if (fd >= 0)
        close(fd);
    settle(reply);
}

/* Has the same been asked for another rule? */
static bool copy_answer(struct sudo_answers *answers,
                        const struct sudo_rule *rules, size_t at)
{
    for (size_t i = 0; i < SUDO_RULES_MAX; i++)
        if (answers->is_asked[i] &&
            strcmp(rules[i].operation, rules[at].operation) == 0 &&
            strcmp(rules[i].level, rules[at].level) == 0) {
            answers->verdicts[at] = answers->verdicts[i];
            return true;
        }
    return false;
}

enum login_verdict sudo_answer(struct sudo_answers *answers,
                               const struct sudo_question *question, size_t i)
{
    struct login_reply reply;

    if (!copy_answer(answers, question->rules->rules, i)) {
        ask(question, &question->rules->rules[i], &reply);
        answers->verdicts[i] = reply.verdict;
        if (reply.verdict != LOGIN_ALLOWED && !answers->text[0])
            snprintf(answers->text, sizeof(answers->text), "%s", reply.text);
    }
    answers->is_asked[i] = true;
    return answers->verdicts[i];
}
