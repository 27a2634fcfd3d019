#include "provider/host/host_keep.h"

#include <inttypes.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "provider/base/base64.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/offline_login.h"
#include "provider/client/answer.h"
#include "provider/host/host_answer.h"
#include "provider/host/host_store.h"

enum {
    ANSWERS_MAX = 128,
    USES_MAX = 256,
    FRESH_PART =
        8,      /* of its term: one that ends later by less is not written */
    BACK_S = 5, /* a clock that is set right goes back so far */
    KEY_BYTES = 512,
};

/* ---- The site's signature ---- */

static void key_drop(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void sum_drop(EVP_MD_CTX **sum)
{
    EVP_MD_CTX_free(*sum);
}

/* NULL: it is none. */
static EVP_PKEY *read_key(const struct host_config *config)
{
    SCOPED(buf_free) struct buf bytes = buf_make(KEY_BYTES);
    const unsigned char *at;
    EVP_PKEY *key;

    if (base64_read(BASE64_PLAIN, text_of(config->offline_key), &bytes) !=
        STATUS_OK)
        return NULL;
    at = (const unsigned char *)buf_text(&bytes).data;
    key = d2i_PUBKEY(NULL, &at, (long)buf_text(&bytes).size);
    if (key && EVP_PKEY_is_a(key, "ED25519"))
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

static bool is_on(const struct host_config *config)
{
    return config->offline_key[0] != '\0';
}

bool host_keep_is_ready(const struct host_config *config)
{
    SCOPED(key_drop) EVP_PKEY *key = is_on(config) ? read_key(config) : NULL;

    return !is_on(config) || key;
}

static bool is_signed(const struct host_config *config, struct text text,
                      const char *signature)
{
    SCOPED(buf_free) struct buf bytes = buf_make(OFFLINE_SIGNATURE_BYTES);
    SCOPED(key_drop) EVP_PKEY *key = read_key(config);
    SCOPED(sum_drop) EVP_MD_CTX *sum = EVP_MD_CTX_new();

    return key && sum &&
           base64_read(BASE64_PLAIN, text_of(signature), &bytes) == STATUS_OK &&
           bytes.size == OFFLINE_SIGNATURE_BYTES &&
           EVP_DigestVerifyInit(sum, NULL, NULL, NULL, key) == 1 &&
           EVP_DigestVerify(sum, (const unsigned char *)bytes.data, bytes.size,
                            (const unsigned char *)text.data, text.size) == 1;
}

static int64_t number_in(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

/* Is it the site's, about this question, at this host? */
static bool is_true(const struct host_config *config,
                    const struct login_request *request, const json_t *offline)
{
    SCOPED(buf_free) struct buf text = buf_make(OFFLINE_LOGIN_BYTES);
    const struct offline_login login = {
        .user = request->user,
        .device = config->device,
        .operation = host_operation(request),
        .level = request->level,
        .from_s = number_in(offline, "from"),
        .until_s = number_in(offline, "until"),
    };

    return offline_login_write(&login, &text) == STATUS_OK &&
           is_signed(config, buf_text(&text),
                     answer_text(offline, "signature"));
}

/* ---- What is kept ---- */

static json_t *answers_of(const struct host_store *store)
{
    return json_object_get(store->state, "answers");
}

static bool is_for(const json_t *kept, const struct login_request *request)
{
    return strcmp(answer_text(kept, "user"), request->user) == 0 &&
           strcmp(answer_text(kept, "operation"), host_operation(request)) ==
               0 &&
           strcmp(answer_text(kept, "level"), request->level) == 0;
}

static json_t *find(const struct host_store *store,
                    const struct login_request *request)
{
    size_t i;
    json_t *kept;

    json_array_foreach (answers_of(store), i, kept)
        if (is_for(kept, request))
            return kept;
    return NULL;
}

/* Is it the user's, by the name that was asked about or by another? */
static bool is_users(const json_t *kept, const struct login_request *request,
                     const char *known_as)
{
    return strcmp(answer_text(kept, "user"), request->user) == 0 ||
           (*known_as && strcmp(answer_text(kept, "known_as"), known_as) == 0);
}

/* The user's answers about this operation, or whoever has no record any more
 * all of theirs. False: there was none. */
static bool forget(const struct host_store *store,
                   const struct login_request *request, const char *known_as,
                   bool is_whole)
{
    json_t *answers = answers_of(store);
    const size_t before = json_array_size(answers);

    for (size_t i = before; i-- > 0;) {
        const json_t *kept = json_array_get(answers, i);

        if (is_users(kept, request, known_as) &&
            (is_whole || strcmp(answer_text(kept, "operation"),
                                host_operation(request)) == 0))
            json_array_remove(answers, i);
    }
    return json_array_size(answers) < before;
}

/* Those that have ended make room; if none has, the new one is not kept. */
static bool add(const struct host_store *store,
                const struct login_request *request, const char *known_as,
                const json_t *offline)
{
    json_t *answers = answers_of(store);
    const int64_t now_s = number_in(offline, "from");

    for (size_t i = json_array_size(answers); i-- > 0;)
        if (is_for(json_array_get(answers, i), request) ||
            number_in(json_array_get(answers, i), "until") <= now_s)
            json_array_remove(answers, i);
    return json_array_size(answers) < ANSWERS_MAX &&
           json_array_append_new(
               answers,
               json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s}", "user", request->user,
                         "known_as", known_as, "operation",
                         host_operation(request), "level", request->level,
                         "from", now_s, "until", number_in(offline, "until"),
                         "signature", answer_text(offline, "signature"))) == 0;
}

static bool set_clock(const struct host_store *store, int64_t now_s)
{
    return json_object_set_new(store->state, "clock", json_integer(now_s)) ==
               0 &&
           json_object_set_new(store->state, "up",
                               json_integer(clock_mono_ms() / 1000)) == 0;
}

/* How late it is at least: what has passed since the clock was kept is told by
 * one that nobody sets. After another start of the host that is less than what
 * has passed, and never more. */
static int64_t clock_of(const struct host_store *store)
{
    const int64_t clock_s = number_in(store->state, "clock");
    const int64_t up_s = number_in(store->state, "up"); /* 0: not known */
    const int64_t now_up_s = clock_mono_ms() / 1000;
    const int64_t passed_s = up_s > 0 && up_s < now_up_s ? now_up_s - up_s : 0;

    return clock_s < INT64_MAX - passed_s ? clock_s + passed_s : INT64_MAX;
}

/* Does the one that is kept last nearly as long? Each answer brings one, and
 * not each is worth a write. */
static bool is_fresh(const json_t *before, const json_t *offline)
{
    const int64_t until_s = number_in(before, "until");
    const int64_t term_s = until_s - number_in(before, "from");
    const int64_t more_s = number_in(offline, "until") - until_s;

    return more_s >= 0 && more_s < term_s / FRESH_PART;
}

/* False: nothing has changed. The site's own time is the one to go by. */
static bool keep(const struct host_config *config,
                 const struct host_store *store,
                 const struct login_request *request, const json_t *answer)
{
    const json_t *offline = json_object_get(answer, "offline");
    const char *known_as = answer_text(answer, "user");
    const json_t *before = find(store, request);
    const int64_t from_s = number_in(offline, "from");

    if (!is_true(config, request, offline)) {
        log_warn("host.offline_unsigned user=%s", request->user);
        return forget(store, request, known_as, false);
    }
    if (before && is_true(config, request, before) &&
        is_fresh(before, offline) && clock_of(store) <= from_s + BACK_S)
        return false;
    return set_clock(store, from_s) && add(store, request, known_as, offline);
}

static bool save(const struct host_store *store)
{
    if (host_store_save(store) == STATUS_OK)
        return true;
    log_error("host.offline_lost why=%s", "it cannot be kept");
    return false;
}

/* A no counts, even if the disk is full. */
static void save_or_end(const struct host_store *store)
{
    if (!save(store))
        host_store_end(store);
}

void host_keep_note(const struct host_config *config,
                    const struct login_request *request, const char *json,
                    enum login_verdict verdict)
{
    SCOPED(host_store_close) struct host_store store = {.directory = -1};
    SCOPED(answer_drop) json_t *answer = NULL;
    bool is_changed;

    if (!is_on(config) || verdict == LOGIN_UNAVAILABLE ||
        host_store_open(&store) != STATUS_OK)
        return;
    answer = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    if (verdict == LOGIN_ALLOWED && json_object_get(answer, "offline"))
        is_changed = keep(config, &store, request, answer);
    else
        is_changed = forget(&store, request, answer_text(answer, "user"),
                            verdict == LOGIN_UNKNOWN);
    if (is_changed)
        save_or_end(&store);
}

void host_keep_forget(const struct host_config *config)
{
    SCOPED(host_store_close) struct host_store store = {.directory = -1};

    if (!is_on(config) || host_store_open(&store) != STATUS_OK ||
        json_array_size(answers_of(&store)) == 0)
        return;
    json_array_clear(answers_of(&store));
    save_or_end(&store);
}

/* ---- Using it ---- */

static int64_t now_s(void)
{
    return clock_wall_ms() / 1000;
}

/* NULL: it may be used. */
static const char *find_fault(const struct host_config *config,
                              const struct host_store *store,
                              const struct login_request *request,
                              const json_t *kept)
{
    const int64_t now = now_s();

    if (!kept)
        return "no answer is kept";
    if (!is_true(config, request, kept))
        return "it is not the site's";
    if (now + BACK_S < clock_of(store) ||
        now + BACK_S < number_in(kept, "from"))
        return "the clock of this host went back";
    if (now >= number_in(kept, "until"))
        return "it has ended";
    if (json_array_size(json_object_get(store->state, "uses")) >= USES_MAX)
        return "too many uses wait for the site";
    return NULL;
}

static bool add_use(const struct host_store *store,
                    const struct login_request *request, const json_t *kept)
{
    const int64_t number = number_in(store->state, "number") + 1;
    json_t *use =
        json_pack("{s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:s,s:s}", "number", number,
                  "time", now_s(), "until", number_in(kept, "until"), "user",
                  request->user, "level", request->level, "operation",
                  host_operation(request), "service", request->service,
                  "run_as", request->run_as, "command", request->command);

    return json_array_append_new(json_object_get(store->state, "uses"), use) ==
               0 &&
           json_object_set_new(store->state, "number", json_integer(number)) ==
               0 &&
           (now_s() <= clock_of(store) || set_clock(store, now_s()));
}

bool host_keep_use(const struct host_config *config,
                   const struct login_request *request,
                   struct login_reply *reply_out)
{
    SCOPED(host_store_close) struct host_store store = {.directory = -1};
    const json_t *kept;
    const char *fault;

    if (!is_on(config) || host_store_open(&store) != STATUS_OK)
        return false;
    kept = find(&store, request);
    fault = find_fault(config, &store, request, kept);
    if (fault) {
        log_info("host.offline_refused user=%s operation=%s why=%s",
                 request->user, host_operation(request), fault);
        return false;
    }
    if (!add_use(&store, request, kept) || host_store_save(&store) != STATUS_OK)
        return false;
    log_warn("host.offline_used user=%s operation=%s service=%s until=%" PRId64,
             request->user, host_operation(request), request->service,
             number_in(kept, "until"));
    host_reply_set(request, LOGIN_ALLOWED, "", reply_out);
    return true;
}

void host_keep_tick(const struct host_config *config)
{
    SCOPED(host_store_close) struct host_store store = {.directory = -1};

    if (is_on(config) && host_store_open(&store) == STATUS_OK &&
        json_array_size(answers_of(&store)) > 0 && now_s() > clock_of(&store) &&
        set_clock(&store, now_s()))
        (void)save(&store);
}

/* ---- Telling the site ---- */

char *host_keep_unsent(const struct host_config *config, long long *number_out)
{
    SCOPED(host_store_close) struct host_store store = {.directory = -1};
    const json_t *use;

    if (!is_on(config) || host_store_open(&store) != STATUS_OK)
        return NULL;
    use = json_array_get(json_object_get(store.state, "uses"), 0);
    *number_out = number_in(use, "number");
    return use ? json_dumps(use, JSON_COMPACT) : NULL;
}

void host_keep_sent(const struct host_config *config, long long number)
{
    SCOPED(host_store_close) struct host_store store = {.directory = -1};
    json_t *uses;

    if (!is_on(config) || host_store_open(&store) != STATUS_OK)
        return;
    uses = json_object_get(store.state, "uses");
    if (number_in(json_array_get(uses, 0), "number") != number)
        return;
    json_array_remove(uses, 0);
    (void)save(&store); /* else it is told once more */
}
