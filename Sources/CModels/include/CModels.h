#ifndef THROUGHLINE_CMODELS_H
#define THROUGHLINE_CMODELS_H

#include <stddef.h>
#include <stdint.h>

/// The data files that travel inside the executable. Each pair gives the first byte, aligned to 64, and the length.

/// The static embedding table, 128 dimensions (models/static-minilm-128-int8.tlemb).
const uint8_t *throughline_embedding_bytes(void);
size_t throughline_embedding_length(void);

/// The discovery model (models/discovery.tlmodel), made by scripts/train.
const uint8_t *throughline_model_bytes(void);
size_t throughline_model_length(void);

#endif
