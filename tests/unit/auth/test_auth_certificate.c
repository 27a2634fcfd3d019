/* Client certificates in real handshakes: run by tests/support/realm run. */
#include "tests/unit/unit.h"

#include <openssl/pem.h>
#include <sys/stat.h>

#include "auth/certificate/certificate_authority.h"
#include "auth/certificate/certificate_check.h"
#include "auth/certificate/certificate_memory.h"
#include "auth/certificate/certificate_name.h"
#include "auth/client.h"
#include "provider/base/clock.h"
#include "tests/support/realm_fixture.h"
#include "tests/support/sign_in.h"
#include "tests/support/tls_pair.h"

struct fixture {
    struct auth_config config;
    struct auth *auth;
    SSL_CTX *plain;   /* trusts the administrators' CA */
    SSL_CTX *checked; /* the same with its revocation list */
};

static SSL_CTX *listener(const struct auth_trust_config *trust)
{
    SSL_CTX *context = tls_pair_listener(realm_path("certs/server.pem"),
                                         realm_path("certs/server.key"));
    const char *why = "";

    assert_int_equal(auth_trust_apply(trust, context, &why), STATUS_OK);
    return context;
}

static SSL_CTX *listener_with_crl(const char *crl)
{
    const char *anchor = realm_path("ca/admins.pem");
    const struct auth_trust_config trust = {&anchor, 1, &crl, crl ? 1 : 0};

    return listener(&trust);
}

/* The broken siblings of the certificates that the realm has from birth. */
static void make_certificates(void)
{
    realm_call("certificate", "strange", "--ca", "foreign", NULL);
    realm_call("certificate", "impostor", "--ca", "twin", NULL);
    realm_call("certificate", "late", "--expired", NULL);
    realm_call("certificate", "machine", "--eku", "serverAuth", NULL);
    realm_call("certificate", "aimless", "--eku", "none", NULL);
    realm_call("certificate", "small", "--key", "rsa1024", NULL);
    realm_call("certificate", "large", "--key", "rsa2048", NULL);
    realm_call("certificate", "old", "--digest", "sha1", NULL);
    realm_call("certificate", "left", NULL);
    realm_call("revoke", "left", NULL);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    const char *why = "";

    make_certificates();
    assert_int_equal(auth_new(&fixture.config, &fixture.auth, &why), STATUS_OK);
    fixture.plain = listener_with_crl(NULL);
    fixture.checked = listener_with_crl(realm_path("ca/admins.crl"));
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    auth_free(f->auth);
    SSL_CTX_free(f->plain);
    SSL_CTX_free(f->checked);
    return 0;
}

static struct tls_pair connect_as(SSL_CTX *context, const char *name)
{
    char pem[64], key[64];

    snprintf(pem, sizeof(pem), "certs/%s.pem", name);
    snprintf(key, sizeof(key), "certs/%s.key", name);
    return tls_pair_connect(context, realm_path(pem), realm_path(key), NULL);
}

static bool is_let_in(SSL_CTX *context, const char *name)
{
    SCOPED(tls_pair_close) struct tls_pair pair = connect_as(context, name);

    return pair.is_up;
}

/* A client certificate must be in order in every respect (T23). */
static void each_fault_of_a_certificate_refuses_it(void **state)
{
    static const struct {
        const char *name;
        bool is_let_in;
    } rows[] = {
        {"alice", true},     {"large", true},  {"strange", false},
        {"impostor", false}, {"late", false},  {"machine", false},
        {"aimless", false},  {"small", false}, {"old", false},
    };
    const struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(is_let_in(f->plain, rows[i].name), rows[i].is_let_in);
        assert_int_equal(is_let_in(f->checked, rows[i].name),
                         rows[i].is_let_in);
    }
}

/* Without a current list of its issuer, no certificate counts (T24). */
static void revocation_fails_shut(void **state)
{
    const struct fixture *f = *state;
    SSL_CTX *wrong = listener_with_crl(realm_path("ca/foreign.crl"));
    SSL_CTX *stale;

    assert_true(is_let_in(f->plain, "left"));
    assert_true(is_let_in(f->checked, "alice"));
    assert_false(is_let_in(f->checked, "left"));
    assert_false(is_let_in(wrong, "alice"));
    SSL_CTX_free(wrong);

    realm_call("crl", "admins", "--stale", NULL);
    stale = listener_with_crl(realm_path("ca/admins.crl"));
    assert_false(is_let_in(stale, "alice"));
    SSL_CTX_free(stale);
}

