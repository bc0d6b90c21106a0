#include "Programs.h"

#include <torch/csrc/inductor/aoti_package/model_package_loader.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/script.h>

#include <memory>

#include "Guard.h"
#include "Values.h"

struct ct_program_s {
  /// One of the two is there.
  std::unique_ptr<torch::jit::Module> script;
  std::unique_ptr<torch::inductor::AOTIModelPackageLoader> package;
};

namespace credence {

ct_status loadProgram(
    const char *path, int32_t kind, ct_device where, ct_program *result, char **message) {
  return guarded(message, [&] {
    auto program = std::make_unique<ct_program_s>();
    auto target = device(where);
    if (kind == 0) {
      program->script = std::make_unique<torch::jit::Module>(torch::jit::load(path, target));
      program->script->eval();
    } else {
      program->package = std::make_unique<torch::inductor::AOTIModelPackageLoader>(
          path, "model", /*run_single_threaded=*/false, /*num_runners=*/1,
          target.has_index() ? target.index() : static_cast<c10::DeviceIndex>(-1));
    }
    *result = program.release();
    return CT_OK;
  });
}

void freeProgram(ct_program program) { delete program; }

ct_status runProgram(
    ct_program program, const ct_tensor *inputs, int32_t inputCount, ct_tensor *results,
    int32_t capacity, int32_t *resultCount, char **message) {
  return guarded(message, [&] {
    int32_t count = 0;
    auto keep = [&](at::Tensor value) {
      if (count < capacity) results[count] = handle(std::move(value));
      count++;
    };
    if (program->script) {
      std::vector<c10::IValue> values;
      for (int32_t i = 0; i < inputCount; i++) values.emplace_back(tensor(inputs[i]));
      auto output = program->script->forward(std::move(values));
      if (output.isTensor()) {
        keep(output.toTensor());
      } else if (output.isTuple()) {
        for (auto &element : output.toTupleRef().elements())
          if (element.isTensor()) keep(element.toTensor());
      } else if (output.isTensorList()) {
        for (auto &element : output.toTensorVector()) keep(element);
      }
    } else {
      std::vector<at::Tensor> values;
      for (int32_t i = 0; i < inputCount; i++) values.push_back(tensor(inputs[i]));
      for (auto &element : program->package->run(values)) keep(element);
    }
    *resultCount = count;
    return CT_OK;
  });
}

ct_status prepareProgram(ct_program program, int32_t elementType, char **message) {
  return guarded(message, [&] {
    if (!program->script) return CT_OK;
    program->script->to(static_cast<at::ScalarType>(elementType));
    *program->script = torch::jit::freeze(*program->script);
    return CT_OK;
  });
}

}  // namespace credence
