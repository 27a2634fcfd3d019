/*
 * Imports and exports custom security roles in the exchange format.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_role_import(struct console *console);
enum smsclient_result verb_role_export(struct console *console);
