#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/config/config.h"

/* ---- Files to point at ---- */

static char directory[64];

static void path_in(char *out, size_t size, const char *name)
{
    snprintf(out, size, "%s/%s", directory, name);
}

static void make_file(const char *name, mode_t mode)
{
    char path[256];
    FILE *file;

    path_in(path, sizeof(path), name);
    file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    FILE *file;

    path_in(path, sizeof(path), name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0644), 0);
}

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/test_config.XXXXXX");
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return system(command);
}

/* ---- Reading with @ for the directory ---- */

static char *with_directory(const char *text)
{
    SCOPED(buf_free) struct buf out = buf_make(1 << 16);

    for (; *text; text++) {
        if (*text == '@')
            buf_append_string(&out, directory);
        else
            buf_append_char(&out, *text);
    }
    return text_dup(buf_text(&out));
}

static enum status read_config(const char *text, struct config **config_out,
                               struct buf *messages)
{
    SCOPED(memory_drop) char *made = with_directory(text);

    return config_read_text("provider.yaml", text_of(made), config_out,
                            messages);
}

static void assert_refused(const char *text, const char *place,
                           const char *about)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;

    assert_int_equal(read_config(text, &config, &messages), STATUS_INVALID);
    buf_append_char(&messages, '\0');
    if (!strstr(messages.data, place) || !strstr(messages.data, about))
        fail_msg("got: %s", messages.data);
}

/* The key of RFC 8037, and the certificate of an authority. */
#define KEYS                                                                   \
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"one\","         \
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"
#define AUTHORITY                                                              \
    "-----BEGIN CERTIFICATE-----\n"                                            \
    "MIIBLjCB4aADAgECAhRj+vtSWCjDTdP0w2luLusFaYBUdzAFBgMrZXAwDDEKMAgG\n"       \
    "A1UEAwwBQTAgFw0yNjExMjIwMzIxMzBaGA8yMTI2MTAyOTAzMjEzMFowDDEKMAgG\n"       \
    "A1UEAwwBQTAqMAUGAytlcAMhAMARMv0HL/ICnLj1ldjJU7dN0NC0VL8VWXRoJpii\n"       \
    "1+f5o1MwUTAdBgNVHQ4EFgQUzWM/8SjNphentVUO/4A5GU3av7UwHwYDVR0jBBgw\n"       \
    "FoAUzWM/8SjNphentVUO/4A5GU3av7UwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD\n"       \
    "QQAVcBF0314riwXRLy7P7e/qC7No3tfmjLJv/1F/MXgRtWwx1paL01m3CipwTSQ1\n"       \
    "pxHUISuzohuqeWVIKagUso0I\n"                                               \
    "-----END CERTIFICATE-----\n"
#define SMALL                                                                  \
    "site: { code: P01 }\n"                                                    \
    "listen: [ { unix: @/provider.sock } ]\n"                                  \
    "store: { sqlite: @/site.db }\n"

static void the_least_configuration_gets_the_documented_defaults(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;

    (void)state;
    assert_int_equal(read_config(SMALL, &config, &messages), STATUS_OK);
    assert_string_equal(config->site_code, "P01");
    assert_string_equal(config->site_name, "P01");
    assert_int_equal(config->sessions.idle_ms, 15 * 60 * 1000);
    assert_int_equal(config->sessions.lifetime_ms, 8 * 3600 * 1000);
    assert_int_equal(config->limits.connections, 5000);
    assert_int_equal(config->limits.user_connections, 1250);
    assert_int_equal(config->limits.frame_bytes, 1024 * 1024);
    assert_int_equal(config->limits.unsigned_frame_bytes, 64 * 1024);
    assert_int_equal(config->limits.sign_in_ms, 30 * 1000);
    assert_true(config->n_workers >= 1);
    assert_null(config->auth.kerberos.service);
    assert_int_equal(messages.size, 0);
}

