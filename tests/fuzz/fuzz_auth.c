/* The parsers of the sign-in: first byte chooses, the rest is eaten. */
#include <stdint.h>
#include <stdlib.h>

#include "auth/bearer.h"
#include "auth/gss_token.h"
#include "auth/key_set.h"
#include "auth/token.h"

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
    static const char *const algorithms[] = {"ES256"};
    static const struct auth_issuer_config config = {.issuer = "i",
                                                     .audience = "a",
                                                     .algorithms = algorithms,
                                                     .n_algorithms = 1};
    const struct token_issuer issuer = {&config, NULL};
    struct auth_evidence evidence = {0};
    char *claimed = NULL;
    const char *why;

    /* Without an issuer nothing passes, but everything up to it is read. */
    (void)!token_check(&issuer, 0, input, 0, &evidence, &claimed, &why);
    free(claimed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text input = {(const char *)data + 1, size ? size - 1 : 0};

    if (size == 0)
        return 0;
    switch (data[0] % 5) {
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
    default:
        read_token(input);
    }
    return 0;
}
