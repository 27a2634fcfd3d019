#include "provider/smsctl/verb_watch.h"

#include "provider/client/answer.h"
#include "provider/smsctl/following.h"

struct watcher {
    struct following following; /* first */
    json_t *resume;             /* owned; NULL: not begun */
    json_t *rows;               /* owned; of one answer */
    char *name_property;        /* owned; NULL: the class has none */
    bool is_announced;
};

static void watcher_clear(struct watcher *watcher)
{
    json_decref(watcher->resume);
    json_decref(watcher->rows);
    free(watcher->name_property);
}

static json_t *ask(struct following *following)
{
    const struct watcher *watcher = (struct watcher *)following;
    struct console *console = following->console;
    json_t *params = json_pack("{s:s}", "class", console->arguments.words[0]);
    const char *filter = console_value(console, OPTION_FILTER);

    if (filter)
        json_object_set_new(params, "filter", json_string(filter));
    json_object_set_new(params, "properties",
                        console_list(console, OPTION_PROPERTIES));
    if (watcher->resume)
        json_object_set(params, "resume", watcher->resume);
    else if (console_value(console, OPTION_LIST))
        json_object_set_new(params, "list", json_true());
    return params;
}

/* Every event has the token to go on after it with; but the answer is kept
 * whole, so those before the last have that of the answer before. */
static void add_rows(struct watcher *watcher, const json_t *events,
                     json_t *resume)
{
    for (size_t i = 0; i < json_array_size(events); i++) {
        json_t *event = json_array_get(events, i);
        json_t *name = watcher->name_property
                           ? json_object_get(json_object_get(event, "object"),
                                             watcher->name_property)
                           : NULL;
        const bool is_last = i + 1 == json_array_size(events);

        json_object_set(event, "name", name ? name : json_null());
        json_object_set(event, "resume",
                        is_last || !watcher->resume ? resume : watcher->resume);
        json_array_append(watcher->rows, event);
    }
}

static enum smsclient_result take_gap(struct watcher *watcher,
                                      const json_t *answer)
{
    struct console *console = watcher->following.console;

    console_note(console,
                 "There is a gap: the provider no longer knows what was told "
                 "before. Read the objects again with smsctl list.");
    json_array_append_new(watcher->rows,
                          json_pack("{s:s, s:O}", "event", "gap", "resume",
                                    json_object_get(answer, "resume")));
    return SMSCLIENT_OK;
}

static enum smsclient_result take(struct following *following,
                                  const json_t *answer)
{
    static const char *const columns[] = {"event", "key", "name"};
    struct watcher *watcher = (struct watcher *)following;
    json_t *resume = json_object_get(answer, "resume");
    enum smsclient_result printed;

    if (!json_is_string(resume))
        return console_fail(following->console, SMSCLIENT_FAILED,
                            "The server's answer cannot be understood.");
    if (!watcher->is_announced)
        console_note(following->console, "watching %s",
                     following->console->arguments.words[0]);
    watcher->is_announced = true;
    if (json_is_true(json_object_get(answer, "gap")))
        (void)take_gap(watcher, answer);
    add_rows(watcher, json_object_get(answer, "events"), resume);
    printed =
        following_print(following, watcher->rows, columns, ARRAY_SIZE(columns));
    json_array_clear(watcher->rows);
    json_decref(watcher->resume);
    watcher->resume = json_incref(resume);
    following->has_more = json_is_true(json_object_get(answer, "more"));
    return printed;
}

static enum smsclient_result find_name(struct console *console,
                                       struct watcher *watcher)
{
    SCOPED(answer_drop) json_t *class = NULL;
    const enum smsclient_result called = console_call(
        console, "object.classes",
        json_pack("{s:s}", "class", console->arguments.words[0]), &class);
    const char *name = answer_text(class, "name_property");

    if (called == SMSCLIENT_OK && *name)
        watcher->name_property = text_dup(text_of(name));
    return called;
}

enum smsclient_result verb_watch(struct console *console)
{
    const char *resume = console_value(console, OPTION_RESUME);
    SCOPED(watcher_clear)
    struct watcher watcher = {
        .following = {.console = console,
                      .method = "object.watch",
                      .ask = ask,
                      .take = take},
        .resume = resume ? json_string(resume) : NULL,
        .rows = json_array(),
    };
    const enum smsclient_result found = find_name(console, &watcher);

    if (found != SMSCLIENT_OK)
        return found;
    return following_run(&watcher.following);
}