static void a_tls_listener_is_read_with_all_it_names(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;
    const struct config_listener *listener;

    (void)state;
    make_file("cert.pem", 0644);
    make_file("key.pem", 0600);
    make_file("ca.pem", 0644);
    assert_int_equal(read_config("site: { code: P01, name: Head office }\n"
                                 "listen:\n"
                                 "  - tls: '[::1]:7443'\n"
                                 "    certificate: @/cert.pem\n"
                                 "    key: @/key.pem\n"
                                 "    client_ca: [@/ca.pem]\n"
                                 "    mechanisms: [EXTERNAL, GSSAPI]\n"
                                 "    channel_binding: preferred\n"
                                 "store: { sqlite: @/site.db }\n",
                                 &config, &messages),
                     STATUS_OK);
    listener = &config->listeners[0];
    assert_string_equal(listener->host, "::1");
    assert_string_equal(listener->port, "7443");
    assert_int_equal(listener->n_mechanisms, 2);
    assert_int_equal(listener->mechanisms[0], AUTH_EXTERNAL);
    assert_int_equal(listener->mechanisms[1], AUTH_GSSAPI);
    assert_int_equal(listener->channel_binding, CONFIG_BINDING_PREFERRED);
    assert_int_equal(listener->trust.n_anchors, 1);
}

static void an_empty_list_of_revocation_lists_is_refused(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;

    (void)state;
    make_file("cert.pem", 0644);
    make_file("key.pem", 0600);
    make_file("ca.pem", 0644);
    assert_int_equal(read_config("site: { code: P01, name: Head office }\n"
                                 "listen:\n"
                                 "  - tls: '[::1]:7443'\n"
                                 "    certificate: @/cert.pem\n"
                                 "    key: @/key.pem\n"
                                 "    client_ca: [@/ca.pem]\n"
                                 "    crl: []\n"
                                 "store: { sqlite: @/site.db }\n",
                                 &config, &messages),
                     STATUS_INVALID);
    assert_non_null(strstr(buf_text(&messages).data, ":7:10: error: \"crl\""));
}

static void sign_in_parts_become_what_the_auth_room_wants(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;

    (void)state;
    make_file("keytab", 0600);
    write_file("jwks.json", KEYS);
    assert_int_equal(
        read_config(SMALL "kerberos:\n"
                          "  keytab: @/keytab\n"
                          "  host: sms.example.com\n"
                          "  realms: [EXAMPLE.COM]\n"
                          "  indicators: { pkinit: certificate, otp: mfa }\n"
                          "tokens:\n"
                          "  - issuer: https://login.example.com/\n"
                          "    audience: api://smsprovider\n"
                          "    keys: @/jwks.json\n"
                          "    algorithms: [RS256, ES256]\n"
                          "    mfa: { amr: [mfa], max_age: 12h }\n"
                          "    groups_claim: groups\n",
                    &config, &messages),
        STATUS_OK);
    assert_string_equal(config->auth.kerberos.service, "smsprovider");
    assert_int_equal(config->auth.kerberos.n_indicators, 2);
    assert_int_equal(config->auth.kerberos.indicators[1].level, AUTH_LEVEL_MFA);
    assert_int_equal(config->auth.n_issuers, 1);
    assert_int_equal(config->auth.issuers[0].mfa_max_age_s, 12 * 3600);
    assert_string_equal(config->auth.issuers[0].mfa_amr[0], "mfa");
}

static void exports_are_users_however_spelled(void **state)
{
    OWNED(config) config = NULL;
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);

    (void)state;
    make_file("keytab", 0600);
    assert_int_equal(
        read_config(SMALL
                    "kerberos:\n"
                    "  keytab: @/keytab\n"
                    "  realms: [{ name: A.TEST, netbios: A, case: "
                    "insensitive }]\n"
                    "audit: { exports: ['A\\Log', 'a.test\\TAIL', other] }\n",
                    &config, &messages),
        STATUS_OK);
    assert_int_equal(config->n_audit_exports, 3);
    assert_string_equal(config->audit_exports[0], "log@A.TEST");
    assert_string_equal(config->audit_exports[1], "tail@A.TEST");
    assert_string_equal(config->audit_exports[2], "other");
    assert_refused(SMALL "kerberos: { keytab: @/keytab, realms: [A.TEST] }\n"
                         "audit: { exports: ['A.TEST\\a/b'] }\n",
                   "provider.yaml:5:", "no user of its realm");
}

