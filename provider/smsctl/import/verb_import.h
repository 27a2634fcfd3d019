/*
 * smsctl import: many objects from a file.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_import(struct console *console);
