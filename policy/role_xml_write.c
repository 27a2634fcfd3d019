/*
 * Security roles as the product's console writes them.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/role_xml.h"

static int mask_compare(const void *left, const void *right)
{
    const struct rbac_builtin_mask *a = left;
    const struct rbac_builtin_mask *b = right;

    return a->type < b->type ? -1 : a->type > b->type;
}

void role_xml_sort(struct rbac_builtin_mask *masks, size_t n)
{
    qsort(masks, n, sizeof(*masks), mask_compare);
}

/* What is not seen is spelled out: our own reader refuses it otherwise. */
static size_t write_character(struct buf *out, struct text rest)
{
    uint32_t code = 0;
    const size_t size = text_code_point(rest, &code);

    if (size == 0)
        buf_append_string(out, "&#xFFFD;");
    else if (text_is_visible(code))
        buf_append(out, rest.data, size);
    else
        buf_append_format(out, "&#x%X;", code);
    return size ? size : 1;
}

static void write_value(struct buf *out, const char *value)
{
    struct text rest = text_of(value);

    while (rest.size) {
        size_t size = 1;

        switch (rest.data[0]) {
        case '&':
            buf_append_string(out, "&amp;");
            break;
        case '<':
            buf_append_string(out, "&lt;");
            break;
        case '>':
            buf_append_string(out, "&gt;");
            break;
        case '"':
            buf_append_string(out, "&quot;");
            break;
        default:
            size = write_character(out, rest);
        }
        rest.data += size;
        rest.size -= size;
    }
}

static void write_operations(const struct rbac_builtin_mask *masks, size_t n,
                             struct buf *out)
{
    buf_append_string(out, "    <Operations>\r\n");
    for (size_t i = 0; i < n; i++)
        if (masks[i].operations)
            buf_append_format(out,
                              "      <Operation GrantedOperations=\"%u\" "
                              "ObjectTypeID=\"%u\" />\r\n",
                              masks[i].operations, masks[i].type);
    buf_append_string(out, "    </Operations>\r\n");
}

static enum status write_role(const struct role_xml *role, struct buf *out)
{
    SCOPED(memory_drop)
    struct rbac_builtin_mask *masks = calloc(role->n_masks + 1, sizeof(*masks));

    if (role_xml_is_builtin(text_of(role->name)))
        return STATUS_DENIED;
    if (!masks)
        return STATUS_NO_MEMORY;
    if (role->n_masks)
        memcpy(masks, role->masks, role->n_masks * sizeof(*masks));
    role_xml_sort(masks, role->n_masks);
    buf_append_string(out, "  <SMS_Role CopiedFromID=\"");
    write_value(out, role->copied_from);
    buf_append_string(out, "\" RoleName=\"");
    write_value(out, role->name);
    buf_append_string(out, "\" RoleDescription=\"");
    write_value(out, role->description);
    buf_append_string(out, "\">\r\n");
    write_operations(masks, role->n_masks, out);
    buf_append_string(out, "  </SMS_Role>\r\n");
    return buf_status(out);
}

enum status role_xml_write(const struct role_xml *roles, size_t n,
                           struct buf *out)
{
    buf_append_string(out, "<SMS_Roles>\r\n");
    for (size_t i = 0; i < n; i++)
        TRY(write_role(&roles[i], out));
    buf_append_string(out, "</SMS_Roles>");
    return buf_status(out);
}

enum status role_xml_of(const struct policy_role *role, struct arena *arena,
                        struct role_xml *xml_out)
{
    struct rbac_builtin_mask *masks =
        arena_alloc(arena, role->n_rights, sizeof(*masks));
    size_t n = 0;

    if (!masks)
        return arena_status(arena);
    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_right *right = &role->rights[i];

        if (n && masks[n - 1].type == right->type)
            masks[n - 1].operations |= right->operations;
        else
            masks[n++] =
                (struct rbac_builtin_mask){right->type, right->operations};
    }
    *xml_out = (struct role_xml){role->place, role->copied_from,
                                 role->name,  role->description,
                                 masks,       n};
    return STATUS_OK;
}
