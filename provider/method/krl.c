#include "provider/method/krl.h"

enum {
    KRL_MAX_BYTES = 512 * 1024,
    FORMAT = 1,
    SECTION_CERTIFICATES = 1,
    SECTION_SERIAL_RANGE = 0x21,
};

static const char magic[] = "SSHKRL\n";

static void put_number(struct buf *out, uint64_t number, size_t n_bytes)
{
    for (size_t i = n_bytes; i-- > 0;)
        buf_append_char(out, (char)(number >> (8 * i)));
}

static void put_string(struct buf *out, struct text string)
{
    put_number(out, string.size, sizeof(uint32_t));
    buf_append_text(out, string);
}

struct krl krl_begin(struct text authority, int64_t now_s)
{
    struct krl krl = {buf_make(KRL_MAX_BYTES), buf_make(KRL_MAX_BYTES)};

    buf_append(&krl.out, magic, sizeof(magic));
    put_number(&krl.out, FORMAT, sizeof(uint32_t));
    put_number(&krl.out, (uint64_t)now_s, sizeof(uint64_t)); /* its number */
    put_number(&krl.out, (uint64_t)now_s, sizeof(uint64_t));
    put_number(&krl.out, 0, sizeof(uint64_t)); /* flags */
    put_string(&krl.out, (struct text){0});    /* reserved */
    put_string(&krl.out, (struct text){0});    /* a comment */
    put_string(&krl.section, authority);
    put_string(&krl.section, (struct text){0}); /* reserved */
    return krl;
}

void krl_put_range(struct krl *krl, uint64_t first, uint64_t last)
{
    buf_append_char(&krl->section, SECTION_SERIAL_RANGE);
    put_number(&krl->section, 2 * sizeof(uint64_t), sizeof(uint32_t));
    put_number(&krl->section, first, sizeof(uint64_t));
    put_number(&krl->section, last, sizeof(uint64_t));
}

enum status krl_end(struct krl *krl)
{
    TRY(buf_status(&krl->section));
    buf_append_char(&krl->out, SECTION_CERTIFICATES);
    put_string(&krl->out, buf_text(&krl->section));
    return buf_status(&krl->out);
}

void krl_free(struct krl *krl)
{
    buf_free(&krl->out);
    buf_free(&krl->section);
}
