/*
 * Role files: what is read is written, and what is written reads the same.
 */
#include <assert.h>
#include <stdint.h>

#include "policy/role_xml.h"

static void round_trip(const struct role_xml *roles, size_t n)
{
    SCOPED(buf_free) struct buf once = buf_make(1 << 24);
    SCOPED(buf_free) struct buf twice = buf_make(1 << 24);
    OWNED(arena) arena = NULL;
    struct policy_messages messages;
    const struct role_xml *again;
    size_t n_again;

    if (role_xml_write(roles, n, &once) != STATUS_OK ||
        arena_new(1 << 26, &arena) != STATUS_OK)
        return;
    messages = messages_make(arena);
    if (role_xml_read(
            &(struct role_xml_file){.name = "b.xml", .text = buf_text(&once)},
            &messages, &again, &n_again) != STATUS_OK)
        __builtin_trap();
    assert(n == n_again);
    if (role_xml_write(again, n, &twice) == STATUS_OK)
        assert(text_equal(buf_text(&once), buf_text(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWNED(arena) arena = NULL;
    struct policy_messages messages;
    const struct role_xml *roles;
    size_t n;
    enum status status;

    if (arena_new(1 << 26, &arena) != STATUS_OK)
        return 0;
    messages = messages_make(arena);
    status = role_xml_read(&(struct role_xml_file){"a.xml",
                                                   {(const char *)data, size},
                                                   size % 2 != 0},
                           &messages, &roles, &n);
    assert((status == STATUS_OK) == (messages.n_errors == 0) ||
           status == STATUS_NO_MEMORY || status == STATUS_LIMIT);
    if (status == STATUS_OK)
        round_trip(roles, n);
    return 0;
}
