// Conversions between the table's plain C values and LibTorch's.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <torch/torch.h>

#include "CTorch.h"

struct ct_tensor_s {};

namespace credence {

inline at::TensorImpl *implementation(ct_tensor handle) {
  return reinterpret_cast<at::TensorImpl *>(handle);
}

/// A new reference to the tensor behind a handle.
inline at::Tensor tensor(ct_tensor handle) {
  if (handle == nullptr) return {};
  return at::Tensor(
      c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(
          implementation(handle)));
}

/// Turns a tensor into a handle that owns its reference; an undefined tensor is null.
inline ct_tensor handle(at::Tensor &&value) {
  if (!value.defined()) return nullptr;
  return reinterpret_cast<ct_tensor>(value.unsafeReleaseTensorImpl());
}

at::Device device(ct_device value);
ct_device description(at::Device value);

/// An argument of an operator, in the form that its schema asks for.
c10::IValue argument(const ct_value &value, const c10::Argument &schema);

/// Appends a result of an operator, its tensors as new handles; lists and tuples are flattened.
///
/// Beyond `capacity` only the count grows and nothing is written.
void append(c10::IValue &&value, ct_value *results, int32_t capacity, int32_t &count);

}  // namespace credence
