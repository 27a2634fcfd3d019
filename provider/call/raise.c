#include "provider/call/raise.h"

enum { SENTENCE_MAX_BYTES = 1024, WORDS_MAX = 4 };

enum auth_level raise_reach(const struct peer *peer,
                            enum auth_mechanism mechanism)
{
    if (!settings_offers(peer->settings, peer->listener, mechanism))
        return AUTH_LEVEL_NONE;
    /* On a Unix socket EXTERNAL is a user of this host, whatever it may prove
     * elsewhere. */
    if (mechanism == AUTH_EXTERNAL && !peer->listener->tls)
        return AUTH_LEVEL_DOMAIN;
    return auth_mechanism_reach(peer->settings->auth, mechanism);
}

/* ---- What each needs ---- */

/* "a", "a or b", "a, b or c", and no more than a few. */
static void append_word(struct buf *out, const char *word, size_t i, size_t n)
{
    if (i < WORDS_MAX)
        buf_append_format(out, "%s%s",
                          i == 0                             ? ""
                          : i + 1 == n || i + 1 == WORDS_MAX ? " or "
                                                             : ", ",
                          word);
}

static void append_words(struct buf *out, const char *const words[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        append_word(out, words[i], i, n);
}

static size_t count_marks(const struct auth_indicator *marks, size_t n,
                          enum auth_level level)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += marks[i].level >= level;
    return count;
}

static void append_marks(const struct auth_indicator *marks, size_t n,
                         enum auth_level level, size_t *at, size_t n_all,
                         struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        if (marks[i].level >= level)
            append_word(out, marks[i].name, (*at)++, n_all);
}

/* A ticket that the caller has shown, and that the KDC did not mark. */
static bool has_plain_ticket(const struct peer *peer)
{
    const struct session *session = peer->session;

    for (size_t i = 0; session && i < session->n_proofs; i++)
        if (session->proofs[i].method == AUTH_METHOD_KERBEROS &&
            !session->proofs[i].counted)
            return true;
    return false;
}

static void append_ticket(const struct peer *peer, enum auth_level level,
                          struct buf *out)
{
    const struct auth_kerberos_config *kerberos =
        &peer->settings->config->auth.kerberos;
    const size_t n_indicators =
        auth_has_indicators(peer->settings->auth) ? kerberos->n_indicators : 0;
    size_t n, at = 0;

    if (level <= AUTH_LEVEL_DOMAIN) {
        buf_append_string(out, "A Kerberos ticket: run kinit.");
        return;
    }
    n = count_marks(kerberos->indicators, n_indicators, level) +
        count_marks(kerberos->sids, kerberos->n_sids, level);
    buf_append_string(out, "A Kerberos ticket that the KDC marks ");
    append_marks(kerberos->indicators, n_indicators, level, &at, n, out);
    append_marks(kerberos->sids, kerberos->n_sids, level, &at, n, out);
    buf_append_string(out, ": run kinit in the way that gives it, such as with "
                           "a smart card for pkinit.");
    if (has_plain_ticket(peer))
        buf_append_string(out, " With your present ticket the KDC sent no "
                               "indicator or SID that counts here.");
}

static bool has_mfa(const struct auth_issuer_config *issuer)
{
    return issuer->n_mfa_amr > 0 || issuer->n_mfa_acr > 0;
}

static void append_age(struct buf *out, int64_t age_s)
{
    const bool is_hours = age_s % 3600 == 0;

    buf_append_format(out, ", proved in the last %lld %s",
                      (long long)(is_hours ? age_s / 3600 : age_s / 60),
                      is_hours ? "hours" : "minutes");
}

