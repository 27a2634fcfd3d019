#include "policy/role_xml.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "policy/builtin.h"
#include "policy/lexicon.h"
#include "policy/readable.h"
#include "policy/schema.h"
#include "policy/xml_encoding.h"
#include "provider/base/name.h"

enum { OPERATIONS_MAX = 512, DEPTH_OPERATION = 4 };

/* The element at each depth, from 1. */
static const char *const elements[] = {"", "SMS_Roles", "SMS_Role",
                                       "Operations", "Operation"};

struct reading {
    xmlParserCtxtPtr parser;
    const char *file;
    struct text text; /* the whole file */
    bool is_lenient;
    struct arena *arena;
    struct policy_messages *messages;
    unsigned depth;
    size_t located; /* bytes of text that place has passed */
    struct policy_place place;
    struct role_xml *roles; /* [ROLE_XML_ROLES_MAX] */
    size_t n_roles;
    bool has_operations; /* the current role's list has been there */
    struct rbac_builtin_mask masks[OPERATIONS_MAX]; /* of the current role */
    size_t n_masks;
};

/* Ends the parsing after the first error that makes the rest senseless. */
static void stop(struct reading *reading)
{
    xmlStopParser(reading->parser);
}

/*
 * The place of the tag being read: the parser stands behind its attributes,
 * and no attribute can hold a '<'. Places are asked for in file order.
 */
static struct policy_place tag_place(struct reading *reading)
{
    const struct _xmlParserInput *input = reading->parser->input;
    size_t at = input->consumed + (size_t)(input->cur - input->base);

    if (at > reading->text.size)
        at = reading->text.size;
    while (at > reading->located && reading->text.data[at - 1] != '<')
        at--;
    at -= at > reading->located;
    for (; reading->located < at; reading->located++) {
        const unsigned char byte =
            (unsigned char)reading->text.data[reading->located];

        if (byte == '\n') {
            reading->place.line++;
            reading->place.column = 1;
        } else if ((byte & 0xC0) != 0x80) {
            reading->place.column++;
        }
    }
    return reading->place;
}

/* One attribute of an element: five pointers, as SAX2 hands them over. */
struct attribute {
    const char *name;
    const xmlChar *prefix;
    struct text value;
};

static struct attribute attribute_at(const xmlChar **attributes, int i)
{
    const xmlChar **at = attributes + 5 * (ptrdiff_t)i;

    return (struct attribute){(const char *)at[0],
                              at[1],
                              {(const char *)at[3], (size_t)(at[4] - at[3])}};
}

/* Values of the named attributes; anything else is an error. */
static bool read_attributes(struct reading *reading, int n,
                            const xmlChar **attributes,
                            const char *const *names, size_t n_names,
                            struct text *values_out)
{
    bool is_good = true;

    for (int i = 0; i < n; i++) {
        const struct attribute attribute = attribute_at(attributes, i);
        size_t which = 0;

        while (which < n_names && strcmp(names[which], attribute.name) != 0)
            which++;
        if (which < n_names && !attribute.prefix) {
            values_out[which] = attribute.value;
            continue;
        }
        messages_error(reading->messages, reading->place,
                       "unknown attribute %s%s",
                       message_quote(reading->arena, text_of(attribute.name)),
                       message_hint(reading->arena, text_of(attribute.name),
                                    names, n_names));
        is_good = false;
    }
    return is_good;
}

/* ---- Operation ---- */

static bool read_mask(struct reading *reading, const char *name,
                      struct text value, uint32_t *out)
{
    int64_t number;

    if (value.data && schema_read_integer(value, &number) && number >= 0 &&
        number <= UINT32_MAX) {
        *out = (uint32_t)number;
        return true;
    }
    messages_error(reading->messages, reading->place,
                   "%s: expected a number from 0 to 4294967295, found %s", name,
                   value.data ? message_quote(reading->arena, value)
                              : "nothing");
    return false;
}

static void say(struct reading *reading, bool is_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct reading *reading, bool is_error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    messages_add(reading->messages, is_error ? POLICY_ERROR : POLICY_WARNING,
                 reading->place, format, arguments);
    va_end(arguments);
}

static void add_mask(struct reading *reading, uint32_t id, uint32_t operations)
{
    const struct rbac_type *type =
        id <= UINT16_MAX ? rbac_catalog_type(&rbac_catalog, (uint16_t)id)
                         : NULL;
    const char *left_out = reading->is_lenient ? "; it is left out" : "";

    if (!type) {
        say(reading, !reading->is_lenient, "unknown object type %u%s", id,
            left_out);
        return;
    }
    if (operations & ~type->operations)
        say(reading, !reading->is_lenient,
            "%s has no operations with the bits %u%s", rbac_type_name(type),
            operations & ~type->operations, left_out);
    for (size_t i = 0; i < reading->n_masks; i++)
        if (reading->masks[i].type == id) {
            say(reading, true, "the object type %u is here twice", id);
            return;
        }
    operations &= type->operations;
    if (operations && reading->n_masks < OPERATIONS_MAX)
        reading->masks[reading->n_masks++] =
            (struct rbac_builtin_mask){type->id, operations};
}

