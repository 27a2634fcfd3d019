#include "provider/odata/csdl.h"

#include "provider/odata/shape.h"
#include "provider/odata/v1_set.h"

#define CORE "Org.OData.Core.V1"

/* ---- XML ---- */

static void put_text(struct buf *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '&')
            buf_append_string(out, "&amp;");
        else if (*c == '<')
            buf_append_string(out, "&lt;");
        else if (*c == '"')
            buf_append_string(out, "&quot;");
        else
            buf_append_char(out, *c);
    }
}

static void put_attribute(struct buf *out, const char *name, const char *value)
{
    buf_append_format(out, " %s=\"", name);
    put_text(out, value);
    buf_append_char(out, '"');
}

static void put_description(struct buf *out, const char *text)
{
    buf_append_string(out, "<Annotation Term=\"" CORE ".Description\"");
    put_attribute(out, "String", text);
    buf_append_string(out, "/>");
}

/* ---- Types ---- */

static const char *type_of(const struct object_property *p)
{
    switch (p->type) {
    case OBJECT_STRING:
    case OBJECT_STRINGS:
        return "Edm.String";
    case OBJECT_INTEGER:
        return p->min >= INT32_MIN && p->max > 0 && p->max <= INT32_MAX
                   ? "Edm.Int32"
                   : "Edm.Int64";
    case OBJECT_BOOLEAN:
        return "Edm.Boolean";
    case OBJECT_DATETIME:
    case OBJECT_DATETIMES:
        return "Edm.DateTimeOffset";
    case OBJECT_EMBEDDED:
        break;
    }
    return CSDL_NAMESPACE ".Object";
}

/* Its type, and what else is the same of a property and an argument. */
static void put_facets(struct buf *out, const struct object_property *p)
{
    buf_append_format(
        out, shape_is_many(p) ? " Type=\"Collection(%s)\"" : " Type=\"%s\"",
        type_of(p));
    if (p->type == OBJECT_STRING && p->max > 0)
        buf_append_format(out, " MaxLength=\"%lld\"", (long long)p->max);
    if (shape_is_many(p) || p->flags & OBJECT_KEY)
        buf_append_string(out, " Nullable=\"false\"");
}

static void put_property(struct buf *out, const struct object_property *p)
{
    buf_append_string(out, "<Property");
    put_attribute(out, "Name", p->name);
    put_facets(out, p);
    buf_append_char(out, '>');
    put_description(out, p->describe);
    if (p->flags & OBJECT_READ_ONLY)
        buf_append_string(out, "<Annotation Term=\"" CORE ".Computed\"/>");
    else if (p->flags & OBJECT_FIXED)
        buf_append_string(out, "<Annotation Term=\"" CORE ".Immutable\"/>");
    buf_append_string(out, "</Property>\n");
}

static void put_class(struct buf *out, const struct object_class *class)
{
    buf_append_string(out, "<EntityType");
    put_attribute(out, "Name", class->name);
    buf_append_string(out, ">");
    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_KEY) {
            buf_append_string(out, "<Key><PropertyRef");
            put_attribute(out, "Name", class->properties[i].name);
            buf_append_string(out, "/></Key>\n");
        }
    for (size_t i = 0; i < class->n_properties; i++)
        put_property(out, &class->properties[i]);
    put_description(out, class->describe);
    buf_append_string(out, "</EntityType>\n");
}

/* ---- Methods ---- */

static void put_method_name(struct buf *out, const struct object_class *class,
                            const struct object_method *method)
{
    if (method->is_static)
        buf_append_format(out, "%s_", class->name);
    buf_append_string(out, method->name);
}

static void put_method(struct buf *out, const struct object_class *class,
                       const struct object_method *method)
{
    buf_append_string(out, "<Action Name=\"");
    put_method_name(out, class, method);
    buf_append_string(out, method->is_static ? "\">" : "\" IsBound=\"true\">");
    if (!method->is_static)
        buf_append_format(out,
                          "<Parameter Name=\"bindingParameter\" "
                          "Type=\"" CSDL_NAMESPACE ".%s\"/>",
                          class->name);
    for (size_t i = 0; i < method->n_args; i++) {
        buf_append_string(out, "<Parameter");
        put_attribute(out, "Name", method->args[i].name);
        put_facets(out, &method->args[i]);
        buf_append_char(out, '>');
        put_description(out, method->args[i].describe);
        buf_append_string(out, "</Parameter>");
    }
    buf_append_string(out, "<ReturnType Type=\"Edm.Int32\"/>");
    put_description(out, method->describe);
    buf_append_string(out, "</Action>\n");
}

