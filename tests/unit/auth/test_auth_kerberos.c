/* Kerberos sign-in with a real KDC: run by tests/support/realm run. */
#include "tests/unit/unit.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "auth/client.h"
#include "provider/base/clock.h"
#include "tests/support/realm_fixture.h"
#include "tests/support/sign_in.h"

enum { MUTATIONS = 4000 };

struct fixture {
    struct auth_config config;
    struct auth *auth;
    const char *password_cache;
    const char *pkinit_cache;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    const char *why = "";

    fixture.password_cache = realm_call("ticket", "alice", NULL);
    fixture.pkinit_cache = realm_call("ticket", "bob", "--pkinit", NULL);
    fixture.config.kerberos = realm_kerberos("replay");
    assert_int_equal(auth_new(&fixture.config, &fixture.auth, &why), STATUS_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    auth_free(f->auth);
    return 0;
}

static struct auth_client_config client_of(enum auth_mechanism mechanism,
                                           const struct auth_channel *channel)
{
    return (struct auth_client_config){
        .mechanism = mechanism,
        .service = "smsprovider",
        .host = "localhost",
        .exporter = {(const char *)channel->exporter,
                     sizeof(channel->exporter)},
    };
}

static const enum auth_mechanism both[] = {AUTH_GSSAPI, AUTH_GSS_SPNEGO};

static void a_password_ticket_proves_domain(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(1);

    realm_use_cache(f->password_cache);
    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        const struct auth_client_config client = client_of(both[i], &channel);
        SCOPED(sign_in_clear)
        struct sign_in got = sign_in_run(f->auth, &channel, &client);

        assert_string_equal(got.why, "");
        assert_int_equal(got.progress, AUTH_DONE);
        assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                         AUTH_LEVEL_DOMAIN);
        assert_int_equal(got.evidence.method, AUTH_METHOD_KERBEROS);
        assert_int_equal(got.evidence.n_identities, 1);
        assert_string_equal(got.evidence.identities[0].value,
                            "alice@QUICKSTART.TEST");
        assert_true(got.evidence.expires_at_s > clock_wall_s() + 3600);
        assert_true(got.evidence.authenticated_at_s <= clock_wall_s());
        assert_true(got.evidence.authenticated_at_s > clock_wall_s() - 600);
    }
}

static void a_smart_card_ticket_proves_certificate(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(2);

    realm_use_cache(f->pkinit_cache);
    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        const struct auth_client_config client = client_of(both[i], &channel);
        SCOPED(sign_in_clear)
        struct sign_in got = sign_in_run(f->auth, &channel, &client);

        assert_string_equal(got.why, "");
        assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                         AUTH_LEVEL_CERTIFICATE);
        assert_string_equal(got.evidence.detail, "indicators=pkinit");
    }
}

static void an_indicator_nobody_configured_adds_nothing(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(2);
    const struct auth_client_config client = client_of(AUTH_GSSAPI, &channel);
    struct auth_config config = f->config;
    OWNED(auth) auth = NULL;
    const char *why;

    config.kerberos.n_indicators = 0;
    assert_int_equal(auth_new(&config, &auth, &why), STATUS_OK);
    assert_int_equal(auth_mechanism_reach(auth, AUTH_GSSAPI),
                     AUTH_LEVEL_DOMAIN);
    realm_use_cache(f->pkinit_cache);
    SCOPED(sign_in_clear)
    struct sign_in got = sign_in_run(auth, &channel, &client);

    assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                     AUTH_LEVEL_DOMAIN);
}

/* A sign-in is bound to its channel (T1). */
static void a_ticket_for_another_channel_is_refused(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(3);
    const struct auth_channel other = sign_in_channel(4);

    realm_use_cache(f->password_cache);
    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        const struct auth_client_config client = client_of(both[i], &other);
        SCOPED(sign_in_clear)
        struct sign_in got = sign_in_run(f->auth, &channel, &client);

        assert_int_equal(got.progress, AUTH_REFUSED);
        assert_string_equal(got.why, "kerberos-wrong-binding");
    }
}

