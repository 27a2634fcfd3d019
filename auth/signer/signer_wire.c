#include "auth/signer/signer_wire.h"

#include <string.h>

bool signer_order_is_whole(const struct signer_order *order, size_t size)
{
    return size >= SIGNER_ORDER_BYTES(0) && order->size <= SIGNER_BYTES_MAX &&
           size == SIGNER_ORDER_BYTES(order->size);
}

bool signer_answer_is_whole(const struct signer_answer *answer, size_t size)
{
    return size >= SIGNER_ANSWER_BYTES(0) && answer->size <= SIGNER_BYTES_MAX &&
           size == SIGNER_ANSWER_BYTES(answer->size);
}

void signer_answer_put(struct signer_answer *answer, struct text bytes)
{
    const size_t size =
        bytes.size < SIGNER_BYTES_MAX ? bytes.size : SIGNER_BYTES_MAX;

    if (size)
        memcpy(answer->bytes, bytes.data, size);
    answer->size = (uint32_t)size;
}
