/*
 * The engine from within: the estate's copy and data derived from it.
 */
#pragma once

#include "rbac/cover.h"
#include "rbac/ground.h"
#include "rbac/powers.h"

struct rbac_engine {
    struct ground *ground; /* held */
    struct powers *powers; /* held */
    struct rbac_estate estate;
    const struct rights *rights; /* [estate.n_roles] */
};
