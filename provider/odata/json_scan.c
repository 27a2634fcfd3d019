#include "provider/odata/json_scan.h"

static bool has_more(const struct json_scan *scan)
{
    return scan->at < scan->text.size;
}

char json_scan_now(const struct json_scan *scan)
{
    return has_more(scan) ? scan->text.data[scan->at] : '\0';
}

bool json_scan_is(struct json_scan *scan, char c)
{
    if (!has_more(scan) || json_scan_now(scan) != c)
        return false;
    scan->at++;
    return true;
}

bool json_scan_string(struct json_scan *scan, struct text *inner_out)
{
    const size_t from = scan->at + 1;

    if (!json_scan_is(scan, '"'))
        return false;
    while (has_more(scan) && json_scan_now(scan) != '"')
        scan->at += json_scan_now(scan) == '\\' ? 2 : 1;
    if (!has_more(scan))
        return false;
    *inner_out = (struct text){scan->text.data + from, scan->at - from};
    scan->at++;
    return true;
}

static bool is_end(char c)
{
    return c == ',' || c == '}' || c == ']' || c == '\0';
}

/* One step: a text, or one character, which may open or close something. */
static bool step(struct json_scan *scan, size_t *depth)
{
    const char c = json_scan_now(scan);
    struct text ignored;

    if (c == '"')
        return json_scan_string(scan, &ignored);
    *depth += c == '{' || c == '[';
    *depth -= c == '}' || c == ']';
    scan->at++;
    return true;
}

bool json_scan_value(struct json_scan *scan, struct text *value_out)
{
    const size_t from = scan->at;
    size_t depth = 0;

    do {
        if (depth == 0 && is_end(json_scan_now(scan)))
            return false;
        if (!step(scan, &depth))
            return false;
    } while (has_more(scan) && (depth > 0 || !is_end(json_scan_now(scan))));
    *value_out = (struct text){scan->text.data + from, scan->at - from};
    return depth == 0;
}
