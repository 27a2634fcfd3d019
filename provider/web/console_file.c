#include "provider/web/console_file.h"

#include "provider/config/console_table.h"

enum { PIECE_BYTES = 16 * 1024 };

/* Nothing but the console's own files runs or is shown, and nobody frames
 * it. */
static const char guards[] =
    "Content-Security-Policy: default-src 'self'; "
    "base-uri 'none'; object-src 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "X-Frame-Options: DENY\r\n";

static enum web_want end_head(struct web *web, const struct peer *peer,
                              struct web_answer answer, struct buf *out)
{
    web->keeps_alive = web->keeps_alive && peer->session;
    web_write_answer(web, peer, answer, out);
    return web_end_request(web);
}

static enum web_want refuse(struct web *web, const struct peer *peer,
                            struct buf *out)
{
    return end_head(web, peer,
                    (struct web_answer){.status = 404,
                                        .type = "text/plain; charset=utf-8",
                                        .extra = guards,
                                        .body = TEXT("No such file.\n")},
                    out);
}

static enum web_want send_on(struct web *web, const struct peer *peer,
                             struct buf *out)
{
    return end_head(
        web, peer,
        (struct web_answer){.status = 308,
                            .location = text_of(web->page->moved_to)},
        out);
}

static void put_head(struct web *web, const struct peer *peer,
                     const struct console_file *file, bool is_packed,
                     struct buf *out)
{
    const bool is_bare = web->is_bare;

    web->keeps_alive = web->keeps_alive && peer->session;
    web->is_bare = true; /* the body follows, a piece at a time */
    web_write_answer(
        web, peer,
        (struct web_answer){.status = 200,
                            .type = file->type,
                            .cache = file->is_hashed
                                         ? "public, max-age=31536000, immutable"
                                         : "no-cache",
                            .extra = guards,
                            .is_packed = is_packed,
                            .varies = true,
                            .body = is_packed ? file->packed : file->plain},
        out);
    web->is_bare = is_bare;
}

static enum web_want begin_file(struct web *web, const struct peer *peer,
                                const struct console_file *file,
                                struct buf *out)
{
    const bool is_packed = file->packed.size > 0 && web->takes_gzip;

    put_head(web, peer, file, is_packed, out);
    if (web->is_bare)
        return web_end_request(web);
    web->console = console_table_hold(peer->listener->console);
    web->rest = is_packed ? file->packed : file->plain;
    web->stage = STAGE_FILE;
    return WEB_GOES_ON;
}

enum web_want console_file_begin(struct web *web, struct peer *peer,
                                 struct text below, struct buf *out)
{
    const struct text name = below.size > 0 ? below : TEXT("index.html");
    const struct console_file *file;

    if (web->page->moved_to)
        return send_on(web, peer, out);
    file = peer->listener->console
               ? console_table_find(peer->listener->console, name)
               : NULL;
    if (!file)
        return refuse(web, peer, out);
    return begin_file(web, peer, file, out);
}

enum web_want console_file_step(struct web *web, struct buf *out)
{
    struct text piece = web->rest;

    if (piece.size > PIECE_BYTES)
        piece.size = PIECE_BYTES;
    out->max_bytes = out->size + piece.size;
    buf_append_text(out, piece);
    web->rest =
        (struct text){web->rest.data + piece.size, web->rest.size - piece.size};
    if (web->rest.size > 0)
        return WEB_GOES_ON;
    console_file_drop(web);
    return web_end_request(web);
}

void console_file_drop(struct web *web)
{
    console_table_free(web->console);
    web->console = NULL;
    web->rest = (struct text){0};
}
