#include "provider/odata/openapi.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/json_writer.h"
#include "provider/base/own.h"
#include "provider/odata/shape.h"

enum { NAME_BYTES = 256 };

/* ---- Small parts ---- */

static void put_reference(struct json_writer *w, const char *kind,
                          const char *name)
{
    char reference[NAME_BYTES];

    (void)snprintf(reference, sizeof(reference), "#/components/%s/%s", kind,
                   name);
    writer_object_begin(w);
    writer_put_string(w, "$ref", reference);
    writer_object_end(w);
}

static void key_reference(struct json_writer *w, const char *key,
                          const char *kind, const char *name)
{
    writer_key(w, key);
    put_reference(w, kind, name);
}

/* {"application/json": {"schema": <what follows>}}; ended by end_content(). */
static void begin_content(struct json_writer *w)
{
    writer_key(w, "content");
    writer_object_begin(w);
    writer_key(w, "application/json");
    writer_object_begin(w);
    writer_key(w, "schema");
}

static void end_content(struct json_writer *w)
{
    writer_object_end(w);
    writer_object_end(w);
}

/* ---- Properties and arguments ---- */

static void put_type(struct json_writer *w, const struct object_property *p)
{
    static const struct {
        const char *type, *format;
    } types[] = {
        [OBJECT_STRING] = {"string", NULL},
        [OBJECT_INTEGER] = {"integer", "int64"},
        [OBJECT_BOOLEAN] = {"boolean", NULL},
        [OBJECT_DATETIME] = {"string", "date-time"},
        [OBJECT_STRINGS] = {"string", NULL},
        [OBJECT_EMBEDDED] = {"object", NULL},
        [OBJECT_DATETIMES] = {"string", "date-time"},
    };

    writer_put_string(w, "type", types[p->type].type);
    if (types[p->type].format)
        writer_put_string(w, "format", types[p->type].format);
    if (p->type == OBJECT_STRING && p->max > 0)
        writer_put_int(w, "maxLength", p->max);
}

static void put_value(struct json_writer *w, const struct object_property *p)
{
    if (!shape_is_many(p)) {
        put_type(w, p);
        return;
    }
    writer_put_string(w, "type", "array");
    writer_key(w, "items");
    writer_object_begin(w);
    put_type(w, p);
    writer_object_end(w);
}

static void put_properties(struct json_writer *w,
                           const struct object_property *properties, size_t n)
{
    writer_object_begin(w);
    writer_put_string(w, "type", "object");
    writer_key(w, "properties");
    writer_object_begin(w);
    for (size_t i = 0; i < n; i++) {
        writer_key(w, properties[i].name);
        writer_object_begin(w);
        put_value(w, &properties[i]);
        writer_put_string(w, "description", properties[i].describe);
        if (properties[i].flags & OBJECT_READ_ONLY)
            writer_put_bool(w, "readOnly", true);
        writer_object_end(w);
    }
    writer_object_end(w);
    writer_object_end(w);
}

/* ---- Operations ---- */

struct operation {
    const char *verb;
    const char *summary;
    const char *id; /* behind the name of the class */
    const char *status;
    const char *answer; /* NULL: the object */
    bool is_allowed;
    bool is_list; /* it takes the options of a list */
    bool takes_object;
};

/* Each may be refused, in one way. */
static void put_responses(struct json_writer *w, const char *status,
                          const char *description, const char *schema)
{
    writer_key(w, "responses");
    writer_object_begin(w);
    writer_key(w, status);
    writer_object_begin(w);
    writer_put_string(w, "description", description);
    if (schema) {
        begin_content(w);
        put_reference(w, "schemas", schema);
        end_content(w);
    }
    writer_object_end(w);
    key_reference(w, "default", "responses", "Error");
    writer_object_end(w);
}

static void put_id(struct json_writer *w, const char *class_name,
                   const char *what)
{
    char id[NAME_BYTES];

    (void)snprintf(id, sizeof(id), "%s_%s", class_name, what);
    writer_put_string(w, "operationId", id);
    writer_key(w, "tags");
    writer_array_begin(w);
    writer_string(w, class_name);
    writer_array_end(w);
}