/* ---- What can be asked for ---- */

static void put_set(const struct object_class *class, void *context)
{
    struct buf *out = context;

    buf_append_format(
        out, "<EntitySet Name=\"%s\" EntityType=\"" CSDL_NAMESPACE ".%s\"/>\n",
        class->name, class->name);
    for (size_t i = 0; i < class->n_methods; i++) {
        if (!class->methods[i].is_static)
            continue;
        buf_append_string(out, "<ActionImport Name=\"");
        put_method_name(out, class, &class->methods[i]);
        buf_append_string(out, "\" Action=\"" CSDL_NAMESPACE ".");
        put_method_name(out, class, &class->methods[i]);
        buf_append_string(out, "\"/>\n");
    }
}

static void put_type(const struct object_class *class, void *out)
{
    put_class(out, class);
    for (size_t i = 0; i < class->n_methods; i++)
        put_method(out, class, &class->methods[i]);
}

static void begin_document(struct buf *out)
{
    buf_append_string(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<edmx:Edmx Version=\"4.0\" "
        "xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\n"
        "<edmx:Reference Uri=\"https://oasis-tcs.github.io/odata-vocabularies/"
        "vocabularies/" CORE ".xml\"><edmx:Include Namespace=\"" CORE
        "\"/></edmx:Reference>\n"
        "<edmx:DataServices>\n"
        "<Schema Namespace=\"" CSDL_NAMESPACE
        "\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n"
        "<ComplexType Name=\"Object\" OpenType=\"true\"/>\n");
}

static void end_document(struct buf *out)
{
    buf_append_string(out, "</EntityContainer>\n</Schema>\n"
                           "</edmx:DataServices>\n</edmx:Edmx>\n");
}

void csdl_put(struct buf *out)
{
    begin_document(out);
    shape_each_class(put_type, out);
    buf_append_string(out, "<EntityContainer Name=\"Container\">\n");
    shape_each_class(put_set, out);
    end_document(out);
}

/* ---- v1.0 ---- */

static void put_v1_property(struct buf *out, const struct v1_set *set,
                            const struct v1_property *property)
{
    const struct object_class *class =
        set->class_name ? object_class_find(text_of(set->class_name)) : NULL;
    struct object_property shown = {.type = OBJECT_STRING,
                                    .describe = set->describe};

    for (size_t i = 0; class && i < class->n_properties; i++)
        if (text_equal(text_of(class->properties[i].name),
                       text_of(property->of)))
            shown = class->properties[i];
    shown.name = property->name;
    shown.flags = property == set->properties ? OBJECT_KEY | OBJECT_READ_ONLY
                                              : OBJECT_READ_ONLY;
    put_property(out, &shown);
}

static void put_v1_type(struct buf *out, const struct v1_set *set)
{
    buf_append_format(out,
                      "<EntityType Name=\"%s\"><Key><PropertyRef "
                      "Name=\"%s\"/></Key>\n",
                      set->name, set->properties[0].name);
    for (size_t i = 0; i < set->n; i++)
        put_v1_property(out, set, &set->properties[i]);
    put_description(out, set->describe);
    buf_append_string(out, "</EntityType>\n");
}

void csdl_put_v1(struct buf *out)
{
    size_t n;
    const struct v1_set *sets = v1_sets(&n);

    begin_document(out);
    for (size_t i = 0; i < n; i++)
        put_v1_type(out, &sets[i]);
    buf_append_string(out, "<EntityContainer Name=\"Container\">\n");
    for (size_t i = 0; i < n; i++)
        buf_append_format(out,
                          "<EntitySet Name=\"%s\" EntityType=\"" CSDL_NAMESPACE
                          ".%s\"/>\n",
                          sets[i].name, sets[i].name);
    end_document(out);
}