/* A certificate that is revoked ends its sessions (T25). */
static void a_revocation_reaches_an_open_channel(void **state)
{
    const struct fixture *f = *state;
    SCOPED(tls_pair_close) struct tls_pair hers = connect_as(f->plain, "left");
    SCOPED(tls_pair_close) struct tls_pair his = connect_as(f->plain, "alice");
    SCOPED(tls_pair_close)
    struct tls_pair nobodys = tls_pair_connect(f->plain, NULL, NULL, NULL);
    SCOPED(auth_channel_clear) struct auth_channel revoked = {0};
    SCOPED(auth_channel_clear) struct auth_channel valid = {0};
    SCOPED(auth_channel_clear) struct auth_channel without = {0};

    assert_int_equal(auth_channel_of_tls(hers.server, &revoked), STATUS_OK);
    assert_int_equal(auth_channel_of_tls(his.server, &valid), STATUS_OK);
    assert_int_equal(auth_channel_of_tls(nobodys.server, &without), STATUS_OK);
    assert_int_equal(auth_channel_recheck(&revoked, f->plain), STATUS_OK);
    assert_int_equal(auth_channel_recheck(&revoked, f->checked), STATUS_DENIED);
    assert_int_equal(auth_channel_recheck(&valid, f->checked), STATUS_OK);
    assert_int_equal(auth_channel_recheck(&without, f->checked), STATUS_OK);
}

