/*
 * The table of classes, and lookups by name.
 */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "provider/object/object_private.h"
#include "provider/object/resource.h"

#define LIST_CLASS(class) &(class),
static const struct object_class *const classes[] = {CLASSES(LIST_CLASS)};

const struct object_class *const *object_classes(size_t *n_out)
{
    *n_out = ARRAY_SIZE(classes);
    return classes;
}

/* ---- Lookups: every call makes one, so that none is a search ---- */

#define N_SLOTS  512
#define NO_CLASS 0xFF
_Static_assert(ARRAY_SIZE(classes) <= CLASSES_MAX,
               "statements are made of all");
_Static_assert(CLASSES_MAX < NO_CLASS && CLASSES_MAX * 2 <= N_SLOTS,
               "numbers of classes leave slots empty");

static struct {
    uint8_t by_name[N_SLOTS];
    uint8_t by_address[N_SLOTS];
} numbers;

/* FNV-1a, without regard to the case of letters: names of classes are few and
 * not chosen by strangers. */
static uint32_t hash_name(struct text name)
{
    uint32_t sum = 2166136261u;

    for (size_t i = 0; i < name.size; i++) {
        sum ^= (uint32_t)((unsigned char)name.data[i] | 0x20);
        sum *= 16777619u;
    }
    return sum;
}

static uint32_t hash_address(const struct object_class *class)
{
    return (uint32_t)((uintptr_t) class / sizeof(*class)) * 2654435761u >> 16;
}

static void put_number(uint8_t slots[N_SLOTS], uint32_t hash, size_t number)
{
    while (slots[hash % N_SLOTS] != NO_CLASS)
        hash++;
    slots[hash % N_SLOTS] = (uint8_t)number;
}

static void number_all(void)
{
    memset(&numbers, NO_CLASS, sizeof(numbers));
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        put_number(numbers.by_name, hash_name(text_of(classes[i]->name)), i);
        put_number(numbers.by_address, hash_address(classes[i]), i);
    }
}

static void number_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, number_all);
}

int object_class_number(const struct object_class *class)
{
    uint32_t at = hash_address(class) % N_SLOTS;

    number_once();
    for (; numbers.by_address[at] != NO_CLASS; at = (at + 1) % N_SLOTS)
        if (classes[numbers.by_address[at]] == class)
            return numbers.by_address[at];
    return -1;
}

const struct object_class *object_class_find(struct text name)
{
    uint32_t at = hash_name(name) % N_SLOTS;

    number_once();
    for (; numbers.by_name[at] != NO_CLASS; at = (at + 1) % N_SLOTS) {
        const struct object_class *class = classes[numbers.by_name[at]];

        if (text_equal_nocase(name, text_of(class->name)))
            return class;
    }
    if (object_class_collection(name).size)
        return &class_collection_member;
    return object_class_find_added(name);
}

/* ---- Classes of one collection ---- */

static const char of_collection[] = "SMS_CM_RES_COLL_";
enum { HEAD_BYTES = sizeof(of_collection) - 1, COLLECTION_BYTES = 8 };

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

struct text object_class_collection(struct text name)
{
    const struct text none = {0};

    if (name.size != HEAD_BYTES + COLLECTION_BYTES ||
        !text_equal_nocase((struct text){name.data, HEAD_BYTES},
                           TEXT(of_collection)))
        return none;
    for (size_t i = HEAD_BYTES; i < name.size; i++)
        if (!is_letter_or_digit(name.data[i]))
            return none;
    return (struct text){name.data + HEAD_BYTES, COLLECTION_BYTES};
}

static bool has_collection(struct text key, struct text collection)
{
    return key.size > collection.size && key.data[collection.size] == '.' &&
           text_equal_nocase((struct text){key.data, collection.size},
                             collection);
}

