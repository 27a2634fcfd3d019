#include "provider/method/offline_answer.h"

#include <string.h>

#include "provider/base/base64.h"
#include "provider/base/log.h"
#include "provider/base/offline_login.h"
#include "provider/call/params.h"
#include "provider/object/site.h"
#include "rbac/query.h"

enum { SHORTEST_S = 60, SIGNATURE_TEXT_BYTES = 2 * OFFLINE_SIGNATURE_BYTES };

static bool has(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool holds_at(const struct access *access, int64_t now_s)
{
    struct access then = *access; /* a view */

    then.question.now_s = now_s;
    return access_decide(&then).verdict == RBAC_ALLOW;
}

/* How long the answer stays yes: it changes where a window begins or ends, and
 * with a level that the user is spared. */
struct term {
    const struct access *access;
    int64_t from_s;
    int64_t until_s;
};

static void cut(struct term *term, int64_t at_s)
{
    if (at_s > term->from_s && at_s < term->until_s &&
        !holds_at(term->access, at_s))
        term->until_s = at_s;
}

static void cut_at_bounds(void *context, const struct rbac_held *held)
{
    cut(context, held->from_s);
    cut(context, held->until_s);
}

/* The end of an exclusion by groups from elsewhere is not known here. */
static void cut_at_exclusion(struct term *term)
{
    const struct site_exclusion *exclusion =
        site_exclusion_of(term->access->call->ground->generation->site,
                          term->access->user, NULL, 0, term->from_s);
    const int64_t end_s = exclusion ? exclusion->until_s : term->from_s;

    if (term->access->minimum == AUTH_LEVEL_NONE && end_s < term->until_s)
        term->until_s = end_s;
}

/* 0: so soon that it is not worth it. */
static int64_t end_of(const struct access *access, int64_t now_s,
                      int64_t longest_s)
{
    struct term term = {access, now_s, now_s + longest_s};

    rbac_what_can(access->subject, cut_at_bounds, &term);
    cut_at_exclusion(&term);
    return term.until_s - now_s >= SHORTEST_S ? term.until_s : 0;
}

/* In Base64. False: there is none. */
static bool sign(const struct distant_key *key,
                 const struct offline_login *login, struct buf *encoded)
{
    SCOPED(buf_free) struct buf text = buf_make(OFFLINE_LOGIN_BYTES);
    unsigned char signature[OFFLINE_SIGNATURE_BYTES];
    size_t size;

    if (offline_login_write(login, &text) != STATUS_OK ||
        distant_key_sign(key, SIGNER_DIGEST_NONE, buf_text(&text), signature,
                         sizeof(signature), &size) != STATUS_OK) {
        log_warn("host.offline_unsigned user=%s", login->user);
        return false;
    }
    base64_append(encoded, BASE64_PLAIN,
                  (struct text){(const char *)signature, size});
    return buf_status(encoded) == STATUS_OK;
}

int64_t offline_answer_put(const struct access *access, const char *operation,
                           const char *device, struct json_writer *w)
{
    SCOPED(buf_free) struct buf signature = buf_make(SIGNATURE_TEXT_BYTES);
    const struct settings *settings = access->call->peer->settings;
    const struct config_offline *said = &settings->config->offline;
    struct offline_login login = {
        .user = json_string_value(params_value(access->call->params, "user")),
        .device = device,
        .operation = operation,
        .level = auth_level_name(access->question.level),
        .from_s = access->question.now_s,
    };

    if (!settings->offline || !login.user ||
        !has(said->users, said->n_users, access->user) ||
        !has(said->hosts, said->n_hosts, device))
        return 0;
    login.until_s = end_of(access, login.from_s, said->longest_ms / 1000);
    if (!login.until_s || !sign(settings->offline, &login, &signature))
        return 0;
    writer_key(w, "offline");
    writer_object_begin(w);
    writer_put_int(w, "from", login.from_s);
    writer_put_int(w, "until", login.until_s);
    writer_put_text(w, "signature", buf_text(&signature));
    writer_object_end(w);
    return login.until_s;
}