static void an_unbound_ticket_is_refused_where_binding_is_required(void **state)
{
    struct fixture *f = *state;
    struct auth_channel channel = sign_in_channel(5);

    realm_use_cache(f->password_cache);
    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        struct auth_client_config client = client_of(both[i], &channel);

        client.exporter = (struct text){NULL, 0};
        channel.binding_required = true;
        SCOPED(sign_in_clear)
        struct sign_in refused = sign_in_run(f->auth, &channel, &client);
        channel.binding_required = false;
        SCOPED(sign_in_clear)
        struct sign_in accepted = sign_in_run(f->auth, &channel, &client);

        assert_int_equal(refused.progress, AUTH_REFUSED);
        assert_string_equal(refused.why, "kerberos-unbound");
        assert_int_equal(accepted.progress, AUTH_DONE);
    }
}

/* A relay may not pass by claiming to be a socket without a channel. */
static void a_required_binding_cannot_come_from_a_unix_socket(void **state)
{
    struct fixture *f = *state;
    struct auth_channel channel = {.kind = AUTH_CHANNEL_UNIX};
    struct auth_client_config client = client_of(AUTH_GSSAPI, &channel);

    realm_use_cache(f->password_cache);
    client.exporter = (struct text){NULL, 0};
    SCOPED(sign_in_clear)
    struct sign_in accepted = sign_in_run(f->auth, &channel, &client);
    channel.binding_required = true;
    SCOPED(sign_in_clear)
    struct sign_in refused = sign_in_run(f->auth, &channel, &client);

    assert_int_equal(accepted.progress, AUTH_DONE);
    assert_int_equal(refused.progress, AUTH_REFUSED);
}

static void let_the_library_take_weak_keys(bool does)
{
    static char own[PATH_MAX];
    char both_files[2 * PATH_MAX];

    if (!own[0])
        snprintf(own, sizeof(own), "%s", getenv("KRB5_CONFIG"));
    snprintf(both_files, sizeof(both_files), "%s:%s", own,
             realm_path("weak.conf"));
    assert_int_equal(setenv("KRB5_CONFIG", does ? both_files : own, 1), 0);
}

/* A session key of RC4 is no protection, whatever the library takes (T8). */
static void a_ticket_with_a_weak_key_is_refused(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(14);
    const char *strong = f->password_cache;
    const char *weak = realm_call("weak-ticket", "alice", NULL);

    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        const struct auth_client_config client = client_of(both[i], &channel);

        let_the_library_take_weak_keys(true);
        realm_use_cache(weak);
        SCOPED(sign_in_clear)
        struct sign_in refused = sign_in_run(f->auth, &channel, &client);

        assert_true(refused.first_message.size > 0);
        assert_int_equal(refused.progress, AUTH_REFUSED);
        assert_string_equal(refused.why, "kerberos-weak-encryption");
        realm_use_cache(strong);
        SCOPED(sign_in_clear)
        struct sign_in accepted = sign_in_run(f->auth, &channel, &client);

        assert_int_equal(accepted.progress, AUTH_DONE);
        let_the_library_take_weak_keys(false);
    }
}

/* It is skipped: tickets under it are refused whatever the keytab has (T8). */
static void a_weak_key_in_a_keytab_is_warned_of(void **state)
{
    struct fixture *f = *state;
    struct auth_config config = f->config;
    OWNED(auth) auth = NULL;
    const char *why = "";

    assert_null(auth_keytab_warning(f->auth));
    config.kerberos.keytab = realm_call("weak-keytab", NULL);
    assert_int_equal(auth_new(&config, &auth, &why), STATUS_OK);
    assert_non_null(strstr(auth_keytab_warning(auth),
                           "has keys of weak types, such as arcfour-hmac"));
}

/* Only for our own principal (T3): the keytab holds the key of host/ as well.
 */
static void a_ticket_for_another_service_is_refused(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(6);

    realm_use_cache(f->password_cache);
    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        struct auth_client_config client = client_of(both[i], &channel);

        client.service = "host";
        SCOPED(sign_in_clear)
        struct sign_in got = sign_in_run(f->auth, &channel, &client);

        assert_true(got.first_message.size > 0);
        assert_int_equal(got.progress, AUTH_REFUSED);
    }
}

