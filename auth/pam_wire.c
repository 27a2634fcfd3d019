#include "auth/pam_wire.h"

static enum status read_u8(struct text *rest, uint8_t *out)
{
    if (rest->size == 0)
        return STATUS_INVALID;
    *out = (uint8_t)rest->data[0];
    rest->data++;
    rest->size--;
    return STATUS_OK;
}

static enum status read_text(struct text *rest, size_t max_bytes,
                             struct text *out)
{
    uint8_t high, low;
    size_t size;

    TRY(read_u8(rest, &high));
    TRY(read_u8(rest, &low));
    size = (size_t)high << 8 | low;
    if (size > max_bytes || size > rest->size ||
        (size && memchr(rest->data, '\0', size)))
        return STATUS_INVALID;
    *out = (struct text){rest->data, size};
    rest->data += size;
    rest->size -= size;
    return STATUS_OK;
}

static enum status read_kind(struct text *rest, enum pam_message_kind wanted)
{
    uint8_t kind;

    TRY(read_u8(rest, &kind));
    return kind == wanted ? STATUS_OK : STATUS_INVALID;
}

static enum status read_count(struct text *rest, size_t *n_out)
{
    uint8_t n;

    TRY(read_u8(rest, &n));
    if (n > PAM_PROMPTS_MAX)
        return STATUS_INVALID;
    *n_out = n;
    return STATUS_OK;
}

static enum status read_end(struct text rest)
{
    return rest.size == 0 ? STATUS_OK : STATUS_INVALID;
}

static void write_u8(struct buf *out, unsigned value)
{
    buf_append_char(out, (char)(value & 0xFF));
}

static void write_text(struct buf *out, struct text text)
{
    write_u8(out, (unsigned)(text.size >> 8));
    write_u8(out, (unsigned)text.size);
    buf_append_text(out, text);
}

enum pam_message_kind pam_message_kind_of(struct text packet)
{
    const uint8_t kind = packet.size ? (uint8_t)packet.data[0] : 0;

    return kind <= PAM_MESSAGE_VERDICT ? (enum pam_message_kind)kind
                                       : PAM_MESSAGE_NONE;
}

enum status pam_begin_read(struct text packet, struct pam_begin *out)
{
    TRY(read_kind(&packet, PAM_MESSAGE_BEGIN));
    TRY(read_text(&packet, PAM_TEXT_MAX_BYTES, &out->directory));
    TRY(read_text(&packet, PAM_NAME_MAX_BYTES, &out->service));
    TRY(read_text(&packet, PAM_NAME_MAX_BYTES, &out->user));
    TRY(read_text(&packet, PAM_TEXT_MAX_BYTES, &out->secret));
    TRY(read_text(&packet, PAM_NAME_MAX_BYTES, &out->host));
    TRY(read_text(&packet, PAM_NAME_MAX_BYTES, &out->terminal));
    return read_end(packet);
}

void pam_begin_write(const struct pam_begin *begin, struct buf *out)
{
    write_u8(out, PAM_MESSAGE_BEGIN);
    write_text(out, begin->directory);
    write_text(out, begin->service);
    write_text(out, begin->user);
    write_text(out, begin->secret);
    write_text(out, begin->host);
    write_text(out, begin->terminal);
}

enum status pam_prompts_read(struct text packet, struct pam_prompts *out)
{
    TRY(read_kind(&packet, PAM_MESSAGE_PROMPTS));
    TRY(read_count(&packet, &out->n));
    for (size_t i = 0; i < out->n; i++) {
        uint8_t style;

        TRY(read_u8(&packet, &style));
        if (style < PAM_STYLE_HIDDEN || style > PAM_STYLE_ERROR)
            return STATUS_INVALID;
        out->prompts[i].style = (enum pam_prompt_style)style;
        TRY(read_text(&packet, PAM_TEXT_MAX_BYTES, &out->prompts[i].text));
    }
    return read_end(packet);
}

void pam_prompts_write(const struct pam_prompts *prompts, struct buf *out)
{
    write_u8(out, PAM_MESSAGE_PROMPTS);
    write_u8(out, (unsigned)prompts->n);
    for (size_t i = 0; i < prompts->n; i++) {
        write_u8(out, prompts->prompts[i].style);
        write_text(out, prompts->prompts[i].text);
    }
}

enum status pam_answers_read(struct text packet, struct pam_answers *out)
{
    TRY(read_kind(&packet, PAM_MESSAGE_ANSWERS));
    TRY(read_count(&packet, &out->n));
    for (size_t i = 0; i < out->n; i++)
        TRY(read_text(&packet, PAM_TEXT_MAX_BYTES, &out->answers[i]));
    return read_end(packet);
}

void pam_answers_write(const struct pam_answers *answers, struct buf *out)
{
    write_u8(out, PAM_MESSAGE_ANSWERS);
    write_u8(out, (unsigned)answers->n);
    for (size_t i = 0; i < answers->n; i++)
        write_text(out, answers->answers[i]);
}

enum status pam_verdict_read(struct text packet, struct pam_verdict *out)
{
    uint8_t result;

    TRY(read_kind(&packet, PAM_MESSAGE_VERDICT));
    TRY(read_u8(&packet, &result));
    if (result == PAM_RESULT_NONE || result > PAM_RESULT_BROKEN)
        return STATUS_INVALID;
    out->result = (enum pam_result)result;
    TRY(read_text(&packet, PAM_NAME_MAX_BYTES, &out->user));
    return read_end(packet);
}

void pam_verdict_write(const struct pam_verdict *verdict, struct buf *out)
{
    write_u8(out, PAM_MESSAGE_VERDICT);
    write_u8(out, verdict->result);
    write_text(out, verdict->user);
}
