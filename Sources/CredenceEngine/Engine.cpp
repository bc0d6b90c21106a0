// The function table over LibTorch.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef CREDENCE_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#include "Guard.h"
#include "Programs.h"
#include "Values.h"

namespace credence {
namespace {

using c10::OperatorHandle;

void freeText(char *text) { std::free(text); }

// Operators.

ct_status findOperator(const char *name, ct_operator *result, char **message) {
  return guarded(message, [&] {
    std::string text(name), overload;
    auto dot = text.find('.', text.find("::"));
    if (dot != std::string::npos) {
      overload = text.substr(dot + 1);
      text.resize(dot);
    }
    auto found = c10::Dispatcher::singleton().findSchema({text, overload});
    if (!found) {
      write(message, "this LibTorch has no operator '" + std::string(name) + "'");
      return CT_NOT_FOUND;
    }
    // Operators live as long as the process does, as does this.
    *result = reinterpret_cast<ct_operator>(new OperatorHandle(*found));
    return CT_OK;
  });
}

ct_status call(
    ct_operator op, const ct_value *arguments, int32_t argumentCount, ct_value *results,
    int32_t capacity, int32_t *resultCount, char **message) {
  return guarded(message, [&] {
    auto &target = *reinterpret_cast<OperatorHandle *>(op);
    const auto &schema = target.schema().arguments();
    TORCH_CHECK(
        argumentCount <= static_cast<int32_t>(schema.size()), target.schema().name(), " takes ",
        schema.size(), " arguments, not ", argumentCount);
    torch::jit::Stack stack;
    stack.reserve(schema.size());
    for (size_t i = 0; i < schema.size(); i++) {
      ct_value value = {};
      value.tag = CT_DEFAULT;
      stack.push_back(
          argument(static_cast<int32_t>(i) < argumentCount ? arguments[i] : value, schema[i]));
    }
    target.callBoxed(stack);
    int32_t count = 0;
    for (auto &value : stack) append(std::move(value), results, capacity, count);
    *resultCount = count;
    return CT_OK;
  });
}

// Tensors.

void freeTensor(ct_tensor tensor) {
  if (tensor == nullptr) return;
  c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(implementation(tensor));
}

ct_status copyTensor(
    const void *bytes, size_t byteCount, int32_t elementType, const int64_t *shape, int32_t rank,
    ct_tensor *result, char **message) {
  return guarded(message, [&] {
    auto made = at::empty(
        at::IntArrayRef(shape, rank),
        at::TensorOptions().dtype(static_cast<at::ScalarType>(elementType)));
    TORCH_CHECK(made.nbytes() == byteCount, "the shape takes ", made.nbytes(), " bytes, not ", byteCount);
    if (byteCount > 0) std::memcpy(made.data_ptr(), bytes, byteCount);
    *result = handle(std::move(made));
    return CT_OK;
  });
}

ct_status wrapMemory(
    void *bytes, int32_t elementType, const int64_t *shape, const int64_t *strides, int32_t rank,
    void (*release)(void *), void *owner, ct_tensor *result, char **message) {
  return guarded(message, [&] {
    auto made = at::from_blob(
        bytes, at::IntArrayRef(shape, rank), at::IntArrayRef(strides, rank),
        [release, owner](void *) { release(owner); },
        at::TensorOptions().dtype(static_cast<at::ScalarType>(elementType)));
    *result = handle(std::move(made));
    return CT_OK;
  });
}

int32_t elementType(ct_tensor tensor) {
  return static_cast<int32_t>(c10::typeMetaToScalarType(implementation(tensor)->dtype()));
}

int32_t rank(ct_tensor tensor) { return static_cast<int32_t>(implementation(tensor)->dim()); }

void shape(ct_tensor value, int64_t *lengths, int64_t *strides) {
  auto *self = implementation(value);
  auto sizes = self->sizes();
  std::copy(sizes.begin(), sizes.end(), lengths);
  if (strides != nullptr) {
    auto steps = self->strides();
    std::copy(steps.begin(), steps.end(), strides);
  }
}

ct_device deviceOf(ct_tensor value) { return description(implementation(value)->device()); }

ct_status readTensor(ct_tensor value, void *bytes, size_t byteCount, char **message) {
  return guarded(message, [&] {
    at::NoGradGuard noGradients;
    auto self = tensor(value).detach();
    auto target = at::from_blob(
        bytes, self.sizes(), at::TensorOptions().dtype(self.scalar_type()));
    TORCH_CHECK(
        target.nbytes() == byteCount, "the tensor takes ", target.nbytes(), " bytes, not ", byteCount);
    target.copy_(self);
    return CT_OK;
  });
}

void *data(ct_tensor value) {
  auto *self = implementation(value);
  if (!self->device().is_cpu() || !self->is_contiguous() || !self->has_storage()) return nullptr;
  return self->mutable_data();
}

// Autograd.

bool requiresGradient(ct_tensor value) { return implementation(value)->requires_grad(); }

ct_status setRequiresGradient(ct_tensor value, bool isRequired, char **message) {
  return guarded(message, [&] {
    tensor(value).requires_grad_(isRequired);
    return CT_OK;
  });
}

ct_status gradient(ct_tensor value, ct_tensor *result, char **message) {
  return guarded(message, [&] {
    *result = handle(at::Tensor(tensor(value).grad()));
    return CT_OK;
  });
}

void clearGradient(ct_tensor value) { tensor(value).mutable_grad().reset(); }

ct_status backward(
    ct_tensor value, ct_tensor weight, bool keepsGraph, bool createsGraph, char **message) {
  return guarded(message, [&] {
    tensor(value).backward(tensor(weight), keepsGraph, createsGraph);
    return CT_OK;
  });
}

ct_status gradients(
    const ct_tensor *outputs, const ct_tensor *outputGradients, int32_t outputCount,
    const ct_tensor *inputs, int32_t inputCount, bool keepsGraph, bool createsGraph,
    ct_tensor *results, char **message) {
  return guarded(message, [&] {
    torch::autograd::variable_list from, weights, to;
    for (int32_t i = 0; i < outputCount; i++) {
      from.push_back(tensor(outputs[i]));
      if (outputGradients != nullptr) weights.push_back(tensor(outputGradients[i]));
    }
    for (int32_t i = 0; i < inputCount; i++) to.push_back(tensor(inputs[i]));
    auto found = torch::autograd::grad(
        from, to, weights, keepsGraph, createsGraph, /*allow_unused=*/true);
    for (int32_t i = 0; i < inputCount; i++) results[i] = handle(std::move(found[i]));
    return CT_OK;
  });
}

ct_modes setModes(ct_modes modes) {
  ct_modes former = {c10::GradMode::is_enabled(), c10::InferenceMode::is_enabled()};
  c10::GradMode::set_enabled(modes.records_gradients);
  if (former.is_inference != modes.is_inference) {
    // What the guard of inference mode sets, without its scope, which Swift keeps.
    auto state = c10::AutogradState::get_tls_state();
    state.set_inference_mode(modes.is_inference);
    state.set_grad_mode(modes.records_gradients);
    state.set_fw_grad_mode(!modes.is_inference);
    c10::AutogradState::set_tls_state(state);
    auto keys = c10::impl::tls_local_dispatch_key_set();
    if (modes.is_inference) {
      keys.included_ = keys.included_.remove(c10::DispatchKey::ADInplaceOrView);
      keys.excluded_ = keys.excluded_ | c10::autograd_dispatch_keyset;
    } else {
      keys.included_ = keys.included_.add(c10::DispatchKey::ADInplaceOrView);
      keys.excluded_ = keys.excluded_ - c10::autograd_dispatch_keyset;
    }
    c10::impl::_force_tls_local_dispatch_key_set(keys);
  }
  return former;
}

int32_t setAutocast(int32_t kind, int32_t elementType) {
  auto type = kind == CT_CUDA ? at::kCUDA : kind == CT_MPS ? at::kMPS : at::kCPU;
  int32_t former = at::autocast::is_autocast_enabled(type)
      ? static_cast<int32_t>(at::autocast::get_autocast_dtype(type))
      : -1;
  if (elementType >= 0) {
    at::autocast::set_autocast_dtype(type, static_cast<at::ScalarType>(elementType));
    at::autocast::set_autocast_enabled(type, true);
  } else {
    at::autocast::set_autocast_enabled(type, false);
    // Parameters change before the next use, so their narrower copies must go.
    at::autocast::clear_cache();
  }
  return former;
}

// Randomness.

ct_status makeGenerator(ct_device where, uint64_t seed, ct_generator *result, char **message) {
  return guarded(message, [&] {
    auto target = device(where);
    at::Generator made = target.is_cpu()
        ? at::detail::createCPUGenerator()
        : at::globalContext().defaultGenerator(target).clone();
    made.set_current_seed(seed);
    *result = reinterpret_cast<ct_generator>(new at::Generator(std::move(made)));
    return CT_OK;
  });
}

void freeGenerator(ct_generator generator) { delete reinterpret_cast<at::Generator *>(generator); }

ct_status generatorState(ct_generator generator, ct_tensor *result, char **message) {
  return guarded(message, [&] {
    *result = handle(reinterpret_cast<at::Generator *>(generator)->get_state());
    return CT_OK;
  });
}

ct_status setGeneratorState(ct_generator generator, ct_tensor state, char **message) {
  return guarded(message, [&] {
    reinterpret_cast<at::Generator *>(generator)->set_state(tensor(state));
    return CT_OK;
  });
}

// Devices and threads.

int32_t deviceCount(int32_t kind) {
  switch (kind) {
    case CT_CPU: return 1;
    case CT_CUDA:
      try {
        return static_cast<int32_t>(torch::cuda::device_count());
      } catch (...) {
        return 0;
      }
    case CT_MPS: return at::globalContext().hasMPS() ? 1 : 0;
    default: return 0;
  }
}

ct_status deviceName(ct_device where, char **result, char **message) {
  return guarded(message, [&] {
#ifdef CREDENCE_CUDA
    if (where.kind == CT_CUDA) {
      *result = strdup(at::cuda::getDeviceProperties(where.index)->name);
      return CT_OK;
    }
#endif
    *result = strdup(device(where).str().c_str());
    return CT_OK;
  });
}

ct_status synchronize(ct_device where, char **message) {
  return guarded(message, [&] {
    if (where.kind == CT_CUDA) torch::cuda::synchronize(where.index);
    if (where.kind == CT_MPS) torch::mps::synchronize();
    return CT_OK;
  });
}

ct_status memory(ct_device where, ct_memory *result, char **message) {
  return guarded(message, [&] {
    *result = {};
#ifdef CREDENCE_CUDA
    if (where.kind == CT_CUDA) {
      auto all = static_cast<size_t>(c10::CachingDeviceAllocator::StatType::AGGREGATE);
      auto statistics = c10::cuda::CUDACachingAllocator::getDeviceStats(
          static_cast<c10::DeviceIndex>(where.index));
      result->allocated = statistics.allocated_bytes[all].current;
      result->reserved = statistics.reserved_bytes[all].current;
      result->peak = statistics.allocated_bytes[all].peak;
      result->total = static_cast<int64_t>(
          at::cuda::getDeviceProperties(where.index)->totalGlobalMem);
    }
#endif
    return CT_OK;
  });
}

void releaseCachedMemory() {
#ifdef CREDENCE_CUDA
  try {
    if (torch::cuda::is_available()) c10::cuda::CUDACachingAllocator::emptyCache();
  } catch (...) {
  }
#endif
}

void setThreadCount(int32_t count) {
  if (count > 0) at::set_num_threads(count);
}

int32_t threadCount() { return at::get_num_threads(); }

void setDeterministic(bool value) {
  at::globalContext().setDeterministicAlgorithms(value, /*warn_only=*/false);
  at::globalContext().setDeterministicCuDNN(value);
  at::globalContext().setBenchmarkCuDNN(!value);
}

const ct_api table = {
    CT_API_VERSION,
    TORCH_VERSION,
    freeText,
    findOperator,
    call,
    freeTensor,
    copyTensor,
    wrapMemory,
    elementType,
    rank,
    shape,
    deviceOf,
    readTensor,
    data,
    requiresGradient,
    setRequiresGradient,
    gradient,
    clearGradient,
    backward,
    gradients,
    setModes,
    setAutocast,
    makeGenerator,
    freeGenerator,
    generatorState,
    setGeneratorState,
    deviceCount,
    deviceName,
    synchronize,
    memory,
    releaseCachedMemory,
    setThreadCount,
    threadCount,
    setDeterministic,
    loadProgram,
    freeProgram,
    runProgram,
    prepareProgram,
};

}  // namespace
}  // namespace credence

extern "C" __attribute__((visibility("default"))) const ct_api *credence_engine(void) {
#ifdef __GLIBC__
  // Results of layers are large and short-lived. Memory that goes back to the system each time is cleared again page by page,
  // which takes as long as the arithmetic of a small network.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
  return &credence::table;
}
