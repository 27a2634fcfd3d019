/*
 * Bytes of a connection of HTTP, cut into feeds: heads, bodies, what is passed
 * over and what ends it. The first byte says how long the feeds are, the second
 * whether whoever asks is let in. Nothing runs for anybody who was not, and
 * nothing follows the last answer.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/exchange.h"
#include "provider/odata/odata_ask.h"
#include "provider/web/head.h"
#include "provider/web/web.h"

enum { FEEDS_MAX = 1000, OUT_MAX_BYTES = 1 << 20, BODY_MAX_BYTES = 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_our_name(void *context, struct text host)
{
    (void)context;
    return text_equal_nocase(host, TEXT("localhost"));
}

#define REFUSED                                                                \
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":1,\"message\":\"x\"}}"  \
    "\n"
#define LET_IN                                                                 \
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"done\":true,\"data\":\"YQ=="  \
    "\"}}\n"

static const char *answer_sign_in(struct peer *peer, bool is_let_in)
{
    struct auth_evidence evidence = {.method = AUTH_METHOD_TOKEN};

    assert(!peer->session);
    if (!is_let_in ||
        session_new("a@B", &evidence, 0, &peer->session) != STATUS_OK)
        return REFUSED;
    return LET_IN;
}

static enum web_want run(struct web *web, struct peer *peer, bool is_let_in,
                         struct buf *out)
{
    const enum web_want want = web_step(web, peer, out);
    const char *reply = LET_IN;

    if (want != WEB_RUNS)
        return want;
    assert(peer->is_web_sign_in || peer->session);
    assert(web_line(web).size <= OUT_MAX_BYTES || peer->is_web_sign_in);
    if (peer->is_web_sign_in)
        reply = answer_sign_in(peer, is_let_in);
    *web_reply(web) = buf_make(4096);
    buf_append_string(web_reply(web), reply);
    web_take_answer(web, peer, 1, out);
    assert(!peer->is_web_sign_in);
    return WEB_GOES_ON;
}

/* Whatever the address and the body are, the line that asks for it is one. */
static void check_target(const struct head *head, struct text body)
{
    static const enum odata_verb verbs[] = {
        [HEAD_OTHER] = ODATA_VERB_OTHER, [HEAD_HEAD] = ODATA_VERB_OTHER,
        [HEAD_GET] = ODATA_GET,          [HEAD_POST] = ODATA_POST,
        [HEAD_PUT] = ODATA_PUT,          [HEAD_PATCH] = ODATA_PATCH,
        [HEAD_DELETE] = ODATA_DELETE,
    };
    SCOPED(odata_target_clear)
    struct odata_target target = odata_target_read(
        verbs[head->method],
        (struct text){head->path.data + 1, head->path.size - 1}, head->query);
    SCOPED(buf_free) struct buf line = buf_make(OUT_MAX_BYTES);
    json_t *read;

    odata_target_match(&target, head->if_match);
    if (target.kind != ODATA_KIND_NONE && !target.is_allowed)
        return;
    if (!odata_ask(&target, body, &line)) {
        assert(target.kind == ODATA_KIND_NONE);
        assert(target.why && target.status >= 400);
        return;
    }
    read = json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, NULL);
    assert(json_is_object(json_object_get(
        json_is_array(read) ? json_array_get(read, 0) : read, "params")));
    json_decref(read);
}

/* What the library found is where it says, in the bytes. */
static void check_head(struct text bytes)
{
    const struct text all = bytes;
    size_t n_scanned = 0;
    const char *why = NULL;
    struct head head;

    bytes.size = head_size(bytes, &n_scanned);
    if (bytes.size == 0 || head_read(bytes, &head, &why) != 0)
        return;
    assert(!why && head.host.size > 0 && head.path.data[0] == '/');
    assert(head.path.data > bytes.data &&
           head.path.data + head.path.size < bytes.data + bytes.size);
    assert(!memchr(bytes.data, '\0', bytes.size));
    assert(head.body_size <= HEAD_BODY_MAX_BYTES);
    check_target(&head,
                 (struct text){all.data + bytes.size, all.size - bytes.size});
}

/* ---- A console of two files ---- */

static void write_file(const char *folder, const char *name)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    assert(file && fputs("what is in it", file) >= 0 && fclose(file) == 0 &&
           chmod(path, 0644) == 0);
}

/* Read once; its folder is gone by then. */
static struct console_table *open_console(void)
{
    static struct console_table *table;
    char folder[] = "/tmp/fuzz-console-XXXXXX", path[64];
    const char *why;

    if (table)
        return table;
    assert(mkdtemp(folder));
    write_file(folder, "index.html");
    write_file(folder, "index.html.gz");
    assert(console_table_open(folder, &table, &why) == STATUS_OK);
    (void)snprintf(path, sizeof(path), "%s/index.html", folder);
    assert(unlink(path) == 0);
    (void)snprintf(path, sizeof(path), "%s/index.html.gz", folder);
    assert(unlink(path) == 0 && rmdir(folder) == 0);
    return table;
}

static void feed(struct web *web, struct peer *peer, struct text bytes,
                 size_t step, bool is_let_in)
{
    SCOPED(buf_free) struct buf out = buf_make(OUT_MAX_BYTES);

    for (size_t at = 0; at < bytes.size && !web_has_ended(web); at += step) {
        const size_t n = bytes.size - at < step ? bytes.size - at : step;
        size_t n_steps = 0;
        enum web_want want;

        if (web_feed(web, (struct text){bytes.data + at, n}, 1) != STATUS_OK)
            return;
        do
            want = run(web, peer, is_let_in, &out);
        while (want == WEB_GOES_ON && n_steps++ < bytes.size + FEEDS_MAX);
        assert(want == WEB_WANTS_BYTES || want == WEB_ENDS);
        assert(buf_status(&out) == STATUS_OK);
        assert(out.size == 0 || strncmp(out.data, "HTTP/1.1 ", 9) == 0);
    }
    assert(!web_has_ended(web) || run(web, peer, is_let_in, &out) == WEB_ENDS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int paths[] = {CONFIG_PATH_RPC, CONFIG_PATH_METRICS,
                                CONFIG_PATH_ADMINSERVICE, CONFIG_PATH_CONSOLE,
                                CONFIG_PATH_ACCESS};
    struct config_listener config = {
        .https = "localhost:443", .paths = paths, .n_paths = ARRAY_SIZE(paths)};
    struct settings_listener listener = {.config = &config,
                                         .mechanisms = CONFIG_WEB_MECHANISMS,
                                         .console = open_console()};
    const struct auth_issuer_config issuer = {.issuer = "https://t"};
    struct auth auth = {.config = {.issuers = &issuer, .n_issuers = 1}};
    struct settings settings = {.auth = &auth, .listeners = &listener};
    struct peer peer = {.settings = &settings,
                        .listener = &listener,
                        .channel = {.certificate = {.n_identities = 1}}};
    const struct web_setting setting = {.is_our_name = is_our_name,
                                        .body_max_bytes = BODY_MAX_BYTES};
    OWNED(web) web = NULL;
    struct text bytes;

    if (size < 3 || web_new(&setting, &web) != STATUS_OK)
        return 0;
    bytes = (struct text){(const char *)data + 2, size - 2};
    check_head(bytes);
    feed(web, &peer, bytes, (size_t)data[0] + 1, data[1] & 1);
    session_free(peer.session);
    return 0;
}
