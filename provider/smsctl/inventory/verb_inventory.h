/*
 * Classes of inventory: loads what files describe, lists and removes them.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_inventory_load(struct console *console);
enum smsclient_result verb_inventory_list(struct console *console);
enum smsclient_result verb_inventory_remove(struct console *console);