/* One account name must not stand for two people. */
static void accounts_of_this_host_are_one_realms_unless_said(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) one = NULL;
    OWNED(config) said = NULL;

    (void)state;
    make_file("keytab", 0600);
    assert_int_equal(read_config(SMALL
                                 "kerberos: { keytab: @/keytab, realms: [A] }\n"
                                 "groups: { nss: true }\n",
                                 &one, &messages),
                     STATUS_OK);
    assert_int_equal(one->groups.n_realms, 1);
    assert_string_equal(one->groups.realms[0], "A");
    assert_refused(SMALL "kerberos: { keytab: @/keytab, realms: [A, B] }\n"
                         "groups: { nss: true }\n",
                   "provider.yaml:5:16: error:", "realms");
    assert_refused(SMALL "groups: { nss: true }\n",
                   "provider.yaml:4:16: error:", "realms");
    assert_int_equal(
        read_config(SMALL "kerberos: { keytab: @/keytab, realms: [A, B] }\n"
                          "groups: { nss: true, realms: [B] }\n",
                    &said, &messages),
        STATUS_OK);
    assert_int_equal(said->groups.n_realms, 1);
    assert_string_equal(said->groups.realms[0], "B");
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    assert_refused(SMALL "colour: red\n",
                   "provider.yaml:4:1: error:", "colour");
    assert_refused("site: { code: P01 }\nlisten: [ { unix: @/s } ]\n",
                   "provider.yaml:1:1: error:", "store");
    assert_refused(SMALL "sessions: { idle: 15 }\n", "provider.yaml:4:19",
                   "duration");
    assert_refused(SMALL "limits: { sign_in: 1ms }\n", "provider.yaml:4:20",
                   "1s");
    assert_refused("site: { code: P01 }\n"
                   "listen: [ { tls: '127.0.0.1', certificate: a, key: b } ]\n"
                   "store: { sqlite: @/site.db }\n",
                   "provider.yaml:2:18", "HOST:PORT");
    assert_refused("site: { code: P01 }\n"
                   "listen: [ { tls: '127.0.0.1:1' } ]\n"
                   "store: { sqlite: @/site.db }\n",
                   "provider.yaml:2:11", "certificate");
    assert_refused("site: { code: P01 }\n"
                   "listen: [ { unix: @/s, mechanisms: [ANONYMOUS] } ]\n"
                   "store: { sqlite: @/site.db }\n",
                   "provider.yaml:2:", "ANONYMOUS");
}

static void a_key_that_others_may_read_is_refused_at_its_place(void **state)
{
    const char *text = "site: { code: P01 }\n"
                       "listen:\n"
                       "  - tls: '127.0.0.1:7443'\n"
                       "    certificate: @/cert.pem\n"
                       "    key: @/loose.pem\n"
                       "store: { sqlite: @/site.db }\n";
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;

    (void)state;
    make_file("cert.pem", 0644);
    make_file("loose.pem", 0640);
    assert_refused(text, "provider.yaml:5:10: error:", "chmod 600");
    make_file("loose.pem", 0600);
    assert_int_equal(read_config(text, &config, &messages), STATUS_OK);
}

/* ---- What systemd hands to the service ---- */

#define WITH_CREDENTIALS                                                       \
    "site: { code: P01 }\n"                                                    \
    "listen:\n"                                                                \
    "  - tls: '127.0.0.1:7443'\n"                                              \
    "    certificate: @/cert.pem\n"                                            \
    "    key: credential:tls.key\n"                                            \
    "kerberos: { keytab: credential:keytab, realms: [A] }\n"                   \
    "store: { sqlite: @/site.db }\n"

