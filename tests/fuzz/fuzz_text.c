/*
 * Text of the base room: UTF-8, names, principals, base64, identities, and the
 * JSON writer, which must give valid UTF-8 whatever goes in.
 */
#include <assert.h>
#include <stdint.h>

#include "provider/base/base64.h"
#include "provider/base/identity.h"
#include "provider/base/json_writer.h"
#include "provider/base/name.h"
#include "provider/base/own.h"
#include "provider/base/realm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_base64(enum base64_alphabet alphabet, struct text input)
{
    SCOPED(buf_free) struct buf bytes = buf_make(1 << 16);
    SCOPED(buf_free) struct buf again = buf_make(1 << 17);

    if (base64_read(alphabet, input, &bytes) != STATUS_OK)
        return;
    /* What is accepted is the one spelling of its bytes. */
    base64_append(&again, alphabet, buf_text(&bytes));
    assert(text_equal(buf_text(&again), input));
}

/* What is fit for a name has a look, and looks like itself. */
static void check_name(struct text input)
{
    SCOPED(buf_free) struct buf look = buf_make(1 << 16);

    if (name_fault(input, 256))
        return;
    assert(text_is_name(input, 256));
    if (name_look(input, false, &look) == STATUS_OK)
        assert(name_is_alike(input, buf_text(&look), input, buf_text(&look)));
}

/* A canonical principal is its own, and is one of a user of a listed realm. */
static void check_principal(struct text input)
{
    static const char *const suffixes[] = {"m.t"};
    static const struct realm items[] = {{.name = "C.T",
                                          .netbios = "C",
                                          .suffixes = suffixes,
                                          .n_suffixes = 1,
                                          .ignores_case = true},
                                         {.name = "E.T"}};
    static const struct realms realms = {items, 2};
    SCOPED(buf_free) struct buf once = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(buf_free) struct buf twice = buf_make(IDENTITY_MAX_BYTES);

    if (realm_principal(&realms, input, &once) != REALM_LISTED)
        return;
    assert(realm_of(&realms, buf_text(&once)));
    assert(realm_principal_of_ticket(&realms, buf_text(&once), &twice) ==
           REALM_LISTED);
    assert(text_equal(buf_text(&once), buf_text(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text input = {(const char *)data, size};
    const size_t half = size / 2;
    SCOPED(buf_free) struct buf out = buf_make(1 << 20);
    SCOPED(buf_free) struct buf name = buf_make(IDENTITY_MAX_BYTES);
    struct json_writer w = json_writer_make(&out);
    enum status status;

    writer_text(&w, input);
    assert(text_is_utf8(buf_text(&out)));
    check_base64(BASE64_PLAIN, input);
    check_base64(BASE64_URL, input);
    check_name(input);
    check_principal(input);
    status = identity_of_serial((struct text){input.data, half},
                                (struct text){input.data + half, size - half},
                                &name);
    buf_clear(&name);
    if (status == STATUS_OK)
        status = identity_of_kerberos(input, &name);
    return 0;
}