static void put_list_options(struct json_writer *w)
{
    static const char *const names[] = {"filter", "select", "orderby",
                                        "top",    "skip",   "count"};

    writer_key(w, "parameters");
    writer_array_begin(w);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        put_reference(w, "parameters", names[i]);
    writer_array_end(w);
}

static void put_operation(struct json_writer *w,
                          const struct object_class *class,
                          const struct operation *operation)
{
    if (!operation->is_allowed)
        return;
    writer_key(w, operation->verb);
    writer_object_begin(w);
    writer_put_string(w, "summary", operation->summary);
    put_id(w, class->name, operation->id);
    if (operation->is_list)
        put_list_options(w);
    if (operation->takes_object) {
        writer_key(w, "requestBody");
        writer_object_begin(w);
        writer_put_bool(w, "required", true);
        begin_content(w);
        put_reference(w, "schemas", class->name);
        end_content(w);
        writer_object_end(w);
    }
    put_responses(w, operation->status, operation->summary, operation->answer);
    writer_object_end(w);
}

/* ---- Paths ---- */

static void begin_path(struct json_writer *w, const char *class_name,
                       const char *behind, const char *method)
{
    char path[NAME_BYTES];

    (void)snprintf(path, sizeof(path), "/%s%s%s", class_name, behind, method);
    writer_key(w, path);
    writer_object_begin(w);
    if (behind[0] == '/') {
        writer_key(w, "parameters");
        writer_array_begin(w);
        put_reference(w, "parameters", "key");
        writer_array_end(w);
    }
}

static void put_set(struct json_writer *w, const struct object_class *class)
{
    const struct operation operations[] = {
        {"get", "Objects of the class", "list", "200", "Page", true, true,
         false},
        {"post", "Makes an object", "create", "201", class->name,
         class->can_create, false, true},
    };

    begin_path(w, class->name, "", "");
    for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
        put_operation(w, class, &operations[i]);
    writer_object_end(w);
}

static void put_object(struct json_writer *w, const struct object_class *class)
{
    const struct operation operations[] = {
        {"get", "The object", "get", "200", "Page", true, false, false},
        {"put", "Changes the object, sent as a whole", "replace", "200",
         class->name, class->can_modify, false, true},
        {"patch", "Changes properties of the object", "update", "200",
         class->name, class->can_modify, false, true},
        {"delete", "Deletes the object", "delete", "204", NULL,
         class->can_remove, false, false},
    };

    begin_path(w, class->name, "/{key}", "");
    for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
        put_operation(w, class, &operations[i]);
    writer_object_end(w);
}

static void put_method(struct json_writer *w, const struct object_class *class,
                       const struct object_method *method)
{
    begin_path(w, class->name, method->is_static ? "." : "/{key}/AdminService.",
               method->name);
    writer_key(w, "post");
    writer_object_begin(w);
    writer_put_string(w, "summary", method->describe);
    put_id(w, class->name, method->name);
    if (method->n_args > 0) {
        writer_key(w, "requestBody");
        writer_object_begin(w);
        begin_content(w);
        put_properties(w, method->args, method->n_args);
        end_content(w);
        writer_object_end(w);
    }
    put_responses(w, "201", "What the method answers", "Result");
    writer_object_end(w);
    writer_object_end(w);
}

/* ---- What they share ---- */