static void a_credential_is_a_file_of_the_services_directory(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;
    char path[256];

    (void)state;
    make_file("cert.pem", 0644);
    make_file("tls.key", 0440); /* an access list shows as the group's right */
    make_file("keytab", 0400);
    setenv("CREDENTIALS_DIRECTORY", directory, 1);
    assert_int_equal(read_config(WITH_CREDENTIALS, &config, &messages),
                     STATUS_OK);
    path_in(path, sizeof(path), "tls.key");
    assert_string_equal(config->listeners[0].key, path);
    assert_int_equal(config->listeners[0].key_from, AUTH_FROM_SERVICE);
    path_in(path, sizeof(path), "keytab");
    assert_string_equal(config->auth.kerberos.keytab, path);
    assert_int_equal(config->auth.kerberos.keytab_from, AUTH_FROM_SERVICE);
    assert_null(config->unseen);
    assert_int_equal(messages.size, 0);
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void a_credential_that_is_not_right_is_told(void **state)
{
    (void)state;
    make_file("cert.pem", 0644);
    make_file("tls.key", 0444);
    make_file("keytab", 0400);
    setenv("CREDENTIALS_DIRECTORY", directory, 1);
    assert_refused(WITH_CREDENTIALS,
                   "provider.yaml:5:10: error:", "read by others");
    make_file("tls.key", 0400);
    assert_refused(SMALL "kerberos: { keytab: credential:none, realms: [A] }\n",
                   "provider.yaml:4:21: error:", "LoadCredential=none:FILE");
    assert_refused(SMALL "kerberos: { keytab: 'credential:../keytab', realms: "
                         "[A] }\n",
                   "provider.yaml:4:21: error:", "the name of a credential");
    assert_refused("site: { code: P01 }\n"
                   "listen: [ { unix: @/s } ]\n"
                   "store: { sqlite: @/site.db, key: credential:store.key }\n",
                   "provider.yaml:3:56: error:", "the daemon writes this key");
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void who_is_not_the_service_checks_all_but_its_credentials(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;

    (void)state;
    make_file("cert.pem", 0644);
    assert_int_equal(read_config(WITH_CREDENTIALS, &config, &messages),
                     STATUS_OK);
    assert_string_equal(config->unseen, "credential:tls.key");
    assert_int_equal(config->listeners[0].key_from, AUTH_FROM_UNSEEN);
    assert_int_equal(config->auth.kerberos.keytab_from, AUTH_FROM_UNSEEN);
    buf_append_char(&messages, '\0');
    assert_non_null(strstr(messages.data, "provider.yaml:5:10: warning:"));
}

static void a_policy_directory_that_others_may_write_is_refused(void **state)
{
    char path[256];

    (void)state;
    path_in(path, sizeof(path), "policy.d");
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chmod(path, 0777), 0);
    assert_refused(SMALL "policy: @/policy.d\n",
                   "provider.yaml:4:9: error:", "changed by others");
}

static void a_file_that_is_not_there_is_told(void **state)
{
    (void)state;
    assert_refused(SMALL "kerberos: { keytab: @/none, realms: [A] }\n",
                   "provider.yaml:4:21: error:", "No such file");
}

#define ISSUER                                                                 \
    SMALL "tokens:\n"                                                          \
          "  - issuer: https://login.example.com/\n"                           \
          "    audience: api://smsprovider\n"                                  \
          "    algorithms: [RS256, ES256]\n"

static void all_that_is_said_of_an_issuer_reaches_the_auth_room(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;
    const struct auth_issuer_config *issuer;

    (void)state;
    write_file("authority.pem", AUTHORITY);
    assert_int_equal(read_config(ISSUER
                                 "    keys: https://login.example.com/keys\n"
                                 "    keys_ca: @/authority.pem\n"
                                 "    keys_cool_down: 5s\n"
                                 "    typ: [at+jwt]\n"
                                 "    use: bound\n"
                                 "    claims: { tid: [T], azp: [A, B] }\n"
                                 "    subject_claim: oid\n"
                                 "    mfa: { acr: [c1, c2], max_age: 1h }\n",
                                 &config, &messages),
                     STATUS_OK);
    issuer = &config->auth.issuers[0];
    assert_string_equal(issuer->keys, "https://login.example.com/keys");
    assert_non_null(strstr(issuer->keys_ca, "/authority.pem"));
    assert_int_equal(issuer->keys_cool_down_ms, 5000);
    assert_string_equal(issuer->algorithms[1], "ES256");
    assert_int_equal(issuer->n_types, 1);
    assert_string_equal(issuer->types[0], "at+jwt");
    assert_int_equal(issuer->use, AUTH_TOKEN_BOUND);
    assert_int_equal(issuer->n_claims, 2);
    assert_string_equal(issuer->claims[1].name, "azp");
    assert_string_equal(issuer->claims[1].values[1], "B");
    assert_string_equal(issuer->subject_claim, "oid");
    assert_int_equal(issuer->n_mfa_amr, 0);
    assert_string_equal(issuer->mfa_acr[1], "c2");
    assert_int_equal(issuer->mfa_max_age_s, 3600);
}

/* Nothing said means no mfa (T39), and once a token (T40). */
static void what_is_not_said_of_an_issuer_is_the_careful_thing(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;
    OWNED(config) loose = NULL;

    (void)state;
    write_file("jwks.json", KEYS);
    assert_int_equal(read_config(ISSUER "    keys: @/jwks.json\n"
                                        "    mfa: { amr: [mfa] }\n",
                                 &config, &messages),
                     STATUS_OK);
    assert_int_equal(config->auth.issuers[0].use, AUTH_TOKEN_ONCE);
    assert_int_equal(config->auth.issuers[0].mfa_max_age_s, 12 * 3600);
    assert_int_equal(read_config(ISSUER
                                 "    keys: @/jwks.json\n"
                                 "    use: reusable\n"
                                 "    mfa: { amr: [mfa], max_age: 0s }\n",
                                 &loose, &messages),
                     STATUS_OK);
    assert_int_equal(loose->auth.issuers[0].use, AUTH_TOKEN_REUSABLE);
    assert_int_equal(loose->auth.issuers[0].mfa_max_age_s, 0);
}

/* Nothing is left of it in whole seconds, and 0 would be no bound at all. */
static void less_than_a_second_is_a_bound(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;

    (void)state;
    write_file("jwks.json", KEYS);
    assert_int_equal(read_config(ISSUER
                                 "    keys: @/jwks.json\n"
                                 "    mfa: { amr: [mfa], max_age: 500ms }\n",
                                 &config, &messages),
                     STATUS_OK);
    assert_int_equal(config->auth.issuers[0].mfa_max_age_s, 1);
}

/* A term that was not meant must not take fresh traces away. */
static void the_audit_is_kept_a_month_at_least(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) first = NULL;
    OWNED(config) second = NULL;

    (void)state;
    assert_refused(SMALL "audit: { keep: 29d }\n", "provider.yaml:4:16",
                   "from 30d");
    assert_refused(SMALL "audit: { keep: 0s }\n", "provider.yaml:4:16",
                   "from 30d");
    assert_refused(SMALL "audit: { keep: 719h }\n", "provider.yaml:4:16",
                   "from 30d");
    assert_refused(SMALL "audit: { keep: forever }\n", "provider.yaml:4:16",
                   "duration");
    assert_int_equal(
        read_config(SMALL "audit: { keep: 30d }\n", &first, &messages),
        STATUS_OK);
    assert_int_equal(first->audit_keep_ms, 30 * (int64_t)86400000);
    assert_int_equal(read_config(SMALL, &second, &messages), STATUS_OK);
    assert_int_equal(second->audit_keep_ms, 0); /* for ever */
}