/* A ticket signs in once (T4). */
static void a_replayed_ticket_is_refused_even_after_a_restart(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(7);
    const char *why;

    realm_use_cache(f->password_cache);
    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        const struct auth_client_config client = client_of(both[i], &channel);
        SCOPED(sign_in_clear)
        struct sign_in got = sign_in_run(f->auth, &channel, &client);
        OWNED(auth) restarted = NULL;

        assert_int_equal(got.progress, AUTH_DONE);
        assert_int_equal(sign_in_send(f->auth, &channel, both[i],
                                      buf_text(&got.first_message),
                                      clock_wall_s(), &why),
                         AUTH_REFUSED);
        assert_string_equal(why, "kerberos-replayed");
        assert_int_equal(auth_new(&f->config, &restarted, &why), STATUS_OK);
        assert_int_equal(sign_in_send(restarted, &channel, both[i],
                                      buf_text(&got.first_message),
                                      clock_wall_s(), &why),
                         AUTH_REFUSED);
        assert_string_equal(why, "kerberos-replayed");
    }
}

/* Trust between realms is not enough (T5). */
static void people_of_an_unlisted_realm_are_refused(void **state)
{
    struct fixture *f = *state;
    static const struct realm elsewhere[] = {{.name = "ELSEWHERE.TEST"},
                                             {.name = "QUICKSTART"},
                                             {.name = "quickstart.test"}};
    const struct auth_channel channel = sign_in_channel(8);
    const struct auth_client_config client = client_of(AUTH_GSSAPI, &channel);
    struct auth_config config = f->config;
    OWNED(auth) auth = NULL;
    const char *why;

    config.kerberos.realms = (struct realms){elsewhere, ARRAY_SIZE(elsewhere)};
    assert_int_equal(auth_new(&config, &auth, &why), STATUS_OK);
    realm_use_cache(f->password_cache);
    SCOPED(sign_in_clear)
    struct sign_in got = sign_in_run(auth, &channel, &client);

    assert_int_equal(got.progress, AUTH_REFUSED);
    assert_string_equal(got.why, "kerberos-realm");
}

/* Only a plain name is a person (T55). */
static void a_service_is_no_person(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(9);
    const struct auth_client_config client = client_of(AUTH_GSSAPI, &channel);

    realm_use_cache(
        realm_call("service-ticket", "host/localhost", "host.keytab", NULL));
    SCOPED(sign_in_clear)
    struct sign_in got = sign_in_run(f->auth, &channel, &client);

    assert_int_equal(got.progress, AUTH_REFUSED);
    assert_string_equal(got.why, "kerberos-name");
}

/* The ticket that a service gets when a user hands it the right to act. */
static const char *forward_to_host(const char *cache)
{
    gss_buffer_desc target_text = {14, (void *)(uintptr_t) "host@localhost"};
    gss_buffer_desc nothing = GSS_C_EMPTY_BUFFER, token, answer;
    gss_key_value_element_desc store[] = {{"keytab", realm_path("host.keytab")},
                                          {"rcache", "none:"}};
    const gss_key_value_set_desc acceptor = {2, store};
    gss_key_value_element_desc into[] = {
        {"ccache", realm_path("cc/forwarded")}};
    const gss_key_value_set_desc forwarded = {1, into};
    gss_ctx_id_t client = GSS_C_NO_CONTEXT, server = GSS_C_NO_CONTEXT;
    gss_cred_id_t host, delegated;
    gss_name_t target;
    OM_uint32 minor;

    realm_use_cache(cache);
    gss_import_name(&minor, &target_text, GSS_C_NT_HOSTBASED_SERVICE, &target);
    gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &client, target,
                         (gss_OID)(uintptr_t)gss_mech_krb5, GSS_C_DELEG_FLAG, 0,
                         NULL, &nothing, NULL, &token, NULL, NULL);
    assert_int_equal(gss_acquire_cred_from(&minor, GSS_C_NO_NAME, 0, NULL,
                                           GSS_C_ACCEPT, &acceptor, &host, NULL,
                                           NULL),
                     GSS_S_COMPLETE);
    assert_int_equal(gss_accept_sec_context(&minor, &server, host, &token, NULL,
                                            NULL, NULL, &answer, NULL, NULL,
                                            &delegated),
                     GSS_S_COMPLETE);
    assert_int_equal(gss_store_cred_into(&minor, delegated, GSS_C_INITIATE,
                                         GSS_C_NO_OID, 1, 1, &forwarded, NULL,
                                         NULL),
                     GSS_S_COMPLETE);
    gss_release_buffer(&minor, &token);
    gss_release_buffer(&minor, &answer);
    gss_release_name(&minor, &target);
    gss_release_cred(&minor, &host);
    gss_release_cred(&minor, &delegated);
    gss_delete_sec_context(&minor, &client, NULL);
    gss_delete_sec_context(&minor, &server, NULL);
    return into[0].value;
}

