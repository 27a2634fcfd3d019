/* A file for smsctl apply, in either form: no input may do more than produce
 * messages, and what was read can be sent and compared with itself. */
#include <assert.h>
#include <stdint.h>

#include "provider/smsctl/manifest/manifest.h"
#include "provider/smsctl/manifest/manifest_difference.h"

static json_t *properties_of(const struct manifest_object *object)
{
    json_t *described =
        json_pack("[{s:s, s:s}, {s:s, s:s}]", "name", "Name", "type", "string",
                  "name", "Size", "type", "integer");
    json_t *properties = NULL;
    const enum status read =
        manifest_properties(object, described, &properties);

    assert(read == STATUS_OK || !properties);
    json_decref(described);
    return properties;
}

static void check_object(const struct manifest_object *object)
{
    json_t *properties = properties_of(object);
    json_t *changes = NULL;

    assert(object->class_name && object->place.line > 0);
    if (!properties)
        return;
    if (manifest_difference(properties, properties, &changes) == STATUS_OK)
        assert(json_array_size(changes) == 0);
    json_decref(changes);
    json_decref(properties);
}

static void check_file(const char *file, struct text text)
{
    OWNED(manifest) manifest = NULL;
    const struct manifest_object *objects;
    enum status status;
    size_t n;

    if (manifest_new(&manifest) != STATUS_OK)
        return;
    status = manifest_add(manifest, file, text);
    (void)manifest_messages(manifest, &n);
    assert(status != STATUS_INVALID || n > 0);
    objects = manifest_objects(manifest, &n);
    for (size_t i = 0; i < n && i < 64; i++)
        check_object(&objects[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text text = {(const char *)data, size};

    check_file("a.yaml", text);
    check_file("a.json", text);
    (void)manifest_is_like(text);
    return 0;
}