static void a_broken_trust_configuration_is_refused(void **state)
{
    const char *both[] = {realm_path("ca/admins.pem"),
                          realm_path("ca/twin.pem")};
    const char *missing = realm_path("ca/nowhere.pem");
    const char *key = realm_path("certs/alice.key");
    const struct {
        struct auth_trust_config trust;
        enum status status;
    } rows[] = {
        {{both, 1, NULL, 0}, STATUS_OK},
        {{both, 2, NULL, 0}, STATUS_INVALID}, /* T28: one name, two keys */
        {{NULL, 0, NULL, 0}, STATUS_INVALID},
        {{&missing, 1, NULL, 0}, STATUS_UNAVAILABLE},
        {{&key, 1, NULL, 0}, STATUS_INVALID},
        {{both, 1, &missing, 1}, STATUS_UNAVAILABLE},
        {{both, 1, both, 1}, STATUS_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SSL_CTX *context = SSL_CTX_new(TLS_server_method());
        const char *why = "";

        assert_int_equal(auth_trust_apply(&rows[i].trust, context, &why),
                         rows[i].status);
        SSL_CTX_free(context);
    }
}

/* An authority is its key (T28). Both CAs are trusted; one takes the other's
 * name for an intermediate of its own, to mint its issuers and serials. */
static void no_ca_speaks_in_the_name_of_another(void **state)
{
    const char *both[] = {realm_path("ca/admins.pem"),
                          realm_path("ca/foreign.pem")};
    const struct auth_trust_config trust = {both, 2, NULL, 0};
    SSL_CTX *context = listener(&trust);

    (void)state;
    realm_call("authority", "honest", "--ca", "foreign", "--subject",
               "/O=Elsewhere/CN=Branch CA", NULL);
    realm_call("authority", "thief", "--ca", "foreign", "--subject",
               "/O=Quick Start/CN=Admins CA", NULL);
    realm_call("certificate", "eve", "--ca", "honest", NULL);
    realm_call("certificate", "mallory", "--ca", "thief", NULL);
    SCOPED(tls_pair_close)
    struct tls_pair honest = tls_pair_connect(
        context, realm_path("certs/eve.pem"), realm_path("certs/eve.key"),
        realm_path("ca/honest.pem"));
    SCOPED(tls_pair_close)
    struct tls_pair thief = tls_pair_connect(
        context, realm_path("certs/mallory.pem"),
        realm_path("certs/mallory.key"), realm_path("ca/thief.pem"));

    assert_true(honest.is_up);
    assert_false(thief.is_up);
    SSL_CTX_free(context);
}

/* ---- What an authority must have ---- */

struct noted {
    const char *name; /* the one that is looked for */
    char lacks[128];
    size_t n;
};

static void note(void *context, const struct certificate_authority *authority)
{
    struct noted *noted = context;

    if (strcmp(authority->name, noted->name) != 0) {
        assert_null(authority->lacks);
        return;
    }
    snprintf(noted->lacks, sizeof(noted->lacks), "%s",
             authority->lacks ? authority->lacks : "");
    noted->n++;
}

struct trial {
    const char *name;
    const char *option;
    const char *value;
    bool has_root;
    bool has_lists;
    const char *lacks; /* "": all is well */
};

/* A listener that trusts it, with its root and lists if the trial says so. */
static SSL_CTX *listener_of(const struct trial *trial)
{
    char pem[64], crl[64];

    snprintf(pem, sizeof(pem), "ca/%s.pem", trial->name);
    snprintf(crl, sizeof(crl), "ca/%s.crl", trial->name);
    const char *anchors[] = {realm_path(pem), realm_path("ca/foreign.pem")};
    const char *lists[] = {realm_path(crl), realm_path("ca/foreign.crl")};
    const struct auth_trust_config trust = {anchors, trial->has_root ? 2 : 1,
                                            lists, trial->has_lists ? 2 : 0};

    return listener(&trust);
}

/* What is said of an authority is what becomes of those below it. */
static void an_authority_lacks_what_refuses_all_below_it(void **state)
{
    static const struct trial rows[] = {
        {"whole", "--key", "ec", true, true, ""},
        {"rootless", "--key", "ec", false, false, "self-signed authority"},
        {"bcons", "--without", "basicConstraints", true, false,
         "basicConstraints"},
        {"uncritical", "--without", "critical", true, false, "critical"},
        {"usage", "--without", "keyUsage", true, false, "keyCertSign"},
        {"sign", "--without", "keyCertSign", true, false, "keyCertSign"},
        {"lists", "--without", "cRLSign", true, true, "cRLSign"},
        {"unlisted", "--without", "cRLSign", true, false, ""},
        {"ski", "--without", "subjectKeyIdentifier", true, false,
         "KeyIdentifier"},
        {"weak", "--key", "rsa1024", true, false, "strong key"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char client[64], subject[64], name[64];
        struct noted noted = {.name = name};
        SSL_CTX *context;

        snprintf(client, sizeof(client), "of-%s", rows[i].name);
        snprintf(subject, sizeof(subject), "/O=Lacking/CN=%s", rows[i].name);
        snprintf(name, sizeof(name), "CN=%s,O=Lacking", rows[i].name);
        realm_call("authority", rows[i].name, "--ca", "foreign", "--subject",
                   subject, rows[i].option, rows[i].value, NULL);
        realm_call("certificate", client, "--ca", rows[i].name, NULL);
        realm_call("crl", rows[i].name, NULL);
        context = listener_of(&rows[i]);
        certificate_authorities_note(context, note, &noted);
        assert_int_equal(noted.n, 1);
        assert_non_null(strstr(noted.lacks, rows[i].lacks));
        assert_int_equal(*noted.lacks == '\0', *rows[i].lacks == '\0');
        assert_int_equal(is_let_in(context, client), *rows[i].lacks == '\0');
        SSL_CTX_free(context);
    }
    certificate_authorities_note(NULL, note, NULL);
}

static void both_ends_name_the_channel_alike(void **state)
{
    const struct fixture *f = *state;
    SCOPED(tls_pair_close) struct tls_pair one = connect_as(f->plain, "alice");
    SCOPED(tls_pair_close) struct tls_pair two = connect_as(f->plain, "alice");
    SCOPED(auth_channel_clear) struct auth_channel first = {0};
    SCOPED(auth_channel_clear) struct auth_channel second = {0};
    unsigned char client[32];

    assert_int_equal(auth_channel_of_tls(one.server, &first), STATUS_OK);
    assert_int_equal(auth_channel_of_tls(two.server, &second), STATUS_OK);
    assert_int_equal(
        SSL_export_keying_material(one.client, client, sizeof(client),
                                   "EXPORTER-Channel-Binding", 24,
                                   (const unsigned char *)"", 0, 1),
        1);
    assert_memory_equal(first.exporter, client, sizeof(client));
    assert_memory_not_equal(first.exporter, second.exporter, sizeof(client));
}

static void a_certificate_signs_in_under_its_serial_and_its_key(void **state)
{
    const struct fixture *f = *state;
    SCOPED(tls_pair_close) struct tls_pair pair = connect_as(f->plain, "alice");
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};
    const struct auth_client_config client = {.mechanism = AUTH_EXTERNAL};

    assert_int_equal(auth_channel_of_tls(pair.server, &channel), STATUS_OK);
    SCOPED(sign_in_clear)
    struct sign_in got = sign_in_run(f->auth, &channel, &client);

    assert_string_equal(got.why, "");
    assert_int_equal(got.progress, AUTH_DONE);
    assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                     AUTH_LEVEL_CERTIFICATE);
    assert_int_equal(got.evidence.n_identities, 2);
    assert_int_equal(got.evidence.identities[0].kind,
                     IDENTITY_CERTIFICATE_SERIAL);
    assert_memory_equal(got.evidence.identities[0].value,
                        "CN=Admins CA,O=Quick Start;", 27);
    assert_int_equal(got.evidence.identities[1].kind, IDENTITY_CERTIFICATE_KEY);
    assert_int_equal(strlen(got.evidence.identities[1].value), 64);
    assert_true(got.evidence.expires_at_s > clock_wall_s() + 300 * 86400);
    assert_int_equal(auth_level_of(&got.evidence, got.evidence.expires_at_s),
                     AUTH_LEVEL_NONE);
}

