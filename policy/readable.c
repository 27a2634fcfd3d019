#include "policy/readable.h"

#include "provider/base/mutant.h"
#include "provider/base/own.h"

/* Ranges of characters that are not allowed in a file, and what they are. */
static const struct {
    uint32_t first, last;
    const char *what;
} deceivers[] = {
    {0x00, 0x00, "a NUL character"},
    {0x01, 0x08, "a control character"},
    {0x0B, 0x0C, "a control character"},
    {0x0D, 0x0D, "a carriage return that ends a line by itself"},
    {0x0E, 0x1F, "a control character"},
    {0x7F, 0x84, "a control character"},
    {0x85, 0x85, "U+0085, which ends a line here and in no editor"},
    {0x86, 0x9F, "a control character"},
    {0x061C, 0x061C, "a bidirectional control"},
    {0x180E, 0x180E, "an invisible character"},
    {0x200B, 0x200B, "an invisible character"},
    {0x200E, 0x200F, "a bidirectional control"},
    {0x2028, 0x2028, "U+2028, which ends a line here and in no editor"},
    {0x2029, 0x2029, "U+2029, which ends a line here and in no editor"},
    {0x202A, 0x202E, "a bidirectional control"},
    {0x2060, 0x2065, "an invisible character"},
    {0x2066, 0x2069, "a bidirectional control"},
    {0x206A, 0x206F, "an invisible character"},
    {0xFEFF, 0xFEFF, "a byte order mark inside the file"},
    {0xFFF9, 0xFFFB, "an invisible character"},
    {0xE0000, 0xE00FF, "an invisible character"},
};

static const char *deception_of(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_SIZE(deceivers); i++)
        if (code >= deceivers[i].first && code <= deceivers[i].last)
            return deceivers[i].what;
    return NULL;
}

/* The fault of the first character, and its size. */
static const char *fault_at(struct text text, size_t *size_out, uint32_t *code)
{
    *size_out = text_code_point(text, code);
    if (*size_out == 0)
        return "not UTF-8";
    if (*code == '\r' && text.size > 1 && text.data[1] == '\n')
        return NULL; /* the line ends behind it */
    if (MUTANT("c4-comment") && *code != 0)
        return NULL;
    return deception_of(*code);
}

enum status readable_check(const char *file, struct text text,
                           struct policy_messages *messages)
{
    struct policy_place place = {file, 1, 1};

    while (text.size) {
        uint32_t code = 0;
        size_t size;
        const char *fault = fault_at(text, &size, &code);

        if (fault) {
            messages_error(messages, place, "%s", fault);
            return STATUS_INVALID;
        }
        place.column++;
        if (code == '\n') {
            place.line++;
            place.column = 1;
        }
        text.data += size;
        text.size -= size;
    }
    return STATUS_OK;
}
