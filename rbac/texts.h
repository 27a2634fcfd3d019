/*
 * Strings that several grounds share: a new generation brings few, and those of
 * all collections are not copied for it.
 *
 * Threads: strings are added under a lock, and never changed.
 */
#pragma once

#include <stddef.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

struct texts;

/* Held once; NULL: out of memory. */
struct texts *texts_new(void);
struct texts *texts_hold(struct texts *texts);
void texts_free(struct texts *texts);
DEFINE_DROP(texts)

/* A copy, which lives as long as they; NULL: out of memory. */
const char *texts_keep(struct texts *texts, const char *text);

/* How many were ever kept. */
size_t texts_count(struct texts *texts);