static void begin_operation(struct reading *reading, int n,
                            const xmlChar **attributes)
{
    static const char *const names[] = {"GrantedOperations", "ObjectTypeID"};
    struct text values[ARRAY_SIZE(names)] = {{0}};
    uint32_t operations = 0;
    uint32_t type = 0;
    bool is_good = read_attributes(reading, n, attributes, names,
                                   ARRAY_SIZE(names), values);

    is_good &= read_mask(reading, names[0], values[0], &operations);
    is_good &= read_mask(reading, names[1], values[1], &type);
    if (is_good)
        add_mask(reading, type, operations);
}

/* ---- SMS_Role ---- */

/* "SMS0002R", or a site's "CM100003". */
static bool is_role_id(struct text id)
{
    if (id.size != 8)
        return false;
    for (size_t i = 0; i < id.size; i++)
        if (!((id.data[i] >= '0' && id.data[i] <= '9') ||
              (id.data[i] >= 'A' && id.data[i] <= 'Z')))
            return false;
    return memcmp(id.data, "SMS", 3) != 0 || rbac_builtin_role(id) != NULL;
}

bool role_xml_is_builtin(struct text name)
{
    for (size_t i = 0; i < rbac_n_builtin_roles; i++)
        if (text_equal_nocase(name, text_of(rbac_builtin_roles[i].name)))
            return true;
    return false;
}

static void check_role(struct reading *reading, struct text copied_from,
                       struct text name, struct text description)
{
    const char *quoted = message_quote(reading->arena, name);

    if (copied_from.size && !is_role_id(copied_from))
        say(reading, true, "CopiedFromID: %s is not the id of a known role",
            message_quote(reading->arena, copied_from));
    if (!name.size)
        say(reading, true, "the attribute RoleName is missing or empty");
    else if (name_fault(name, ROLE_XML_NAME_MAX_BYTES))
        say(reading, true, "RoleName: %s %s", quoted,
            name_fault(name, ROLE_XML_NAME_MAX_BYTES));
    else if (role_xml_is_builtin(name))
        say(reading, true, "%s is the name of a built-in role", quoted);
    if (description.size > ROLE_XML_TEXT_MAX_BYTES)
        say(reading, true, "RoleDescription is longer than %d bytes",
            ROLE_XML_TEXT_MAX_BYTES);
}

static void begin_role(struct reading *reading, int n,
                       const xmlChar **attributes)
{
    static const char *const names[] = {"CopiedFromID", "RoleName",
                                        "RoleDescription"};
    struct text values[ARRAY_SIZE(names)] = {{0}};
    struct role_xml *role = &reading->roles[reading->n_roles];

    if (reading->n_roles == ROLE_XML_ROLES_MAX) {
        say(reading, true, "more than %d roles", ROLE_XML_ROLES_MAX);
        stop(reading);
        return;
    }
    (void)read_attributes(reading, n, attributes, names, ARRAY_SIZE(names),
                          values);
    check_role(reading, values[0], values[1], values[2]);
    *role =
        (struct role_xml){.place = reading->place,
                          .copied_from = arena_text(reading->arena, values[0]),
                          .name = arena_text(reading->arena, values[1]),
                          .description = arena_text(reading->arena, values[2])};
    reading->n_masks = 0;
    reading->has_operations = false;
}

static void end_role(struct reading *reading)
{
    struct role_xml *role = &reading->roles[reading->n_roles++];
    struct rbac_builtin_mask *masks =
        arena_alloc(reading->arena, reading->n_masks, sizeof(*masks));

    if (!masks) {
        stop(reading);
        return;
    }
    memcpy(masks, reading->masks, reading->n_masks * sizeof(*masks));
    role_xml_sort(masks, reading->n_masks);
    role->masks = masks;
    role->n_masks = reading->n_masks;
}

/* ---- What the parser tells ---- */

static bool check_element(struct reading *reading, const char *name,
                          const xmlChar *prefix, const xmlChar *uri)
{
    if (reading->depth > DEPTH_OPERATION) {
        say(reading, true, "an element inside Operation");
        return false;
    }
    if (prefix || uri || strcmp(name, elements[reading->depth]) != 0) {
        say(reading, true, "expected the element %s, found %s",
            elements[reading->depth],
            message_quote(reading->arena, text_of(name)));
        return false;
    }
    if (reading->depth == 3 && reading->has_operations) {
        say(reading, true, "Operations is here twice");
        return false;
    }
    return true;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int n_namespaces,
                     const xmlChar **namespaces, int n_attributes,
                     int n_defaulted, const xmlChar **attributes)
{
    struct reading *reading = context;

    (void)n_namespaces;
    (void)namespaces;
    (void)n_defaulted;
    (void)tag_place(reading);
    reading->depth++;
    if (!check_element(reading, (const char *)name, prefix, uri)) {
        stop(reading);
        return;
    }
    switch (reading->depth) {
    case 2:
        begin_role(reading, n_attributes, attributes);
        break;
    case 3:
        reading->has_operations = true;
        (void)read_attributes(reading, n_attributes, attributes, NULL, 0, NULL);
        break;
    case 4:
        begin_operation(reading, n_attributes, attributes);
        break;
    default:
        (void)read_attributes(reading, n_attributes, attributes, NULL, 0, NULL);
    }
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct reading *reading = context;

    (void)name;
    (void)prefix;
    (void)uri;
    if (reading->depth == 2)
        end_role(reading);
    reading->depth--;
}

