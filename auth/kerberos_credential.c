#include "auth/kerberos_credential.h"

#include <errno.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5/krb5.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "auth/gss_oid.h"
#include "auth/why.h"
#include "provider/base/mutant.h"

static void context_drop(krb5_context *context)
{
    krb5_free_context(*context);
}

static void name_drop(gss_name_t *name)
{
    OM_uint32 minor;

    gss_release_name(&minor, name);
}

/* A keytab that others can read is no longer secret (T9). */
static enum status check_file(const struct auth_kerberos_config *config,
                              const char **why_out)
{
    const char *path = config->keytab;
    /* An access list of systemd's shows as a right of the group. */
    const mode_t others = config->keytab_from == AUTH_FROM_SERVICE ? 037 : 077;
    struct stat about;

    if (stat(path, &about) != 0) {
        *why_out = why_format("keytab %s: %s", path, strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    if (!S_ISREG(about.st_mode) || (about.st_mode & others)) {
        *why_out = why_format(
            "keytab %s: must be a file that only its owner can read", path);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static bool is_component(const krb5_data *component, const char *wanted)
{
    return text_equal((struct text){component->data, component->length},
                      text_of(wanted));
}

static bool is_service(krb5_const_principal principal,
                       const struct auth_kerberos_config *config)
{
    return principal->length == 2 &&
           is_component(&principal->data[0], config->service) &&
           is_component(&principal->data[1], config->host);
}

/* Encryption types accepted for tickets and their keys (T8). */
static krb5_enctype strong_types[] = {
    ENCTYPE_AES256_CTS_HMAC_SHA384_192, ENCTYPE_AES128_CTS_HMAC_SHA256_128,
    ENCTYPE_AES256_CTS_HMAC_SHA1_96,    ENCTYPE_AES128_CTS_HMAC_SHA1_96,
    ENCTYPE_CAMELLIA256_CTS_CMAC,       ENCTYPE_CAMELLIA128_CTS_CMAC,
};

static bool is_weak(krb5_enctype type)
{
    for (size_t i = 0; i < ARRAY_SIZE(strong_types); i++)
        if (strong_types[i] == type)
            return false;
    return true;
}

/* Whatever krb5.conf permits, for a ticket as for the keys within it. */
static enum status refuse_weak_types(gss_cred_id_t credential)
{
    OM_uint32 minor;

    if (MUTANT("t8-weak-session-key"))
        return STATUS_OK;
    return gss_krb5_set_allowable_enctypes(&minor, credential,
                                           ARRAY_SIZE(strong_types),
                                           strong_types) == GSS_S_COMPLETE
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

/* What a keytab holds of the service. */
struct found {
    char *principal; /* of the first strong key; owned */
    char *weak;      /* of the first weak key; owned */
    krb5_enctype weak_type;
};

static void found_clear(struct found *found)
{
    free(found->principal);
    free(found->weak);
}

static enum status unparse(krb5_context context, krb5_const_principal principal,
                           char **name_out)
{
    char *name = NULL;

    if (*name_out)
        return STATUS_OK;
    if (krb5_unparse_name(context, principal, &name) != 0)
        return STATUS_INVALID;
    *name_out = strdup(name);
    krb5_free_unparsed_name(context, name);
    return *name_out ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status note_key(krb5_context context, const krb5_keytab_entry *key,
                            struct found *found)
{
    if (!is_weak(key->key.enctype))
        return unparse(context, key->principal, &found->principal);
    if (!found->weak)
        found->weak_type = key->key.enctype;
    return unparse(context, key->principal, &found->weak);
}

static enum status scan_keytab(krb5_context context, krb5_keytab keytab,
                               const struct auth_kerberos_config *config,
                               struct found *found)
{
    enum status status = STATUS_OK;
    krb5_kt_cursor cursor;
    krb5_keytab_entry entry;

    if (krb5_kt_start_seq_get(context, keytab, &cursor) != 0)
        return STATUS_OK; /* it holds nothing */
    while (status == STATUS_OK &&
           krb5_kt_next_entry(context, keytab, &entry, &cursor) == 0) {
        if (is_service(entry.principal, config))
            status = note_key(context, &entry, found);
        krb5_free_keytab_entry_contents(context, &entry);
    }
    krb5_kt_end_seq_get(context, keytab, &cursor);
    return status;
}

static const char *type_name(krb5_enctype type)
{
    static _Thread_local char name[64];

    if (krb5_enctype_to_name(type, false, name, sizeof(name)) != 0)
        snprintf(name, sizeof(name), "%d", (int)type);
    return name;
}

#define REMEDY                                                                 \
    "let the account have AES keys (in Active Directory "                      \
    "msDS-SupportedEncryptionTypes: 24), give it a new password and export "   \
    "the keytab again"

/* Is there a key to use, and what is to be said of those that are not? */
static enum status judge(const struct auth_kerberos_config *config,
                         struct found *found, char **warning_out,
                         const char **why_out)
{
    if (!found->principal && found->weak) {
        *why_out = why_format(
            "keytab %s: all keys of %s are of weak types, such as %s; " REMEDY,
            config->keytab, found->weak, type_name(found->weak_type));
        return STATUS_INVALID;
    }
    *why_out = why_format("keytab %s: no key of %s/%s", config->keytab,
                          config->service, config->host);
    if (!found->principal)
        return STATUS_INVALID;
    if (found->weak &&
        asprintf(warning_out,
                 "%s has keys of weak types, such as %s, which are not used; "
                 "if a ticket of that type is refused, " REMEDY,
                 found->weak, type_name(found->weak_type)) < 0) {
        *warning_out = NULL;
        return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static enum status import_name(const char *principal, gss_name_t *name_out)
{
    gss_buffer_desc text = {strlen(principal), strdupa(principal)};
    OM_uint32 minor;

    return gss_import_name(&minor, &text, GSS_KRB5_NT_PRINCIPAL_NAME,
                           name_out) == GSS_S_COMPLETE
               ? STATUS_OK
               : STATUS_INVALID;
}

static enum status look_into(const struct auth_kerberos_config *config,
                             struct kerberos_credential *made,
                             const char **why_out)
{
    SCOPED(context_drop) krb5_context context = NULL;
    SCOPED(memory_drop) char *location = NULL;
    SCOPED(found_clear) struct found found = {0};
    krb5_keytab keytab;
    enum status status;

    *why_out =
        "the Kerberos library cannot be initialised: check its configuration";
    if (krb5_init_context(&context) != 0)
        return STATUS_UNAVAILABLE;
    *why_out = why_format("keytab %s: cannot be read", config->keytab);
    if (asprintf(&location, "FILE:%s", config->keytab) < 0)
        return STATUS_NO_MEMORY;
    if (krb5_kt_resolve(context, location, &keytab) != 0)
        return STATUS_UNAVAILABLE;
    status = scan_keytab(context, keytab, config, &found);
    krb5_kt_close(context, keytab);
    TRY(status);
    TRY(judge(config, &found, &made->warning, why_out));
    made->principal = TAKE(found.principal);
    return STATUS_OK;
}

static enum status acquire(const struct auth_kerberos_config *config,
                           gss_name_t name, gss_OID mechanism,
                           gss_cred_id_t *out)
{
    SCOPED(memory_drop) char *keytab = NULL;
    SCOPED(memory_drop) char *cache = NULL;
    gss_OID_set_desc mechanisms = {1, mechanism};
    OM_uint32 minor;

    if (asprintf(&keytab, "FILE:%s", config->keytab) < 0 ||
        asprintf(&cache, "file2:%s", config->replay_cache) < 0)
        return STATUS_NO_MEMORY;
    gss_key_value_element_desc elements[] = {{"keytab", keytab},
                                             {"rcache", cache}};
    const gss_key_value_set_desc store = {ARRAY_SIZE(elements), elements};

    if (gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &mechanisms,
                              GSS_C_ACCEPT, &store, out, NULL,
                              NULL) != GSS_S_COMPLETE)
        return STATUS_UNAVAILABLE;
    return refuse_weak_types(*out);
}

enum status kerberos_credential_open(const struct auth_kerberos_config *config,
                                     struct kerberos_credential *out,
                                     const char **why_out)
{
    SCOPED(name_drop) gss_name_t name = GSS_C_NO_NAME;
    SCOPED(kerberos_credential_close)
    struct kerberos_credential made = {.krb5 = GSS_C_NO_CREDENTIAL,
                                       .spnego = GSS_C_NO_CREDENTIAL};
    gss_OID_desc krb5 = *gss_mech_krb5;
    gss_OID_set_desc only_krb5 = {1, &krb5};
    OM_uint32 minor;

    TRY(check_file(config, why_out));
    TRY(look_into(config, &made, why_out));
    *why_out = why_format("keytab %s: no credential for %s/%s", config->keytab,
                          config->service, config->host);
    TRY(import_name(made.principal, &name));
    TRY(acquire(config, name, &krb5, &made.krb5));
    TRY(acquire(config, name, gss_oid_spnego(), &made.spnego));
    if (gss_set_neg_mechs(&minor, made.spnego, &only_krb5) != GSS_S_COMPLETE)
        return STATUS_UNAVAILABLE;
    *out = made;
    made = (struct kerberos_credential){.krb5 = GSS_C_NO_CREDENTIAL,
                                        .spnego = GSS_C_NO_CREDENTIAL};
    return STATUS_OK;
}

void kerberos_credential_close(struct kerberos_credential *credential)
{
    OM_uint32 minor;

    gss_release_cred(&minor, &credential->krb5);
    gss_release_cred(&minor, &credential->spnego);
    free(credential->principal);
    free(credential->warning);
}