/* Forwarded, the indicator survives; the presence does not (T7). */
static void a_forwarded_smart_card_ticket_proves_only_domain(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(13);
    const struct auth_client_config client = client_of(AUTH_GSSAPI, &channel);

    realm_use_cache(forward_to_host(f->pkinit_cache));
    SCOPED(sign_in_clear)
    struct sign_in got = sign_in_run(f->auth, &channel, &client);

    assert_string_equal(got.why, "");
    assert_string_equal(got.evidence.identities[0].value,
                        "bob@QUICKSTART.TEST");
    assert_string_equal(got.evidence.detail, "indicators=pkinit delegated");
    assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                     AUTH_LEVEL_DOMAIN);
}

/* Protocol transition: nobody saw bob (T7). */
static void a_ticket_in_a_users_name_proves_at_most_domain(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(14);
    const struct auth_client_config client = client_of(AUTH_GSSAPI, &channel);

    realm_use_cache(realm_call("service-ticket", "smsprovider/localhost",
                               "provider.keytab", "--for", "bob", NULL));
    SCOPED(sign_in_clear)
    struct sign_in got = sign_in_run(f->auth, &channel, &client);

    assert_string_equal(got.why, "");
    assert_string_equal(got.evidence.identities[0].value,
                        "bob@QUICKSTART.TEST");
    assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                     AUTH_LEVEL_DOMAIN);
}

/* Old and new key work side by side (T9). */
static void a_rotated_key_needs_no_restart(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(15);
    const struct auth_client_config client = client_of(AUTH_GSSAPI, &channel);

    realm_use_cache(f->password_cache);
    realm_call("rotate", NULL);
    SCOPED(sign_in_clear)
    struct sign_in old = sign_in_run(f->auth, &channel, &client);

    realm_use_cache(realm_call("ticket", "carol", NULL));
    SCOPED(sign_in_clear)
    struct sign_in renewed = sign_in_run(f->auth, &channel, &client);

    assert_int_equal(old.progress, AUTH_DONE);
    assert_int_equal(renewed.progress, AUTH_DONE);
}