static void on_text(void *context, const xmlChar *bytes, int size)
{
    struct reading *reading = context;

    for (int i = 0; i < size; i++) {
        if (strchr(" \t\r\n", bytes[i]))
            continue;
        (void)tag_place(reading);
        say(reading, true, "text between the elements");
        stop(reading);
        return;
    }
}

/* A document type is where entities come from: there is none. */
static void on_doctype(void *context, const xmlChar *name,
                       const xmlChar *external, const xmlChar *system)
{
    struct reading *reading = context;

    (void)name;
    (void)external;
    (void)system;
    (void)tag_place(reading);
    say(reading, true, "document types and entities are not allowed");
    stop(reading);
}

static void on_error(void *context, xmlErrorPtr error)
{
    struct reading *reading = context;
    const char *message = error->message ? error->message : "";
    const struct policy_place place = {reading->file, (unsigned)error->line,
                                       (unsigned)error->int2};

    if (error->level < XML_ERR_ERROR || error->code == XML_ERR_USER_STOP)
        return;
    messages_error(reading->messages, place, "not well-formed XML: %.*s",
                   (int)strcspn(message, "\n"), message);
    stop(reading);
}

static void parser_drop(xmlParserCtxtPtr *parser)
{
    xmlFreeParserCtxt(*parser);
}

static enum status parse(struct reading *reading)
{
    static const xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .cdataBlock = on_text,
        .internalSubset = on_doctype,
        .serror = on_error,
    };
    SCOPED(parser_drop) xmlParserCtxtPtr parser = xmlNewParserCtxt();

    if (!parser)
        return STATUS_NO_MEMORY;
    *parser->sax = handler;
    parser->userData = reading;
    reading->parser = parser;
    (void)xmlCtxtReadMemory(parser, reading->text.data, (int)reading->text.size,
                            NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOENT);
    if (parser->errNo == XML_ERR_NO_MEMORY)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

/* Names are unique within a file. */
static bool check_names(struct reading *reading)
{
    struct lexicon names;

    if (!lexicon_make(&names, "role", reading->n_roles, reading->arena))
        return false;
    for (size_t i = 0; i < reading->n_roles; i++)
        lexicon_add(&names, reading->roles[i].name, (long)i,
                    reading->roles[i].place);
    return lexicon_finish_names(&names, reading->messages);
}

static bool check_bytes(const struct reading *reading)
{
    const struct text mark = TEXT("\xEF\xBB\xBF");
    const struct policy_place start = {reading->file, 1, 1};
    struct text text = reading->text;

    if (text.size > ROLE_XML_MAX_BYTES)
        messages_error(reading->messages, start, "larger than %d MiB",
                       ROLE_XML_MAX_BYTES / 1024 / 1024);
    else if (text.size == 0)
        messages_error(reading->messages, start, "the file is empty");
    else {
        if (text.size > mark.size && memcmp(text.data, mark.data, 3) == 0)
            text = (struct text){text.data + mark.size, text.size - mark.size};
        if (readable_check(reading->file, text, reading->messages) != STATUS_OK)
            return false;
        if (xml_declares_utf8(text))
            return true;
        messages_error(reading->messages, start,
                       "declares another encoding; save it as UTF-8");
    }
    return false;
}

enum status role_xml_read(const struct role_xml_file *file,
                          struct policy_messages *messages,
                          const struct role_xml **roles_out, size_t *n_out)
{
    struct arena *arena = messages->arena;
    const size_t n_errors = messages->n_errors;
    struct reading reading = {.file = file->name,
                              .text = file->text,
                              .is_lenient = file->is_lenient,
                              .arena = arena,
                              .messages = messages,
                              .place = {file->name, 1, 1}};

    if (!check_bytes(&reading))
        return STATUS_INVALID;
    reading.roles =
        arena_alloc(arena, ROLE_XML_ROLES_MAX, sizeof(*reading.roles));
    if (!reading.roles)
        return arena_status(arena);
    TRY(parse(&reading));
    if (messages->n_errors == n_errors && reading.n_roles == 0)
        messages_error(messages, reading.place, "no SMS_Role in the file");
    if (!check_names(&reading))
        return arena_status(arena);
    TRY(arena_status(arena));
    if (messages->n_errors != n_errors)
        return STATUS_INVALID;
    *roles_out = reading.roles;
    *n_out = reading.n_roles;
    return STATUS_OK;
}
