#include "provider/base/secret.h"

#include <stdlib.h>
#include <string.h>

enum status secret_set(struct secret *secret_out, struct text bytes)
{
    char *copy = text_dup(bytes);

    if (!copy)
        return STATUS_NO_MEMORY;
    secret_wipe(secret_out);
    secret_out->data = copy;
    secret_out->size = bytes.size;
    return STATUS_OK;
}

void secret_wipe(struct secret *secret)
{
    if (secret->data)
        explicit_bzero(secret->data, secret->size);
    free(secret->data);
    *secret = (struct secret){0};
}

bool secret_equal(struct text a, struct text b)
{
    volatile unsigned char difference = 0;

    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        difference = (unsigned char)(difference | (a.data[i] ^ b.data[i]));
    return difference == 0;
}
