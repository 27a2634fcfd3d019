/* The parsers of the sign-in: first byte chooses, the rest is eaten. */
#include <stdint.h>
#include <stdlib.h>

#include <openssl/err.h>

#include "auth/certificate/certificate_name.h"
#include "auth/certificate/certificate_upn.h"
#include "auth/certificate/pem_file.h"
#include "auth/certificate/revocation_list.h"
#include "auth/gss_token.h"
#include "auth/pac/delegation_info.h"
#include "auth/pac/logon_info.h"
#include "auth/pam_wire.h"
#include "auth/plain.h"
#include "auth/token/bearer.h"
#include "auth/token/key_set.h"
#include "auth/token/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_bearer(struct text input)
{
    struct bearer_message message = {0};

    (void)!bearer_read(input, &message);
    bearer_message_clear(&message);
}

static void read_keys(struct text input)
{
    struct key_set *set = NULL;
    const char *why;

    if (key_set_read(input, &set, &why) == STATUS_OK)
        key_set_free(set);
}

static void read_token(struct text input)
{
    /* Without an issuer nothing passes, but everything up to it is read. */
    const struct token_setting setting = {.n_issuers = 0};
    struct auth_evidence evidence = {0};
    char *claimed = NULL;
    const char *why;

    (void)!token_check(&setting, input, &evidence, &claimed, &why);
    free(claimed);
}

static enum status take_block(void *context, const struct pem_block *block,
                              const char **why_out)
{
    (void)context;
    (void)why_out;
    if (block->kind != PEM_KIND_PRIVATE_KEY && block->der.size == 0)
        abort();
    return STATUS_OK;
}

static void read_pem(struct text input)
{
    static const struct pem_wanted all = {
        PEM_KIND_CERTIFICATE | PEM_KIND_REVOCATION_LIST | PEM_KIND_PRIVATE_KEY,
        PEM_KIND_PARAMETERS, "block"};
    X509_STORE *store = X509_STORE_new();
    const char *why = "";

    (void)!pem_text_read("fuzz.pem", input, &all, take_block, NULL, &why);
    if (store)
        (void)!revocation_list_read(store, "fuzz.crl", input, &why);
    X509_STORE_free(store);
    ERR_clear_error();
}

static void read_worker(struct text input)
{
    struct pam_prompts prompts;
    struct pam_answers answers;
    struct pam_verdict verdict;
    struct pam_begin begin;
    struct plain_message plain;

    (void)!pam_prompts_read(input, &prompts);
    (void)!pam_answers_read(input, &answers);
    (void)!pam_verdict_read(input, &verdict);
    (void)!pam_begin_read(input, &begin);
    (void)!plain_read(input, &plain);
}

/* What a ticket says of its user and of services. */
static void read_pac(struct text input)
{
    SCOPED(logon_info_clear) struct logon_info info = {0};
    SCOPED(buf_free) struct buf services = buf_make(1024);
    char text[SID_TEXT_BYTES];

    if (logon_info_read(input, &info) == STATUS_OK)
        for (size_t i = 0; i < info.n_sids; i++) {
            sid_write(&info.sids[i].sid, text);
            if (!sid_is_text(text_of(text)))
                abort();
        }
    (void)!delegation_info_read(input, &services);
}

/* The library's parser is its own business; what reads its result is ours. */
static void read_certificate(struct text input)
{
    const unsigned char *der = (const unsigned char *)input.data;
    SCOPED(buf_free) struct buf name = buf_make(65536);
    X509 *certificate = d2i_X509(NULL, &der, (long)input.size);

    if (certificate) {
        free(certificate_upn_read(certificate));
        (void)certificate_name_is_plain(X509_get_subject_name(certificate));
        (void)!certificate_name_write(X509_get_subject_name(certificate),
                                      &name);
    }
    X509_free(certificate);
    ERR_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text input = {(const char *)data + 1, size ? size - 1 : 0};

    if (size == 0)
        return 0;
    switch (data[0] % 9) {
    case 0:
        read_bearer(input);
        break;
    case 1:
        (void)!gss_token_check_krb5(input);
        break;
    case 2:
        (void)!gss_token_check_spnego(input);
        break;
    case 3:
        read_keys(input);
        break;
    case 4:
        read_worker(input);
        break;
    case 5:
        read_certificate(input);
        break;
    case 6:
        read_pem(input);
        break;
    case 7:
        read_pac(input);
        break;
    default:
        read_token(input);
    }
    return 0;
}