static const char shared[] =
    "\"securitySchemes\":{"
    "\"negotiate\":{\"type\":\"http\",\"scheme\":\"negotiate\"},"
    "\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
    "\"certificate\":{\"type\":\"mutualTLS\"}},"
    "\"parameters\":{"
    "\"key\":{\"name\":\"key\",\"in\":\"path\",\"required\":true,"
    "\"description\":\"Key of the object\",\"schema\":{\"type\":\"string\"}},"
    "\"filter\":{\"name\":\"$filter\",\"in\":\"query\",\"description\":"
    "\"Name eq 'x' and not contains(Comment,'y')\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"select\":{\"name\":\"$select\",\"in\":\"query\",\"description\":"
    "\"Names of properties\",\"schema\":{\"type\":\"string\"}},"
    "\"orderby\":{\"name\":\"$orderby\",\"in\":\"query\",\"description\":"
    "\"Name desc\",\"schema\":{\"type\":\"string\"}},"
    "\"top\":{\"name\":\"$top\",\"in\":\"query\",\"description\":"
    "\"How many\",\"schema\":{\"type\":\"integer\",\"minimum\":0}},"
    "\"skip\":{\"name\":\"$skip\",\"in\":\"query\",\"description\":"
    "\"How many before them\",\"schema\":{\"type\":\"integer\","
    "\"minimum\":0}},"
    "\"count\":{\"name\":\"$count\",\"in\":\"query\",\"description\":"
    "\"Say how many there are\",\"schema\":{\"type\":\"boolean\"}}},"
    "\"responses\":{\"Error\":{\"description\":\"Refused or failed\","
    "\"content\":{\"application/json\":{\"schema\":"
    "{\"$ref\":\"#/components/schemas/Error\"}}}}}";

static const char schemas[] =
    "\"Error\":{\"type\":\"object\",\"required\":[\"error\"],\"properties\":{"
    "\"error\":{\"type\":\"object\",\"required\":[\"code\",\"message\"],"
    "\"properties\":{\"code\":{\"type\":\"string\"},"
    "\"message\":{\"type\":\"string\"},"
    "\"innererror\":{\"type\":\"object\"}}}}},"
    "\"Page\":{\"type\":\"object\",\"required\":[\"value\"],\"properties\":{"
    "\"@odata.context\":{\"type\":\"string\"},"
    "\"@odata.count\":{\"type\":\"integer\"},"
    "\"@odata.nextLink\":{\"type\":\"string\"},"
    "\"value\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}},"
    "\"Result\":{\"type\":\"object\",\"required\":[\"ReturnValue\"],"
    "\"properties\":{\"ReturnValue\":{\"type\":\"integer\"}}}";

static void put_paths(const struct object_class *class, void *context)
{
    struct json_writer *w = context;

    put_set(w, class);
    put_object(w, class);
    for (size_t i = 0; i < class->n_methods; i++)
        put_method(w, class, &class->methods[i]);
}

static void put_schema(const struct object_class *class, void *context)
{
    struct json_writer *w = context;

    writer_key(w, class->name);
    put_properties(w, class->properties, class->n_properties);
}

/* ---- The whole ---- */

static void put_head(struct json_writer *w, struct text server)
{
    writer_put_string(w, "openapi", "3.1.0");
    writer_key(w, "info");
    writer_object_begin(w);
    writer_put_string(w, "title", "Administration service");
    writer_put_string(w, "version", SMS_VERSION);
    writer_object_end(w);
    writer_key(w, "servers");
    writer_array_begin(w);
    writer_object_begin(w);
    writer_put_text(w, "url", (struct text){server.data, server.size - 1});
    writer_object_end(w);
    writer_array_end(w);
    writer_key(w, "security");
    writer_raw(w, TEXT("[{\"certificate\":[]},{\"negotiate\":[]},"
                       "{\"bearer\":[]}]"));
}

void openapi_put(struct text server, struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    writer_object_begin(&w);
    put_head(&w, server);
    writer_key(&w, "paths");
    writer_object_begin(&w);
    shape_each_class(put_paths, &w);
    writer_object_end(&w);
    writer_key(&w, "components");
    writer_object_begin(&w);
    writer_raw(&w, text_of(shared));
    writer_key(&w, "schemas");
    writer_object_begin(&w);
    writer_raw(&w, text_of(schemas));
    shape_each_class(put_schema, &w);
    writer_object_end(&w);
    writer_object_end(&w);
    writer_object_end(&w);
}