static void append_token(const struct auth_issuer_config *issuer,
                         enum auth_level level, struct buf *out)
{
    buf_append_format(out, "A token of %s for %s", issuer->issuer,
                      issuer->audience);
    if (level > AUTH_LEVEL_DOMAIN) {
        buf_append_string(out, " with a second factor: its ");
        buf_append_string(out, issuer->n_mfa_amr ? "amr says " : "acr says ");
        if (issuer->n_mfa_amr)
            append_words(out, issuer->mfa_amr, issuer->n_mfa_amr);
        else
            append_words(out, issuer->mfa_acr, issuer->n_mfa_acr);
        if (issuer->mfa_max_age_s > 0)
            append_age(out, issuer->mfa_max_age_s);
    }
    buf_append_char(out, '.');
}

static void put_row(const struct peer *peer, enum auth_mechanism mechanism,
                    const struct buf *sentence, struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_string(w, "mechanism", auth_mechanism_name(mechanism));
    writer_put_bool(w, "in_place",
                    !peer->channel.is_web && peer_may_use(peer, mechanism));
    writer_put_text(w, "sentence", buf_text(sentence));
    writer_object_end(w);
}

static void put_tokens(const struct peer *peer, enum auth_level level,
                       struct json_writer *w)
{
    const struct auth_config *config = &peer->settings->config->auth;

    for (size_t i = 0; i < config->n_issuers; i++) {
        SCOPED(buf_free) struct buf sentence = buf_make(SENTENCE_MAX_BYTES);

        if (level > AUTH_LEVEL_DOMAIN && !has_mfa(&config->issuers[i]))
            continue;
        append_token(&config->issuers[i], level, &sentence);
        put_row(peer, AUTH_OAUTHBEARER, &sentence, w);
    }
}

static void put_mechanism(const struct peer *peer,
                          enum auth_mechanism mechanism, enum auth_level level,
                          struct json_writer *w)
{
    SCOPED(buf_free) struct buf sentence = buf_make(SENTENCE_MAX_BYTES);

    switch (mechanism) {
    case AUTH_OAUTHBEARER:
        put_tokens(peer, level, w);
        return;
    case AUTH_GSS_SPNEGO:
        /* The same ticket, mentioned once. */
        if (raise_reach(peer, AUTH_GSSAPI) >= level)
            return;
        append_ticket(peer, level, &sentence);
        break;
    case AUTH_GSSAPI:
        append_ticket(peer, level, &sentence);
        break;
    case AUTH_EXTERNAL:
        buf_append_string(&sentence,
                          peer->listener->tls
                              ? "A client certificate of this site's "
                                "authorities, given when connecting."
                              : "The account that opens the connection.");
        break;
    case AUTH_PLAIN:
        buf_append_string(
            &sentence,
            "A password, and what else the provider's host asks for.");
        break;
    case AUTH_N_MECHANISMS:
        return;
    }
    put_row(peer, mechanism, &sentence, w);
}

/* ---- Levels ---- */

static void put_level(const struct peer *peer, enum auth_level level,
                      struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_string(w, "level", auth_level_name(level));
    writer_key(w, "how");
    writer_array_begin(w);
    for (int i = 0; i < AUTH_N_MECHANISMS; i++) {
        const enum auth_mechanism mechanism = (enum auth_mechanism)i;

        if (raise_reach(peer, mechanism) >= level)
            put_mechanism(peer, mechanism, level, w);
    }
    writer_array_end(w);
    writer_object_end(w);
}

void raise_write_level(const struct peer *peer, enum auth_level level,
                       struct json_writer *w)
{
    writer_array_begin(w);
    put_level(peer, level, w);
    writer_array_end(w);
}

void raise_write(const struct peer *peer, enum auth_level from,
                 struct json_writer *w)
{
    enum auth_level most = AUTH_LEVEL_NONE;

    for (int i = 0; i < AUTH_N_MECHANISMS; i++) {
        const enum auth_level reach = raise_reach(peer, (enum auth_mechanism)i);

        most = reach > most ? reach : most;
    }
    writer_array_begin(w);
    for (int level = (int)from + 1; level <= (int)most; level++)
        put_level(peer, (enum auth_level)level, w);
    writer_array_end(w);
}
