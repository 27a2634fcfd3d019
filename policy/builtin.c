#include "policy/builtin.h"

#include "provider/base/own.h"

const struct builtin builtin_scopes[] = {
    {BUILTIN_SCOPE_ALL, "All", false, false},
    {BUILTIN_SCOPE_DEFAULT, "Default", false, false},
};
const size_t n_builtin_scopes = ARRAY_SIZE(builtin_scopes);

const struct builtin builtin_collections[] = {
    {BUILTIN_ALL_SYSTEMS, "All Systems", false, true},
    {"SMS00002", "All Users", true, false},
    {"SMS00003", "All User Groups", true, false},
    {BUILTIN_ALL_USERS, "All Users and User Groups", true, true},
    {"SMSDM001", "All Mobile Devices", false, false},
    {"SMSDM003", "All Desktop and Server Clients", false, false},
    {"SMS000US", "All Unknown Computers", false, false},
};
const size_t n_builtin_collections = ARRAY_SIZE(builtin_collections);
