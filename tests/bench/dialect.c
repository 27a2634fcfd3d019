#include "tests/bench/dialect.h"

#include <stdio.h>
#include <string.h>

static bool contains(const char *answer, size_t n, const char *part)
{
    return memmem(answer, n, part, strlen(part)) != NULL;
}

/* ---- The provider's: JSON-RPC, a line each ---- */

static const struct {
    const char *key;
    const char *name;
} collections[] = {
    {"SMS00001", "All Systems"},
    {"SMS00002", "All Users"},
    {"SMS00003", "All User Groups"},
    {"SMS00004", "All Users and User Groups"},
};

enum { N_COLLECTIONS = sizeof(collections) / sizeof(*collections) };

static size_t rpc_sign_in(char room[DIALECT_MESSAGE_MAX_BYTES])
{
    return (size_t)sprintf(room, "%s\n",
                           "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":"
                           "\"auth.start\",\"params\":{\"mechanism\":"
                           "\"EXTERNAL\",\"data\":\"\"}}");
}

static size_t rpc_read(char room[DIALECT_MESSAGE_MAX_BYTES], unsigned number)
{
    return (size_t)sprintf(
        room,
        "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"object.get\",\"params\":"
        "{\"class\":\"SMS_Collection\",\"key\":\"%s\","
        "\"properties\":[\"Name\"]}}\n",
        number, collections[number % N_COLLECTIONS].key);
}

static size_t rpc_find(const char *got, size_t n)
{
    const char *end = memchr(got, '\n', n);

    return end ? (size_t)(end - got) + 1 : 0;
}

static bool rpc_is_signed_in(const char *answer, size_t n)
{
    return contains(answer, n, "\"done\":true");
}

static bool rpc_is_right(const char *answer, size_t n, unsigned number)
{
    char id[32], name[64];

    sprintf(id, "\"id\":%u,", number);
    sprintf(name, "\"Name\":\"%s\"", collections[number % N_COLLECTIONS].name);
    return contains(answer, n, id) && contains(answer, n, name);
}

/* ---- LDAP, RFC 4511: a message each, an answer of one or two ---- */

enum { BIND_RESPONSE = 0x61, SEARCH_DONE = 0x65, HEAD_BYTES = 8 };

/* The length bytes that follow a tag; 0: not all are there. */
static size_t read_length(const unsigned char *at, size_t n, size_t *size_out)
{
    const size_t n_more = n > 0 && at[0] > 0x80 ? at[0] & 0x7fu : 0;

    if (n == 0 || n_more > 4 || n < 1 + n_more)
        return 0;
    *size_out = n_more ? 0 : at[0];
    for (size_t i = 1; i <= n_more; i++)
        *size_out = *size_out << 8 | at[i];
    return 1 + n_more;
}

/* The message's whole size and the tag of its operation; 0: a part. */
static size_t read_message(const unsigned char *at, size_t n, int *tag_out)
{
    size_t size = 0, number = 0;
    const size_t head = n > 1 ? read_length(at + 1, n - 1, &size) : 0;
    size_t operation;

    if (head == 0 || n < 1 + head + size || size < 3)
        return 0;
    number = at[1 + head + 1];
    operation = 1 + head + 2 + number;
    *tag_out = operation < n ? at[operation] : 0;
    return 1 + head + size;
}

static size_t ldap_find(const char *got, size_t n)
{
    const unsigned char *at = (const unsigned char *)got;
    size_t whole = 0;

    for (;;) {
        int tag = 0;
        const size_t size = read_message(at + whole, n - whole, &tag);

        if (size == 0)
            return 0;
        whole += size;
        if (tag == BIND_RESPONSE || tag == SEARCH_DONE)
            return whole;
    }
}

static size_t ldap_sign_in(char room[DIALECT_MESSAGE_MAX_BYTES])
{
    static const char bind[] = "\x30\x18\x02\x01\x01\x60\x13\x02\x01\x03\x04"
                               "\x00\xa3\x0c\x04\x08"
                               "EXTERNAL\x04\x00";

    memcpy(room, bind, sizeof(bind) - 1);
    return sizeof(bind) - 1;
}

static size_t ldap_read(char room[DIALECT_MESSAGE_MAX_BYTES], unsigned number)
{
    static const char search[] =
        "\x63\x42\x04\x1cuid=alice,ou=people,dc=bench\x0a\x01\x00\x0a\x01\x00"
        "\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0b"
        "objectClass"
        "\x30\x06\x04\x04mail";
    char *at = room;

    *at++ = 0x30;
    *at++ = (char)(6 + sizeof(search) - 1);
    *at++ = 0x02;
    *at++ = 4;
    *at++ = (char)(number >> 24 & 0x7f);
    *at++ = (char)(number >> 16);
    *at++ = (char)(number >> 8);
    *at++ = (char)number;
    memcpy(at, search, sizeof(search) - 1);
    return HEAD_BYTES + sizeof(search) - 1;
}

static bool ldap_is_signed_in(const char *answer, size_t n)
{
    return contains(answer, n, "\x61\x07\x0a\x01") &&
           !memcmp(answer + n - 5, "\0\x04\0\x04\0", 5);
}

static bool ldap_is_right(const char *answer, size_t n, unsigned number)
{
    (void)number;
    return contains(answer, n, "alice@bench");
}

/* ---- Both ---- */

static const struct dialect dialects[] = {
    {"rpc", "smsprovider/1", rpc_sign_in, rpc_read, rpc_find, rpc_is_signed_in,
     rpc_is_right},
    {"ldap", NULL, ldap_sign_in, ldap_read, ldap_find, ldap_is_signed_in,
     ldap_is_right},
};

const struct dialect *dialect_of(const char *name)
{
    for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++)
        if (strcmp(dialects[i].name, name) == 0)
            return &dialects[i];
    return NULL;
}