/* Nobody acts as somebody else (T15). */
static void a_certificate_acts_only_for_itself(void **state)
{
    const struct fixture *f = *state;
    SCOPED(tls_pair_close) struct tls_pair pair = connect_as(f->plain, "alice");
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};
    static const struct {
        const char *name;
        enum auth_progress progress;
        enum auth_level level;
    } rows[] = {
        {"", AUTH_DONE, AUTH_LEVEL_CERTIFICATE},
        {NULL, AUTH_DONE, AUTH_LEVEL_CERTIFICATE}, /* its own identity */
        {"admin", AUTH_DONE, AUTH_LEVEL_NONE},     /* until the site says so */
        {"admin\n", AUTH_REFUSED, AUTH_LEVEL_NONE},
    };

    assert_int_equal(auth_channel_of_tls(pair.server, &channel), STATUS_OK);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
        SCOPED(buf_free) struct buf answer = buf_make(AUTH_MESSAGE_MAX_BYTES);
        OWNED(auth_exchange) exchange = NULL;

        assert_int_equal(
            auth_exchange_new(f->auth, &channel, AUTH_EXTERNAL, &exchange),
            STATUS_OK);
        assert_int_equal(
            auth_exchange_step(
                exchange, true,
                text_of(rows[i].name ? rows[i].name
                                     : channel.certificate.identities[0].value),
                clock_wall_s(), &answer),
            rows[i].progress);
        auth_exchange_take(exchange, &evidence);
        assert_int_equal(auth_level_of(&evidence, clock_wall_s()),
                         rows[i].level);
    }
}

static void without_a_certificate_there_is_no_external(void **state)
{
    const struct fixture *f = *state;
    SCOPED(tls_pair_close)
    struct tls_pair pair = tls_pair_connect(f->plain, NULL, NULL, NULL);
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};
    OWNED(auth_exchange) exchange = NULL;

    assert_true(pair.is_up);
    assert_int_equal(auth_channel_of_tls(pair.server, &channel), STATUS_OK);
    assert_int_equal(channel.certificate.n_identities, 0);
    assert_int_equal(
        auth_exchange_new(f->auth, &channel, AUTH_EXTERNAL, &exchange),
        STATUS_DENIED);
}

static void an_expired_certificate_on_an_open_channel_signs_nobody_in(
    void **state)
{
    const struct fixture *f = *state;
    SCOPED(tls_pair_close) struct tls_pair pair = connect_as(f->plain, "alice");
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};
    const char *why;

    assert_int_equal(auth_channel_of_tls(pair.server, &channel), STATUS_OK);
    assert_int_equal(sign_in_send(f->auth, &channel, AUTH_EXTERNAL, TEXT(""),
                                  channel.certificate.expires_at_s, &why),
                     AUTH_REFUSED);
    assert_string_equal(why, "evidence-expired");
}

static void a_unix_peer_is_its_user(void **state)
{
    const struct fixture *f = *state;
    struct auth_channel channel = {
        .kind = AUTH_CHANNEL_UNIX, .has_peer_uid = true, .peer_uid = 1000};
    const struct auth_client_config client = {.mechanism = AUTH_EXTERNAL};
    OWNED(auth_exchange) exchange = NULL;
    SCOPED(sign_in_clear)
    struct sign_in got = sign_in_run(f->auth, &channel, &client);

    assert_int_equal(got.progress, AUTH_DONE);
    assert_int_equal(got.evidence.method, AUTH_METHOD_LOCAL);
    assert_string_equal(got.evidence.identities[0].value, "1000");
    assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                     AUTH_LEVEL_DOMAIN);

    /* Not knowing who it is does not make it user 0 (T106). */
    channel.has_peer_uid = false;
    assert_int_equal(
        auth_exchange_new(f->auth, &channel, AUTH_EXTERNAL, &exchange),
        STATUS_DENIED);
}

