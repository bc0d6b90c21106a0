// Programs exported by other tools: TorchScript files and AOTInductor packages.
#pragma once

#include "CTorch.h"

namespace credence {

ct_status loadProgram(
    const char *path, int32_t kind, ct_device device, ct_program *result, char **message);
void freeProgram(ct_program program);
ct_status runProgram(
    ct_program program, const ct_tensor *inputs, int32_t inputCount, ct_tensor *results,
    int32_t capacity, int32_t *resultCount, char **message);
ct_status prepareProgram(ct_program program, int32_t elementType, char **message);

}  // namespace credence
