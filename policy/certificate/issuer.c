#include "policy/certificate/issuer.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/base/text_trim.h"

enum {
    PARTS_MAX = 32,
    SUGGESTION_MAX_BYTES = 4096,
    /* That many digits without a letter are hardly hexadecimal: one in
     * 2,000. */
    DECIMAL_MIN_DIGITS = 16,
    DECIMAL_MAX_DIGITS = 60,
};

struct parts {
    struct text of[PARTS_MAX];
    size_t n;
};

static bool split(struct text name, char separator, struct parts *out)
{
    size_t from = 0;

    *out = (struct parts){.n = 0};
    for (size_t at = 0; at <= name.size; at++) {
        if (at < name.size && name.data[at] == '\\') {
            at++;
            continue;
        }
        if (at < name.size && name.data[at] != separator)
            continue;
        if (out->n == PARTS_MAX || at == from)
            return false;
        out->of[out->n++] =
            text_trim((struct text){name.data + from, at - from});
        from = at + 1;
    }
    return true;
}

static bool is_common_name(struct text part)
{
    return part.size > 2 &&
           text_equal_nocase((struct text){part.data, 2}, TEXT("CN")) &&
           (part.data[2] == '=' || part.data[2] == ' ');
}

/* From the last to the first, as one name. */
static const char *join(const struct parts *parts, bool escapes,
                        struct arena *arena)
{
    SCOPED(buf_free) struct buf out = buf_make(SUGGESTION_MAX_BYTES);

    for (size_t i = parts->n; i-- > 0;) {
        for (size_t j = 0; j < parts->of[i].size; j++) {
            if (escapes && parts->of[i].data[j] == ',')
                buf_append_char(&out, '\\');
            buf_append_char(&out, parts->of[i].data[j]);
        }
        if (i > 0)
            buf_append_char(&out, ',');
    }
    return buf_status(&out) == STATUS_OK ? arena_text(arena, buf_text(&out))
                                         : NULL;
}

const char *issuer_suggestion(struct text issuer, struct arena *arena)
{
    struct parts parts;

    if (issuer.size > 1 && issuer.data[0] == '/')
        return split((struct text){issuer.data + 1, issuer.size - 1}, '/',
                     &parts)
                   ? join(&parts, true, arena)
                   : NULL;
    if (!split(issuer, ',', &parts) || parts.n < 2 ||
        is_common_name(parts.of[0]) || !is_common_name(parts.of[parts.n - 1]))
        return NULL;
    return join(&parts, false, arena);
}

const char *serial_suggestion(struct text serial, struct arena *arena)
{
    char digits[DECIMAL_MAX_DIGITS + 1];
    BIGNUM *number = NULL;
    const char *made = NULL;
    char *hex;

    if (serial.size < DECIMAL_MIN_DIGITS || serial.size > DECIMAL_MAX_DIGITS)
        return NULL;
    for (size_t i = 0; i < serial.size; i++)
        if (serial.data[i] < '0' || serial.data[i] > '9')
            return NULL;
    memcpy(digits, serial.data, serial.size);
    digits[serial.size] = '\0';
    hex = BN_dec2bn(&number, digits) ? BN_bn2hex(number) : NULL;
    if (hex)
        made = arena_text(arena, text_of(hex));
    OPENSSL_free(hex);
    BN_free(number);
    return made;
}
