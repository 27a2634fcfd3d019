/* A description of classes of inventory, as a file and as JSON: no input may do
 * more than produce messages; what was read is right, and the same as JSON. */
#include <assert.h>
#include <stdint.h>

#include "provider/object/inventory/description.h"

enum { ARENA_MAX_BYTES = 16 * 1024 * 1024 };

static void check_json(const json_t *json, const struct description *from)
{
    struct description read = {.name = from->name, .describe = from->describe};
    struct description extended;
    struct description_fault fault;

    if (description_read_json(json, &read, &fault) != STATUS_OK)
        return;
    if (description_check(&read, &fault) != STATUS_OK) {
        assert(fault.property < (int)read.n_properties);
        return;
    }
    assert(description_extend(&read, &read, &extended, &fault) == STATUS_OK);
    assert(description_is_equal(&read, &extended));
}

static void check_file(struct text text)
{
    OWNED(arena) arena = NULL;
    struct policy_messages messages;
    struct descriptions all;
    enum status status;

    if (arena_new(ARENA_MAX_BYTES, &arena) != STATUS_OK)
        return;
    messages = messages_make(arena);
    status = descriptions_read("fuzz.yaml", text, &messages, &all);
    assert(status != STATUS_INVALID || messages.n_errors > 0);
    for (size_t i = 0; status == STATUS_OK && i < all.n; i++) {
        struct description_fault fault;
        json_t *json = description_write_json(&all.of[i]);

        assert(description_check(&all.of[i], &fault) == STATUS_OK);
        assert(json);
        check_json(json, &all.of[i]);
        json_decref(json);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text text = {(const char *)data, size};
    const struct description any = {.name = TEXT("SMS_G_System_A")};
    json_t *json = json_loadb((const char *)data, size, JSON_ALLOW_NUL, NULL);

    check_file(text);
    if (json)
        check_json(json, &any);
    json_decref(json);
    return 0;
}