/* Names are read by their length, and none is ambiguous (T29). */
/* ---- What was found good ---- */

static X509 *certificate_of(const char *path)
{
    BIO *file = BIO_new_file(realm_path(path), "r");
    X509 *certificate = PEM_read_bio_X509(file, NULL, NULL, NULL);

    BIO_free(file);
    assert_non_null(certificate);
    return certificate;
}

/* As in a handshake with this context; the memory may be another's. */
static bool is_found_good(SSL_CTX *context, const char *path,
                          struct certificate_memory *memory)
{
    X509_STORE_CTX *verifying = X509_STORE_CTX_new();
    X509 *leaf = certificate_of(path);
    X509_STORE *store = NULL;
    bool is_good;

    SSL_CTX_get0_verify_cert_store(context, &store);
    X509_STORE_CTX_init(verifying, store, leaf, NULL);
    certificate_check_limit(X509_STORE_CTX_get0_param(verifying));
    is_good = certificate_check_chain(verifying, memory) == 1;
    if (is_good) {
        assert_int_equal(X509_STORE_CTX_get_error(verifying), X509_V_OK);
        assert_int_equal(sk_X509_num(X509_STORE_CTX_get0_chain(verifying)), 2);
    }
    X509_STORE_CTX_free(verifying);
    X509_free(leaf);
    return is_good;
}

/* By a context that trusts nobody of the realm's administrators. */
static bool is_remembered(const char *path, struct certificate_memory *memory)
{
    const char *anchor = realm_path("ca/foreign.pem");
    const struct auth_trust_config trust = {&anchor, 1, NULL, 0};
    SSL_CTX *stranger = listener(&trust);
    const bool is_good = is_found_good(stranger, path, memory);

    SSL_CTX_free(stranger);
    return is_good;
}

static void only_these_bytes_are_remembered_and_only_there(void **state)
{
    const struct fixture *f = *state;
    struct certificate_memory *memory = certificate_memory_of(f->checked);

    assert_non_null(memory);
    assert_ptr_equal(memory, certificate_memory_of(f->checked));
    assert_false(is_remembered("certs/bob.pem", memory));
    assert_true(is_found_good(f->checked, "certs/bob.pem", memory));
    assert_true(is_remembered("certs/bob.pem", memory));
    assert_false(is_remembered("certs/carol.pem", memory));
    assert_false(is_remembered("certs/bob.pem", NULL));
    assert_false(
        is_remembered("certs/bob.pem", certificate_memory_of(f->plain)));
}

/* What is parsed of it is held once, and by both until the last has gone. */
static void connections_of_one_client_share_its_certificate(void **state)
{
    struct fixture *f = *state;
    SCOPED(tls_pair_close) struct tls_pair first = connect_as(f->plain, "bob");
    SCOPED(tls_pair_close) struct tls_pair again = connect_as(f->plain, "bob");
    SCOPED(tls_pair_close)
    struct tls_pair other = connect_as(f->plain, "alice");
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};
    X509 *leaf = SSL_get0_peer_certificate(first.server);

    assert_true(first.is_up && again.is_up && other.is_up);
    assert_ptr_equal(SSL_get0_peer_certificate(again.server), leaf);
    assert_ptr_not_equal(SSL_get0_peer_certificate(other.server), leaf);
    tls_pair_close(&first);
    first = (struct tls_pair){0};
    assert_int_equal(auth_channel_of_tls(again.server, &channel), STATUS_OK);
    assert_int_equal(channel.certificate.n_identities, 2);
    assert_int_equal(auth_channel_recheck(&channel, f->plain), STATUS_OK);
}

static void what_is_not_good_is_not_remembered(void **state)
{
    const struct fixture *f = *state;
    struct certificate_memory *memory = certificate_memory_of(f->checked);

    for (int i = 0; i < 2; i++) {
        assert_false(is_found_good(f->checked, "certs/left.pem", memory));
        assert_false(is_found_good(f->checked, "certs/machine.pem", memory));
        assert_false(is_found_good(f->checked, "certs/late.pem", memory));
    }
}