static void hosts_that_cannot_ask_are_named_by_number(void **state)
{
    (void)state;
    assert_refused(SMALL "offline: { key: /etc/hostname, users: [a@A.TEST],\n"
                         "  hosts: [web1] }\n",
                   "", "expected a ResourceID, found \"web1\"");
    assert_refused(SMALL "offline: { key: /etc/hostname, users: [alice],\n"
                         "  hosts: [17] }\n",
                   "", "expected NAME@REALM, found \"alice\"");
    assert_refused(SMALL "offline: { key: /etc/hostname, users: [a@A.TEST],\n"
                         "  hosts: [17], longest: 73h }\n",
                   "", "from 1m to 72h");
    assert_refused(SMALL "offline: { users: [a@A.TEST], hosts: [17] }\n", "",
                   "\"key\"");
}

static void each_mistake_about_an_issuer_has_its_place(void **state)
{
    static const struct {
        const char *more;
        const char *place;
        const char *about;
    } rows[] = {
        {"    keys: https://login.example.com/keys\n", ":8:11:", "keys_ca"},
        {"    keys: http://login.example.com/keys\n", ":8:11:", "https"},
        {"    keys: https://login.example.com/keys\n"
         "    keys_ca: @/jwks.json\n",
         ":9:14:", "certificate"},
        {"    keys: https://login.example.com/keys\n"
         "    keys_ca: @/cut.pem\n",
         ":9:14:", "truncated"},
        {"    keys: https://login.example.com/keys\n"
         "    keys_ca: @/none.pem\n",
         ":9:14:", "No such file"},
        {"    keys: @/jwks.json\n"
         "    keys_ca: @/authority.pem\n",
         ":9:14:", "https"},
        {"    keys: @/jwks.json\n"
         "    keys_cool_down: 5s\n",
         ":9:21:", "https"},
        {"    keys: @/broken.json\n", ":8:11:", "broken.json"},
        {"    keys: @/jwks.json\n"
         "    use: twice\n",
         ":9:10:", "once"},
        {"    keys: @/jwks.json\n"
         "    typ: []\n",
         ":9:10:", "typ"},
        {"    keys: @/jwks.json\n"
         "    mfa: { max_age: 1h }\n",
         ":9:10:", "amr"},
        {"    keys: @/jwks.json\n"
         "    subject_claim: email\n",
         ":9:20:", "reassigned"},
        {"    keys: @/jwks.json\n"
         "    claims: { tid: [] }\n",
         ":9:20:", "tid"},
        {"    keys: @/jwks.json\n"
         "  - { issuer: https://login.example.com/, audience: a,\n"
         "      algorithms: [HS256], keys: @/jwks.json }\n",
         ":10:20:", "HS256"},
        {"    keys: @/jwks.json\n"
         "  - { issuer: https://login.example.com/, audience: a,\n"
         "      keys: @/jwks.json, algorithms: [RS256] }\n",
         ":9:15:", "line 5"},
    };

    (void)state;
    write_file("jwks.json", KEYS);
    write_file("broken.json", "{\"keys\":[]}");
    write_file("authority.pem", AUTHORITY);
    write_file("cut.pem", AUTHORITY "-----BEGIN CERTIFICATE-----\nMIIB");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(memory_drop) char *text = NULL;

        assert_true(asprintf(&text, ISSUER "%s", rows[i].more) > 0);
        assert_refused(text, rows[i].place, rows[i].about);
    }
}

