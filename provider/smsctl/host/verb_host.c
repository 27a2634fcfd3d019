#include "provider/smsctl/host/verb_host.h"

#include <string.h>
#include <unistd.h>

#include "provider/client/answer.h"
#include "provider/host/host_config.h"
#include "provider/host/login_ask.h"

enum { ASK_MS = 10 * 1000, WHY_MAX_BYTES = 4096 };

/* ---- Asking smshostd ---- */

static enum smsclient_result ask(struct console *console,
                                 const struct login_request *request,
                                 struct login_reply *reply)
{
    const long long deadline_ms = login_now_ms() + ASK_MS;
    const char *why;
    const int fd = login_open(deadline_ms, &why);
    bool is_answered;

    if (fd < 0)
        return console_fail(console, SMSCLIENT_UNAVAILABLE,
                            "smshostd cannot be asked: %s. Root can, where it "
                            "runs.",
                            why);
    is_answered = login_ask(fd, request, deadline_ms, reply);
    close(fd);
    if (!is_answered)
        return console_fail(console, SMSCLIENT_UNAVAILABLE,
                            "smshostd gave no answer.");
    return SMSCLIENT_OK;
}

static enum smsclient_result take(struct console *console, char *at,
                                  size_t size, const char *value)
{
    const size_t length = value ? strlen(value) : 0;

    if (length >= size)
        return console_fail(console, SMSCLIENT_USAGE, "%s is too long.", value);
    memcpy(at, value ? value : "", length + 1);
    return SMSCLIENT_OK;
}

#define TAKE_FIELD(console, request, field, value)                             \
    take(console, (request)->field, sizeof((request)->field), value)

static enum smsclient_result fill(struct console *console,
                                  struct login_request *request)
{
    const char *level = console_value(console, OPTION_LEVEL);
    enum smsclient_result taken =
        TAKE_FIELD(console, request, user, console->arguments.words[0]);

    if (taken == SMSCLIENT_OK)
        taken = TAKE_FIELD(console, request, level, level ? level : "domain");
    if (taken == SMSCLIENT_OK)
        taken = TAKE_FIELD(console, request, operation,
                           console_value(console, OPTION_OPERATION));
    return taken;
}

static const char *word_of(enum login_verdict verdict)
{
    switch (verdict) {
    case LOGIN_ALLOWED:
        return "allowed";
    case LOGIN_DENIED:
        return "denied";
    case LOGIN_UNKNOWN:
        return "unknown";
    case LOGIN_UNAVAILABLE:
    case LOGIN_QUESTION:
    case LOGIN_OPEN_QUESTION:
    case LOGIN_NOTICE:
    case LOGIN_WAIT:
    case LOGIN_N_VERDICTS:
        break;
    }
    return "unavailable";
}

static enum smsclient_result meaning_of(enum login_verdict verdict)
{
    if (verdict == LOGIN_ALLOWED)
        return SMSCLIENT_OK;
    return verdict == LOGIN_DENIED || verdict == LOGIN_UNKNOWN
               ? SMSCLIENT_DENIED
               : SMSCLIENT_UNAVAILABLE;
}

enum smsclient_result verb_host_check(struct console *console)
{
    struct login_request request = {.act = LOGIN_ACCOUNT, .service = "smsctl"};
    struct login_reply reply;
    enum smsclient_result result = fill(console, &request);

    if (result == SMSCLIENT_OK)
        result = ask(console, &request, &reply);
    if (result != SMSCLIENT_OK)
        return result;
    {
        SCOPED(answer_drop)
        json_t *answer =
            json_pack("{s:s, s:s, s:s}", "user", reply.user, "answer",
                      word_of(reply.verdict), "text", reply.text);

        result =
            console_printed(console, output_object(&console->output, answer));
    }
    return result == SMSCLIENT_OK ? meaning_of(reply.verdict) : result;
}

/* ---- Status ---- */

enum smsclient_result verb_host_status(struct console *console)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    const struct login_request request = {.act = LOGIN_STATUS};
    struct login_reply reply;
    struct host_config config;
    enum smsclient_result result;
    bool is_good;

    if (host_config_read(HOST_CONFIG_FILE, &config, &why) != STATUS_OK) {
        buf_append_char(&why, '\0');
        return console_fail(console, SMSCLIENT_INVALID, "%s.",
                            buf_status(&why) == STATUS_OK ? buf_text(&why).data
                                                          : "");
    }
    result = ask(console, &request, &reply);
    if (result != SMSCLIENT_OK)
        return result;
    is_good = reply.verdict == LOGIN_ALLOWED;
    {
        SCOPED(answer_drop)
        json_t *answer =
            json_pack("{s:s, s:s, s:b, s:s}", "server", config.server, "device",
                      config.device, "signed_in", is_good, "text",
                      is_good ? "" : reply.text);

        result =
            console_printed(console, output_object(&console->output, answer));
    }
    if (result == SMSCLIENT_OK && !is_good)
        return SMSCLIENT_UNAVAILABLE;
    return result;
}

/* ---- At the site ---- */

/* certificate_key:HEX or kerberos:NAME, as enrol prints it. NULL: neither. */
static json_t *identity_of(const char *word)
{
    const char *colon = strchr(word, ':');

    if (!colon || !colon[1] ||
        (strncmp(word, "certificate_key:", 16) != 0 &&
         strncmp(word, "kerberos:", 9) != 0))
        return NULL;
    return json_pack("[{s:s%, s:s}]", "Kind", word, (size_t)(colon - word),
                     "Value", colon + 1);
}

static enum smsclient_result find_device(struct console *console,
                                         const char *name, json_int_t *row_out)
{
    SCOPED(answer_drop) json_t *device = NULL;
    const enum smsclient_result called =
        console_call(console, "object.get",
                     json_pack("{s:s, s:s, s:[s]}", "class", "SMS_R_System",
                               "key", name, "properties", "ResourceID"),
                     &device);

    if (called == SMSCLIENT_OK)
        *row_out = json_integer_value(json_object_get(device, "ResourceID"));
    return called;
}

enum smsclient_result verb_host_approve(struct console *console)
{
    const char *const *words = console->arguments.words;
    json_t *identities = identity_of(words[2]);
    json_int_t device = 0;
    enum smsclient_result result;

    if (!identities)
        return console_fail(console, SMSCLIENT_USAGE,
                            "The identity is certificate_key:HEX or "
                            "kerberos:NAME, as smsctl host enrol prints it on "
                            "the host.");
    result = find_device(console, words[0], &device);
    if (result != SMSCLIENT_OK) {
        json_decref(identities);
        return result;
    }
    return console_show(console, "object.create",
                        json_pack("{s:s, s:{s:s, s:I, s:[], s:o}}", "class",
                                  "SMS_Admin", "properties", "LogonName",
                                  words[1], "HostResourceID", device,
                                  "Permissions", "Identities", identities));
}