/* Good as if today were long ago, and so over since long. */
static void nothing_is_remembered_past_its_end(void **state)
{
    const struct fixture *f = *state;
    struct certificate_memory *memory = certificate_memory_of(f->plain);
    X509_STORE_CTX *verifying = X509_STORE_CTX_new();
    X509 *leaf = certificate_of("certs/late.pem");
    X509_STORE *store = NULL;

    SSL_CTX_get0_verify_cert_store(f->plain, &store);
    X509_STORE_CTX_init(verifying, store, leaf, NULL);
    X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(verifying),
                                X509_V_FLAG_NO_CHECK_TIME);
    assert_int_equal(certificate_check_chain(verifying, memory), 1);
    X509_STORE_CTX_free(verifying);
    X509_free(leaf);
    assert_false(is_found_good(f->plain, "certs/late.pem", memory));
}

static void names_are_read_by_length(void **state)
{
    static const struct {
        const char *value;
        int size;
        int type;
        bool plain;
    } rows[] = {
        {"alice", 5, MBSTRING_UTF8, true},
        {"al\xC3\xAF"
         "ce",
         6, MBSTRING_UTF8, true},
        {"alice\0.evil", 11, V_ASN1_UTF8STRING, false},
        {"alice\n", 6, V_ASN1_UTF8STRING, false},
        {"\xC3\x28", 2, V_ASN1_UTF8STRING, false},
        {"alice", 5, V_ASN1_T61STRING, false},
        {"\0a\0l", 4, V_ASN1_BMPSTRING, true},
        {"\0a\0\0", 4, V_ASN1_BMPSTRING, false},
        {"", 0, V_ASN1_UTF8STRING, false},
        {"\xE2\x80\xAE"
         "evil",
         7, V_ASN1_UTF8STRING, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        X509_NAME *name = X509_NAME_new();

        assert_int_equal(
            X509_NAME_add_entry_by_txt(name, "O", rows[i].type,
                                       (const unsigned char *)rows[i].value,
                                       rows[i].size, -1, 0),
            1);
        assert_int_equal(certificate_name_is_plain(name), rows[i].plain);
        X509_NAME_free(name);
    }
}

static void two_common_names_are_one_too_many(void **state)
{
    X509_NAME *name = X509_NAME_new();
    SCOPED(buf_free) struct buf text = buf_make(256);

    (void)state;
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
                               (const unsigned char *)"X", -1, -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"Acme, Inc", -1, -1, 0);
    assert_true(certificate_name_is_plain(name));
    assert_int_equal(certificate_name_write(name, &text), STATUS_OK);
    assert_text_equal(buf_text(&text), "CN=Acme\\, Inc,O=X");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"b", -1, -1, 0);
    assert_false(certificate_name_is_plain(name));
    X509_NAME_free(name);
}

static void a_name_part_of_two_values_is_refused(void **state)
{
    X509_NAME *name = X509_NAME_new();

    (void)state;
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
                               (const unsigned char *)"X", -1, -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"a", -1, -1, -1);
    assert_false(certificate_name_is_plain(name));
    X509_NAME_free(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_of_a_certificate_refuses_it),
        cmocka_unit_test(revocation_fails_shut),
        cmocka_unit_test(a_revocation_reaches_an_open_channel),
        cmocka_unit_test(a_broken_trust_configuration_is_refused),
        cmocka_unit_test(no_ca_speaks_in_the_name_of_another),
        cmocka_unit_test(an_authority_lacks_what_refuses_all_below_it),
        cmocka_unit_test(both_ends_name_the_channel_alike),
        cmocka_unit_test(a_certificate_signs_in_under_its_serial_and_its_key),
        cmocka_unit_test(a_certificate_acts_only_for_itself),
        cmocka_unit_test(without_a_certificate_there_is_no_external),
        cmocka_unit_test(
            an_expired_certificate_on_an_open_channel_signs_nobody_in),
        cmocka_unit_test(a_unix_peer_is_its_user),
        cmocka_unit_test(only_these_bytes_are_remembered_and_only_there),
        cmocka_unit_test(connections_of_one_client_share_its_certificate),
        cmocka_unit_test(what_is_not_good_is_not_remembered),
        cmocka_unit_test(nothing_is_remembered_past_its_end),
        cmocka_unit_test(names_are_read_by_length),
        cmocka_unit_test(two_common_names_are_one_too_many),
        cmocka_unit_test(a_name_part_of_two_values_is_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
