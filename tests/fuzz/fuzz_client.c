/*
 * A line from a server that may be hostile: reading the answer, and showing
 * what is in it. What is shown holds no character that a terminal obeys.
 */
#include <assert.h>
#include <stdint.h>

#include "provider/client/answer.h"
#include "provider/client/show.h"

enum { SHOWN_MAX_BYTES = 1 << 20 };

static void check_shown(struct text shown)
{
    assert(text_is_utf8(shown));
    for (size_t i = 0; i < shown.size; i++)
        assert((unsigned char)shown.data[i] >= 0x20 && shown.data[i] != 0x7F);
}

static void show(struct text text)
{
    SCOPED(buf_free) struct buf shown = buf_make(SHOWN_MAX_BYTES);

    show_text(&shown, text);
    if (buf_status(&shown) == STATUS_OK)
        check_shown(buf_text(&shown));
    buf_clear(&shown);
    show_field(&shown, text);
    if (buf_status(&shown) == STATUS_OK)
        check_shown(buf_text(&shown));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text line = {size ? (const char *)data : "", size};
    SCOPED(answer_drop) json_t *result = NULL;
    struct failure failure = {{SMSCLIENT_OK}};

    show(line);
    if (answer_read(line, 1, &failure, &result) == STATUS_OK) {
        assert(result);
    } else {
        assert(!result && failure.view.result != SMSCLIENT_OK);
        check_shown(text_of(failure.view.message));
        check_shown(text_of(failure.view.next));
    }
    failure_clear(&failure);
    return 0;
}
