#include "provider/smsctl/session/verb_whoami.h"

#include "provider/base/datetime.h"
#include "provider/client/answer.h"

json_t *raise_rows(const json_t *raise)
{
    json_t *rows = json_array();

    for (size_t i = 0; rows && i < json_array_size(raise); i++) {
        const json_t *step = json_array_get(raise, i);
        const json_t *how = json_object_get(step, "how");

        for (size_t k = 0; k < json_array_size(how); k++) {
            const json_t *way = json_array_get(how, k);

            json_array_append_new(
                rows, json_pack("{s:O?, s:O?, s:O?}", "level",
                                json_object_get(step, "level"), "mechanism",
                                json_object_get(way, "mechanism"), "how",
                                json_object_get(way, "sentence")));
        }
    }
    return rows;
}

static json_t *time_at(int64_t s)
{
    char text[DATETIME_BYTES];

    datetime_write(s, text);
    return s ? json_string(text) : json_null();
}

/* Whose the session is that answered, if it is not this command's. */
static void put_agent(const struct console *console, json_t *who)
{
    if (console->is_relayed)
        json_object_set_new(who, "agent",
                            json_pack("{s:o, s:o}", "since",
                                      time_at(console->agent.since_s), "ends",
                                      time_at(console->agent.expires_s)));
}

enum smsclient_result verb_whoami(struct console *console)
{
    SCOPED(answer_drop) json_t *who = NULL;
    enum smsclient_result called;

    called = console_call(console, "session.whoami", json_object(), &who);
    if (called != SMSCLIENT_OK)
        return called;
    put_agent(console, who);
    if (console->output.format == OUTPUT_TABLE)
        json_object_set_new(who, "raise",
                            raise_rows(json_object_get(who, "raise")));
    return console_printed(console, output_object(&console->output, who));
}
