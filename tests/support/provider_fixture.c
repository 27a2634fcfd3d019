#include "tests/support/provider_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "provider/base/clock.h"
#include "provider/method/table.h"
#include "provider/store/audit.h"

/* ---- The store and its policy ---- */

static void path_in(const struct provider *provider, const char *name,
                    char *out, size_t size)
{
    snprintf(out, size, "%s/%s", provider->directory, name);
}

static void write_policy(struct provider *provider, const char *policy)
{
    char path[128];
    FILE *file;

    path_in(provider, "policy.d/site.yaml", path, sizeof(path));
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(policy, file);
    fclose(file);
    assert_int_equal(chmod(path, 0644), 0);
}

static void open_settings(struct provider *provider)
{
    SCOPED(buf_free) struct buf text = buf_make(4096);
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    struct config *config = NULL;

    buf_append_format(&text,
                      "site: { code: P01 }\n"
                      "listen: [ { unix: %s/provider.sock } ]\n"
                      "store: { sqlite: %s/site.db }\n",
                      provider->directory, provider->directory);
    assert_int_equal(
        config_read_text("provider.yaml", buf_text(&text), &config, &messages),
        STATUS_OK);
    assert_int_equal(settings_new(config, &provider->settings, &messages),
                     STATUS_OK);
    /* Peers bring whatever evidence a test gives them. */
    for (size_t i = 0; i < IDENTITY_N_KINDS; i++)
        provider->settings->reach[i] = AUTH_LEVEL_MFA;
}

static void open_store(struct provider *provider)
{
    const char *path = provider->settings->config->store_path;
    struct site *site = NULL;
    struct generation *first;

    assert_int_equal(store_open(path, STORE_MAKE, &provider->writing),
                     STATUS_OK);
    assert_int_equal(site_prepare(provider->writing, "P01", "Head office"),
                     STATUS_OK);
    assert_int_equal(site_load(provider->writing, &site), STATUS_OK);
    assert_int_equal(view_open_store(path, &provider->reading), STATUS_OK);
    first = generation_new(site, 1);
    assert_non_null(first);
    assert_int_equal(present_open(&provider->present, provider->writing, first),
                     STATUS_OK);
    provider->writer.generation = first;
    provider->writer.is_writer = true;
    provider->writer.store = provider->writing;
    provider->writer.directory = &provider->policy;
    provider->writer.methods = &method_table;
    provider->loop.store = provider->reading;
    provider->loop.directory = &provider->policy;
    provider->loop.methods = &method_table;
    provider->pool.store = provider->reading;
    provider->pool.is_pool = true;
    provider->pool.directory = &provider->policy;
    provider->pool.methods = &method_table;
    provider->view = (struct view){.present = &provider->present,
                                   .store = provider->reading};
}

void provider_open(struct provider *provider, const char *policy)
{
    char path[128];

    *provider = (struct provider){.out = buf_make(TURN_REPLY_MAX_BYTES)};
    strcpy(provider->directory, "/tmp/provider_fixture.XXXXXX");
    assert_non_null(mkdtemp(provider->directory));
    path_in(provider, "policy.d", path, sizeof(path));
    assert_int_equal(mkdir(path, 0755), 0);
    directory_open(&provider->policy);
    open_settings(provider);
    open_store(provider);
    assert_int_equal(provider_apply(provider, policy), STATUS_OK);
}

void provider_close(struct provider *provider)
{
    char command[128];

    call_ground_clear(&provider->writer);
    view_close(&provider->view);
    generation_free(provider->writer.generation);
    present_close(&provider->present);
    store_free(provider->reading);
    store_free(provider->writing);
    settings_free(provider->settings);
    directory_close(&provider->policy);
    buf_free(&provider->out);
    snprintf(command, sizeof(command), "rm -rf %s", provider->directory);
    assert_int_equal(system(command), 0);
}

/* ---- The writer, in this thread ---- */

static void set_clocks(struct call_ground *ground)
{
    ground->now_s = clock_wall_s();
    ground->now_ms = clock_mono_ms();
}

static void commit(struct provider *provider)
{
    struct call_ground *ground = &provider->writer;

    assert_false(ground->is_broken);
    assert_int_equal(present_commit(&provider->present, provider->writing,
                                    ground->generation),
                     STATUS_OK);
}

static void print_messages(const struct source *source)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);

    source_write_lines(source, &messages);
    print_message("%.*s", (int)messages.size,
                  messages.size ? buf_text(&messages).data : "");
}

enum status provider_apply(struct provider *provider, const char *policy)
{
    struct directory_outcome outcome;
    OWNED(source) source = NULL;
    char path[128];
    enum status was_read;

    write_policy(provider, policy);
    path_in(provider, "policy.d", path, sizeof(path));
    set_clocks(&provider->writer);
    was_read = source_read_directory(path, NULL, &source);
    assert_non_null(source);
    assert_int_equal(store_write_begin(provider->writing), STATUS_OK);
    directory_apply(source, was_read, &provider->writer, &outcome);
    if (outcome.status != STATUS_OK)
        print_messages(source);
    commit(provider);
    directory_note(&provider->policy, path, source, &outcome,
                   provider->writer.now_s);
    return outcome.status;
}

/* ---- Peers ---- */

struct auth_evidence evidence_of(const char *principal, enum auth_level level)
{
    struct auth_evidence evidence = {
        .method = AUTH_METHOD_KERBEROS,
        .facts = AUTH_FACT_IDENTITY,
        .n_identities = 1,
        .authenticated_at_s = clock_wall_s(),
        .expires_at_s = clock_wall_s() + 3600,
    };