struct text object_class_key(struct text name, struct text key,
                             char room[OBJECT_KEY_ROOM])
{
    const struct text collection = object_class_collection(name);
    size_t size = 0;

    if (collection.size == 0 || key.size > OBJECT_KEY_MAX_BYTES)
        return key;
    if (has_collection(key, collection))
        key = (struct text){key.data + collection.size + 1,
                            key.size - collection.size - 1};
    for (; size < collection.size; size++)
        room[size] = collection.data[size] >= 'a' ? collection.data[size] - 32
                                                  : collection.data[size];
    room[size++] = '.';
    memcpy(room + size, key.data, key.size);
    return (struct text){room, size + key.size};
}

/* ---- By what they are ---- */

bool object_class_has_scopes(const struct object_class *class)
{
    return class->label_kind == LABELS_SCOPES && !class->labels &&
           !class->is_view;
}

const struct object_class *object_class_of_scopes(int64_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        if (classes[i]->type == type && object_class_has_scopes(classes[i]))
            return classes[i];
    return NULL;
}

static bool is_part(const struct object_class *class)
{
    for (size_t i = 0; i < class->n_references; i++)
        if (class->references[i].kind == OBJECT_PART_OF)
            return true;
    return false;
}

const struct object_class *object_class_of_type(uint16_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        if (classes[i]->type == type && !classes[i]->is_view &&
            classes[i]->label_kind != LABELS_COLLECTIONS &&
            !is_part(classes[i]))
            return classes[i];
    return NULL;
}

const struct object_class *object_class_of_resource(int64_t resource)
{
    static const struct object_class *const of[] = {
        [RESOURCE_DEVICE] = &class_device,
        [RESOURCE_USER] = &class_user,
        [RESOURCE_GROUP] = &class_user_group,
    };

    return of[resource_kind(resource)];
}

const struct object_method *object_method_find(const struct object_class *class,
                                               struct text name)
{
    for (size_t i = 0; i < class->n_methods; i++)
        if (text_equal_nocase(name, text_of(class->methods[i].name)))
            return &class->methods[i];
    return NULL;
}

/* What was found lately: the rows of an import name the same again and again.
 * Classes are never freed. */
struct lately {
    const struct object_class *class;
    int index;
};

static struct lately *lately_of(const struct object_class *class,
                                struct text name)
{
    enum { SLOTS = 128 };
    static _Thread_local struct lately slots[SLOTS];
    const size_t of_class = (uintptr_t) class / sizeof(*class);
    const size_t of_name =
        name.size ? name.size + 7 * (unsigned char)name.data[0] +
                        31 * (unsigned char)name.data[name.size - 1] +
                        13 * (unsigned char)name.data[name.size / 2]
                  : 0;

    return &slots[(of_class + of_name) % SLOTS];
}

int object_property_index(const struct object_class *class, struct text name)
{
    struct lately *lately = lately_of(class, name);

    if (lately->class == class &&
        text_equal(name, text_of(class->properties[lately->index].name)))
        return lately->index;
    for (size_t i = 0; i < class->n_properties; i++)
        if (text_equal_nocase(name, text_of(class->properties[i].name))) {
            *lately = (struct lately){class, (int)i};
            return (int)i;
        }
    return -1;
}

size_t object_property_at(const struct object_class *class, const char *name)
{
    const int index = object_property_index(class, text_of(name));

    assert(index >= 0);
    return (size_t)index;
}

enum status object_property_find(struct object_call *call, struct text name,
                                 size_t *index_out)
{
    const char *names[PROPERTIES_MAX];
    const int index = object_property_index(call->class, name);
    const char *nearest;
    char asked[64];

    if (index >= 0) {
        *index_out = (size_t)index;
        return STATUS_OK;
    }
    for (size_t i = 0; i < call->class->n_properties; i++)
        names[i] = call->class->properties[i].name;
    nearest = text_nearest(name, names, call->class->n_properties);
    snprintf(asked, sizeof(asked), "%.*s",
             (int)(name.size < 60 ? name.size : 60),
             name.data ? name.data : "");
    if (nearest)
        return fail_invalid(call, asked,
                            "%s has no such property; did you mean %s?",
                            call->class->name, nearest);
    return fail_invalid(call, asked, "%s has no such property.",
                        call->class->name);
}