static void names_in_certificates_are_believed_as_configured(void **state)
{
    SCOPED(buf_free) struct buf messages = buf_make(1 << 16);
    OWNED(config) config = NULL;

    (void)state;
    write_file("authority.pem", AUTHORITY);
    make_file("empty.pem", 0644);
    assert_int_equal(read_config(SMALL "certificates:\n"
                                       "  upn:\n"
                                       "    - ca: @/authority.pem\n"
                                       "      suffixes: [A.TEST, B.TEST]\n",
                                 &config, &messages),
                     STATUS_OK);
    assert_int_equal(config->auth.n_upns, 1);
    assert_string_equal(config->auth.upns[0].suffixes[1], "B.TEST");
    assert_refused(SMALL "certificates:\n"
                         "  upn: [ { ca: @/empty.pem, suffixes: [A] } ]\n",
                   "provider.yaml:5:16: error:", "no certificate");
    assert_refused(SMALL
                   "certificates:\n"
                   "  upn: [ { suffixes: ['*'], ca: @/authority.pem } ]\n",
                   "provider.yaml:5:23: error:", "realm");
    assert_refused(SMALL "certificates:\n"
                         "  upn: [ { suffixes: [], ca: @/authority.pem } ]\n",
                   "provider.yaml:5:22: error:", "suffixes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_configuration_gets_the_documented_defaults),
        cmocka_unit_test(a_tls_listener_is_read_with_all_it_names),
        cmocka_unit_test(an_empty_list_of_revocation_lists_is_refused),
        cmocka_unit_test(sign_in_parts_become_what_the_auth_room_wants),
        cmocka_unit_test(exports_are_users_however_spelled),
        cmocka_unit_test(accounts_of_this_host_are_one_realms_unless_said),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(a_key_that_others_may_read_is_refused_at_its_place),
        cmocka_unit_test(a_credential_is_a_file_of_the_services_directory),
        cmocka_unit_test(a_credential_that_is_not_right_is_told),
        cmocka_unit_test(who_is_not_the_service_checks_all_but_its_credentials),
        cmocka_unit_test(a_policy_directory_that_others_may_write_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
        cmocka_unit_test(all_that_is_said_of_an_issuer_reaches_the_auth_room),
        cmocka_unit_test(what_is_not_said_of_an_issuer_is_the_careful_thing),
        cmocka_unit_test(less_than_a_second_is_a_bound),
        cmocka_unit_test(the_audit_is_kept_a_month_at_least),
        cmocka_unit_test(hosts_that_cannot_ask_are_named_by_number),
        cmocka_unit_test(each_mistake_about_an_issuer_has_its_place),
        cmocka_unit_test(names_in_certificates_are_believed_as_configured),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