    if (level >= AUTH_LEVEL_CERTIFICATE)
        evidence.facts |= AUTH_FACT_PKI;
    if (level >= AUTH_LEVEL_MFA)
        evidence.facts |= AUTH_FACT_MFA;
    evidence.identities[0].kind = IDENTITY_KERBEROS;
    evidence.identities[0].value = strdup(principal);
    assert_non_null(evidence.identities[0].value);
    return evidence;
}

struct peer *peer_open(struct provider *provider, const char *user,
                       enum auth_level level)
{
    struct peer *peer = calloc(1, sizeof(*peer));
    struct auth_evidence evidence;

    assert_non_null(peer);
    peer->settings = settings_hold(provider->settings);
    peer->listener = &provider->settings->listeners[0];
    peer->channel.kind = AUTH_CHANNEL_UNIX;
    strcpy(peer->name, "unix:uid=0");
    if (!user)
        return peer;
    evidence = evidence_of(user, level);
    assert_int_equal(
        session_new(user, &evidence, clock_mono_ms(), &peer->session),
        STATUS_OK);
    return peer;
}

void peer_close(struct peer *peer)
{
    peer_clear(peer);
    free(peer);
}

void peer_leave(struct peer **peer)
{
    peer_close(*peer);
}

/* The request's id differs each time, and answers are compared. */
static void leave_out_id(struct buf *out)
{
    static const char member[] = ",\"request\":\"";
    SCOPED(buf_free) struct buf rest = buf_make(out->max_bytes);
    char *at, *end;

    buf_append_char(out, '\0');
    at = strstr(out->data, member);
    end = at ? strchr(at + sizeof(member) - 1, '"') : NULL;
    if (at && end) {
        buf_append_text(&rest, text_of(end + 1));
        buf_truncate(out, (size_t)(at - out->data));
        buf_append_text(out, buf_text(&rest));
        return;
    }
    buf_truncate(out, out->size - 1);
}

static const char *shown(struct provider *provider)
{
    leave_out_id(&provider->out);
    if (provider->out.size > 0) /* the newline */
        buf_truncate(&provider->out, provider->out.size - 1);
    buf_append_char(&provider->out, '\0');
    assert_int_equal(buf_status(&provider->out), STATUS_OK);
    return buf_text(&provider->out).data;
}

static void run_in_writer(struct provider *provider, struct turn *turn)
{
    set_clocks(&provider->writer);
    assert_int_equal(store_write_begin(provider->writing), STATUS_OK);
    turn_go_on(&turn->job, &provider->writer);
    commit(provider);
}

/* Or in the loop: the same view, in this thread. */
static void run_in_pool(struct provider *provider, struct turn *turn)
{
    struct call_ground *ground =
        turn->wait == TURN_FOR_POOL ? &provider->pool : &provider->loop;

    set_clocks(ground);
    assert_int_equal(view_begin(&provider->view), STATUS_OK);
    ground->generation = provider->view.generation;
    ground->metrics = provider->loop.metrics;
    turn_go_on(&turn->job, ground);
    view_end(&provider->view);
}

const char *provider_finish_turn(struct provider *provider, struct turn *turn)
{
    buf_clear(&provider->out);
    while (turn->wait != TURN_IS_DONE) {
        if (turn->wait == TURN_FOR_WRITER)
            run_in_writer(provider, turn);
        else
            run_in_pool(provider, turn);
        turn_end_part(turn);
    }
    buf_append_text(&provider->out, buf_text(&turn->reply));
    return shown(provider);
}

const char *peer_ask(struct provider *provider, struct peer *peer,
                     const char *line)
{
    OWNED(turn) turn = NULL;

    buf_clear(&provider->out);
    set_clocks(&provider->loop);
    assert_int_equal(view_begin(&provider->view), STATUS_OK);
    provider->loop.generation = provider->view.generation;
    turn = turn_begin(&provider->loop, peer, text_of(line), &provider->out);
    view_end(&provider->view);
    return turn ? provider_finish_turn(provider, turn) : shown(provider);
}

const char *peer_call(struct provider *provider, struct peer *peer,
                      const char *method, const char *params)
{
    SCOPED(buf_free) struct buf line = buf_make(1 << 20);

    buf_append_format(&line,
                      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\","
                      "\"params\":%s}",
                      method, params);
    buf_append_char(&line, '\0');
    return peer_ask(provider, peer, buf_text(&line).data);
}

int answer_code(const char *answer)
{
    json_t *root = json_loads(answer, 0, NULL);
    const json_t *error = json_object_get(root, "error");
    int code;

    assert_non_null(root);
    assert_true(error || json_object_get(root, "result"));
    code = (int)json_integer_value(json_object_get(error, "code"));
    json_decref(root);
    return code;
}

/* ---- The audit ---- */

int64_t provider_n_records(struct provider *provider)
{
    char hash[AUDIT_HASH_BYTES];
    int64_t id = 0;

    assert_int_equal(audit_head(provider->writing, &id, hash), STATUS_OK);
    return id;
}

const char *provider_last_record(struct provider *provider)
{
    static char shown[256];
    SCOPED(buf_free) struct buf out = buf_make(1 << 16);
    struct json_writer w = json_writer_make(&out);
    const struct audit_query query = {.limit = 1};
    json_t *list;
    const json_t *item;

    assert_int_equal(audit_list(provider->writing, &query, &w), STATUS_OK);
    list = json_loadb(buf_text(&out).data, out.size, 0, NULL);
    item = json_array_get(json_object_get(list, "items"), 0);
    assert_non_null(item);
    snprintf(shown, sizeof(shown), "%s %s %s",
             json_string_value(json_object_get(item, "event")),
             json_string_value(json_object_get(item, "outcome")),
             json_string_value(json_object_get(item, "reason")));
    json_decref(list);
    return shown;
}
