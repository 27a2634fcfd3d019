#include "provider/web/head.h"

#include <string.h>

#include <http_parser.h>

#include "provider/base/own.h"

enum {
    BAD_REQUEST = 400,
    LENGTH_REQUIRED = 411,
    HEAD_TOO_LARGE = 431,
    OTHER_VERSION = 505,
    SIZE_DIGITS_MAX = 10,
};

/* ---- Its end ---- */

size_t head_size(struct text bytes, size_t *n_scanned)
{
    static const char end[] = "\r\n\r\n";
    const size_t n_end = sizeof(end) - 1;
    const size_t from = *n_scanned > n_end ? *n_scanned - n_end : 0;
    const char *found;

    if (bytes.size < from + n_end)
        return 0;
    found = memmem(bytes.data + from, bytes.size - from, end, n_end);
    *n_scanned = bytes.size;
    return found ? (size_t)(found - bytes.data) + n_end : 0;
}

/* ---- What no sender has a reason for ---- */

static bool is_plain(char c)
{
    return c == '\t' || (c >= ' ' && c <= '~');
}

/* Lines end with CR LF, and none continues the one before. */
static bool is_clean(struct text bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        const char next = i + 1 < bytes.size ? bytes.data[i + 1] : '\0';

        if (is_plain(bytes.data[i]))
            continue;
        if (bytes.data[i] != '\r' || next != '\n')
            return false;
        i++;
        if (i + 1 < bytes.size &&
            (bytes.data[i + 1] == ' ' || bytes.data[i + 1] == '\t'))
            return false;
    }
    return true;
}

static bool is_token(struct text name)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < name.size; i++) {
        const char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || memchr(marks, c, sizeof(marks) - 1)))
            return false;
    }
    return name.size > 0;
}

/* ---- What the library finds ---- */

struct reading {
    struct head *head;
    struct text target;
    struct text name; /* of the header whose value comes next */
    struct text length;
    struct text coding;
    size_t n_lines;
    bool is_whole;
    bool has_fault;
};

static int on_target(http_parser *parser, const char *at, size_t size)
{
    struct reading *reading = parser->data;

    reading->target = (struct text){at, size};
    return 0;
}

static int on_name(http_parser *parser, const char *at, size_t size)
{
    struct reading *reading = parser->data;

    reading->name = (struct text){at, size};
    reading->n_lines++;
    if (!is_token(reading->name))
        reading->has_fault = true;
    return 0;
}

/* Where the value of a header that matters goes; NULL: it does not. */
static struct text *place_of(struct reading *reading)
{
    struct head *head = reading->head;
    const struct {
        const char *name;
        struct text *place;
    } places[] = {
        {"Host", &head->host},
        {"Origin", &head->origin},
        {"Sec-Fetch-Site", &head->fetch_site},
        {"Authorization", &head->authorization},
        {"Content-Type", &head->content_type},
        {"Expect", &head->expect},
        {"Accept-Encoding", &head->accept_encoding},
        {"X-Request-ID", &head->request_id},
        {"If-Match", &head->if_match},
        {"If-None-Match", &head->if_none_match},
        {"SMS-Console", &head->console},
        {"Content-Length", &reading->length},
        {"Transfer-Encoding", &reading->coding},
    };

    for (size_t i = 0; i < ARRAY_SIZE(places); i++)
        if (text_equal_nocase(reading->name, text_of(places[i].name)))
            return places[i].place;
    return NULL;
}

static struct text trim(struct text value)
{
    while (value.size > 0 && (value.data[value.size - 1] == ' ' ||
                              value.data[value.size - 1] == '\t'))
        value.size--;
    return value;
}

static int on_value(http_parser *parser, const char *at, size_t size)
{
    struct reading *reading = parser->data;
    struct text *place = place_of(reading);

    if (!place)
        return 0;
    if (place->data) /* twice: which one counts? */
        reading->has_fault = true;
    *place = trim((struct text){at, size});
    return 0;
}

static int on_end(http_parser *parser)
{
    struct reading *reading = parser->data;

    reading->is_whole = true;
    return 0;
}

static const http_parser_settings callbacks = {
    .on_url = on_target,
    .on_header_field = on_name,
    .on_header_value = on_value,
    .on_headers_complete = on_end,
};

/* ---- What is left to be read ---- */

static bool read_size(struct text digits, size_t *size_out)
{
    size_t size = 0;

    if (!digits.data)
        return true;
    if (digits.size == 0 || digits.size > SIZE_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        size = size * 10 + (size_t)(digits.data[i] - '0');
    }
    *size_out = size;
    return size <= HEAD_BODY_MAX_BYTES;
}

