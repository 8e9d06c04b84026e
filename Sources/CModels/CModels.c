#include "CModels.h"

_Alignas(64) static const uint8_t embedding[] = {
#embed "models/static-minilm-128-int8.tlemb"
};

_Alignas(64) static const uint8_t model[] = {
#embed "models/discovery.tlmodel" if_empty(0)
};

const uint8_t *throughline_embedding_bytes(void) { return embedding; }
size_t throughline_embedding_length(void) { return sizeof embedding; }

const uint8_t *throughline_model_bytes(void) { return model; }
size_t throughline_model_length(void) { return sizeof model; }
