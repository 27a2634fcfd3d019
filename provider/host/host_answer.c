#include "provider/host/host_answer.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/json_writer.h"
#include "provider/base/level.h"
#include "provider/client/answer.h"

void host_reply_set(const struct login_request *request,
                    enum login_verdict verdict, const char *text,
                    struct login_reply *reply_out)
{
    *reply_out = (struct login_reply){.verdict = verdict};
    login_text_set(reply_out->user, sizeof(reply_out->user), request->user);
    login_text_set(reply_out->text, sizeof(reply_out->text), text);
}

/* ---- The question ---- */

const char *host_operation(const struct login_request *request)
{
    return request->operation[0] ? request->operation : HOST_OPERATION;
}

/* 0: it is none, and counts nowhere. */
static int64_t serial_of(const char *text)
{
    int64_t serial = 0;

    for (; *text >= '0' && *text <= '9' && serial < INT64_MAX / 10 - 1; text++)
        serial = serial * 10 + (*text - '0');
    return *text ? 0 : serial;
}

enum status host_question_write(const struct login_request *request,
                                const char *sid, struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    writer_object_begin(&w);
    writer_put_string(&w, "user", request->user);
    if (request->act == LOGIN_KEY)
        writer_put_string(&w, "key", request->secret);
    else
        writer_put_string(&w, "level", request->level);
    if (request->act == LOGIN_CERTIFICATE)
        writer_put_int(&w, "certificate", serial_of(request->secret));
    writer_put_string(&w, "operation", host_operation(request));
    if (*sid)
        writer_put_string(&w, "sid", sid);
    if (request->service[0])
        writer_put_string(&w, "service", request->service);
    if (request->run_as[0])
        writer_put_string(&w, "run_as", request->run_as);
    if (request->command[0])
        writer_put_string(&w, "command", request->command);
    writer_object_end(&w);
    buf_append_char(out, '\0');
    return buf_status(out);
}

/* ---- The answer ---- */

static bool is_about(const json_t *answer, const struct login_request *request,
                     const char *device)
{
    const json_t *host = json_object_get(answer, "host");
    char number[24];

    if (!json_is_integer(host))
        return false;
    snprintf(number, sizeof(number), "%" PRId64,
             (int64_t)json_integer_value(host));
    return strcmp(number, device) == 0 &&
           strcmp(answer_text(answer, "asked"), request->user) == 0 &&
           strcmp(answer_text(answer, "operation"), host_operation(request)) ==
               0 &&
           json_is_boolean(json_object_get(answer, "allowed")) &&
           json_is_boolean(json_object_get(answer, "known"));
}

/* Allowed is what says so in both its words. */
static enum login_verdict verdict_of(const json_t *answer)
{
    const bool is_allowed = json_is_true(json_object_get(answer, "allowed"));
    const bool is_known = json_is_true(json_object_get(answer, "known"));

    if (is_allowed != (strcmp(answer_text(answer, "code"), "allowed") == 0) ||
        (is_allowed && !is_known))
        return LOGIN_UNAVAILABLE;
    if (is_allowed)
        return LOGIN_ALLOWED;
    return is_known ? LOGIN_DENIED : LOGIN_UNKNOWN;
}

void host_answer_read(const char *json, const struct login_request *request,
                      const char *device, struct login_reply *reply_out)
{
    SCOPED(answer_drop)
    json_t *answer = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    enum login_verdict verdict = LOGIN_UNAVAILABLE;

    if (is_about(answer, request, device))
        verdict = verdict_of(answer);
    if (verdict == LOGIN_UNAVAILABLE)
        host_reply_set(request, verdict,
                       "the provider's answer is none to this question",
                       reply_out);
    else
        host_reply_set(request, verdict, answer_text(answer, "text"),
                       reply_out);
    if (verdict == LOGIN_ALLOWED)
        login_text_set(reply_out->level, sizeof(reply_out->level),
                       answer_text(answer, "level"));
}

/* ---- A sign-in ---- */

/* The name as asked, or with the realm that the provider's PAM stands for. */
static bool is_same_name(const char *user, const char *asked)
{
    const size_t size = strlen(asked);

    return size > 0 && strncmp(user, asked, size) == 0 &&
           (user[size] == '\0' || (user[size] == '@' && !strchr(asked, '@')));
}

/* Or the one whom the site takes the name as asked for: a domain's people have
 * several names. */
static bool is_same_user(const char *user, const struct login_request *request,
                         const char *spelled)
{
    SCOPED(answer_drop)
    json_t *meant =
        json_loads(spelled ? spelled : "", JSON_REJECT_DUPLICATES, NULL);

    return is_same_name(user, request->user) ||
           (*user && strcmp(answer_text(meant, "user"), user) == 0);
}

enum status host_spelling_write(const struct login_request *request,
                                struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    writer_object_begin(&w);
    writer_put_string(&w, "user", request->user);
    writer_put_string(&w, "class", "SMS_R_System");
    writer_put_string(&w, "operation", "Read");
    writer_object_end(&w);
    buf_append_char(out, '\0');
    return buf_status(out);
}

void host_session_read(const char *json, const char *spelled,
                       const struct login_request *request,
                       struct login_reply *reply_out)
{
    SCOPED(answer_drop)
    json_t *session = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    const enum auth_level level =
        auth_level_read(text_of(answer_text(session, "level")));

    if (level == AUTH_LEVEL_NONE ||
        !is_same_user(answer_text(session, "user"), request, spelled)) {
        host_reply_set(request, LOGIN_UNAVAILABLE,
                       "the provider signed in somebody else", reply_out);
        return;
    }
    host_reply_set(request, LOGIN_ALLOWED, "", reply_out);
    login_text_set(reply_out->level, sizeof(reply_out->level),
                   auth_level_name(level));
}