/* Nobody acts as somebody else (T15). */
static void acting_as_another_proves_nothing(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(10);
    struct auth_client_config client = client_of(AUTH_GSSAPI, &channel);

    realm_use_cache(f->password_cache);
    client.user = "alice@QUICKSTART.TEST";
    SCOPED(sign_in_clear)
    struct sign_in herself = sign_in_run(f->auth, &channel, &client);
    client.user = "admin@QUICKSTART.TEST";
    SCOPED(sign_in_clear)
    struct sign_in another = sign_in_run(f->auth, &channel, &client);

    assert_int_equal(herself.progress, AUTH_DONE);
    assert_null(herself.evidence.acting_as);
    assert_string_equal(another.evidence.acting_as, "admin@QUICKSTART.TEST");
    assert_int_equal(auth_level_of(&another.evidence, clock_wall_s()),
                     AUTH_LEVEL_NONE);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* A few bytes changed, the end cut, or bytes appended. */
static void mutate(struct buf *token, uint32_t *seed)
{
    const uint32_t kind = next_random(seed) % 8;
    const size_t n = 1 + next_random(seed) % 4;

    for (size_t i = 0; i < n && token->size; i++)
        token->data[next_random(seed) % token->size] ^=
            (char)(1u << next_random(seed) % 8);
    if (kind == 0)
        buf_truncate(token, next_random(seed) % (token->size + 1));
    if (kind == 1)
        buf_append(token, "\0\0\0\0", 4);
}

/* The stock mechanism can be crashed so, before anybody signed in. */
static void mutated_tokens_are_survived(void **state)
{
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(11);
    uint32_t seed = 20240607;

    realm_use_cache(f->password_cache);
    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        const struct auth_client_config client = client_of(both[i], &channel);
        SCOPED(sign_in_clear)
        struct sign_in good = sign_in_run(f->auth, &channel, &client);

        assert_int_equal(good.progress, AUTH_DONE);
        for (size_t round = 0; round < MUTATIONS; round++) {
            SCOPED(buf_free) struct buf token = buf_make(65536);

            buf_append_text(&token, buf_text(&good.first_message));
            mutate(&token, &seed);
            assert_int_not_equal(sign_in_send(f->auth, &channel, both[i],
                                              buf_text(&token), clock_wall_s(),
                                              NULL),
                                 AUTH_DONE);
        }
    }
}

/* "Go on" without an answer would leave a context that is never finished. */
static void a_wrong_inner_token_is_refused_at_once(void **state)
{
    static const char frame[] = "\x60\x0D\x06\x09\x2A\x86\x48\x86\xF7\x12\x01"
                                "\x02\x02\x03\x00";
    struct fixture *f = *state;
    const struct auth_channel channel = sign_in_channel(12);
    const char *why;

    assert_int_equal(sign_in_send(f->auth, &channel, AUTH_GSSAPI,
                                  (struct text){frame, sizeof(frame) - 1},
                                  clock_wall_s(), &why),
                     AUTH_REFUSED);
}

static void a_keytab_that_others_can_read_stops_the_start(void **state)
{
    struct fixture *f = *state;
    struct auth *auth = NULL;
    const char *why = "";

    assert_int_equal(chmod(f->config.kerberos.keytab, 0644), 0);
    assert_int_equal(auth_new(&f->config, &auth, &why), STATUS_INVALID);
    assert_non_null(strstr(why, "provider.keytab"));
    assert_int_equal(chmod(f->config.kerberos.keytab, 0600), 0);
    assert_int_equal(auth_new(&f->config, &auth, &why), STATUS_OK);
    auth_free(auth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_ticket_proves_domain),
        cmocka_unit_test(a_smart_card_ticket_proves_certificate),
        cmocka_unit_test(an_indicator_nobody_configured_adds_nothing),
        cmocka_unit_test(a_ticket_for_another_channel_is_refused),
        cmocka_unit_test(
            an_unbound_ticket_is_refused_where_binding_is_required),
        cmocka_unit_test(a_required_binding_cannot_come_from_a_unix_socket),
        cmocka_unit_test(a_ticket_with_a_weak_key_is_refused),
        cmocka_unit_test(a_weak_key_in_a_keytab_is_warned_of),
        cmocka_unit_test(a_ticket_for_another_service_is_refused),
        cmocka_unit_test(a_replayed_ticket_is_refused_even_after_a_restart),
        cmocka_unit_test(people_of_an_unlisted_realm_are_refused),
        cmocka_unit_test(a_service_is_no_person),
        cmocka_unit_test(a_forwarded_smart_card_ticket_proves_only_domain),
        cmocka_unit_test(a_ticket_in_a_users_name_proves_at_most_domain),
        cmocka_unit_test(acting_as_another_proves_nothing),
        cmocka_unit_test(mutated_tokens_are_survived),
        cmocka_unit_test(a_wrong_inner_token_is_refused_at_once),
        cmocka_unit_test(a_rotated_key_needs_no_restart),
        cmocka_unit_test(a_keytab_that_others_can_read_stops_the_start),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