static bool is_port(const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] < '0' || at[i] > '9')
            return false;
    return true;
}

/* "host", "host:443", "[::1]:443": without its port and brackets. */
bool head_cut_port(struct text *host)
{
    const bool is_literal = host->size > 0 && host->data[0] == '[';
    const char *end = NULL;
    size_t n;

    if (host->size > 0)
        end = memchr(host->data, is_literal ? ']' : ':', host->size);
    if (!end)
        return host->size > 0 && !is_literal;
    n = (size_t)(end - host->data);
    if (is_literal && n + 1 < host->size && end[1] != ':')
        return false;
    end += is_literal && n + 1 < host->size ? 2 : 1;
    if (!is_port(end, host->size - (size_t)(end - host->data)))
        return false;
    *host = (struct text){host->data + is_literal, n - is_literal};
    return host->size > 0;
}

/* One space each, and the version behind it: the library takes more. */
static bool is_line(struct text bytes, const http_parser *parser,
                    struct text target)
{
    const struct text method =
        text_of(http_method_str((enum http_method)parser->method));
    const struct text version = TEXT(" HTTP/1.1\r\n");
    const char *end = target.data + target.size;

    return target.data == bytes.data + method.size + 1 &&
           memcmp(bytes.data, method.data, method.size) == 0 &&
           bytes.data[method.size] == ' ' &&
           (size_t)(bytes.data + bytes.size - end) > version.size &&
           memcmp(end, version.data, version.size) == 0;
}

/* A path and its query; an address of somewhere else is none of ours. */
static bool read_target(struct text target, struct head *head)
{
    const char *mark;

    if (target.size == 0 || target.data[0] != '/' ||
        memchr(target.data, '#', target.size))
        return false;
    mark = memchr(target.data, '?', target.size);
    head->path = target;
    if (!mark)
        return true;
    head->path.size = (size_t)(mark - target.data);
    head->query = (struct text){mark + 1, target.size - head->path.size - 1};
    return true;
}

static enum head_method method_of(const http_parser *parser)
{
    switch (parser->method) {
    case HTTP_HEAD:
        return HEAD_HEAD;
    case HTTP_GET:
        return HEAD_GET;
    case HTTP_POST:
        return HEAD_POST;
    case HTTP_PUT:
        return HEAD_PUT;
    case HTTP_PATCH:
        return HEAD_PATCH;
    case HTTP_DELETE:
        return HEAD_DELETE;
    default:
        return HEAD_OTHER;
    }
}

static unsigned fail(unsigned status, const char *why, const char **why_out)
{
    *why_out = why;
    return status;
}

static unsigned read_rest(const http_parser *parser, struct reading *reading,
                          const char **why_out)
{
    struct head *head = reading->head;

    if (parser->http_major != 1 || parser->http_minor != 1)
        return fail(OTHER_VERSION, "HTTP/1.1 is spoken here.", why_out);
    if (reading->n_lines > HEAD_LINES_MAX)
        return fail(HEAD_TOO_LARGE, "Too many headers.", why_out);
    if (reading->coding.data && !reading->length.data)
        return fail(LENGTH_REQUIRED,
                    "A body needs a Content-Length; chunked bodies are not "
                    "taken.",
                    why_out);
    if (reading->coding.data || reading->has_fault ||
        !read_size(reading->length, &head->body_size))
        return fail(BAD_REQUEST, "The headers are ambiguous.", why_out);
    head->authority = head->host;
    if (!head->host.data || !head_cut_port(&head->host))
        return fail(BAD_REQUEST, "One Host is needed.", why_out);
    if (parser->upgrade || !read_target(reading->target, head))
        return fail(BAD_REQUEST, "The target must be a path.", why_out);
    head->method = method_of(parser);
    head->keeps_alive = http_should_keep_alive(parser);
    return 0;
}

unsigned head_read(struct text bytes, struct head *head_out,
                   const char **why_out)
{
    struct reading reading = {.head = head_out};
    http_parser parser;
    size_t n;

    *head_out = (struct head){0};
    if (!is_clean(bytes))
        return fail(BAD_REQUEST, "The head is not clean.", why_out);
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &reading;
    n = http_parser_execute(&parser, &callbacks, bytes.data, bytes.size);
    if (HTTP_PARSER_ERRNO(&parser) != HPE_OK || n != bytes.size ||
        !reading.is_whole)
        return fail(BAD_REQUEST, "This is no request of HTTP.", why_out);
    if (parser.http_major == 1 && parser.http_minor == 1 &&
        !is_line(bytes, &parser, reading.target))
        return fail(BAD_REQUEST, "This is no request of HTTP.", why_out);
    return read_rest(&parser, &reading, why_out);
}
