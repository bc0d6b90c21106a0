#include "Values.h"

namespace credence {

at::Device device(ct_device value) {
  switch (value.kind) {
    case CT_CPU: return at::Device(at::kCPU);
    case CT_CUDA: return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(value.index));
    case CT_MPS: return at::Device(at::kMPS);
    case CT_META: return at::Device(at::kMeta);
    default: TORCH_CHECK(false, "there is no device of kind ", value.kind);
  }
}

ct_device description(at::Device value) {
  int32_t index = value.has_index() ? value.index() : 0;
  switch (value.type()) {
    case at::kCUDA: return {CT_CUDA, index};
    case at::kMPS: return {CT_MPS, 0};
    case at::kMeta: return {CT_META, 0};
    default: return {CT_CPU, 0};
  }
}

namespace {

c10::TypePtr withoutOptional(c10::TypePtr type) {
  while (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
  return type;
}

c10::IValue numbers(const ct_value &value, const c10::TypePtr &element) {
  bool areIntegers = value.tag == CT_INTEGERS;
  auto integers = static_cast<const int64_t *>(value.pointer);
  auto reals = static_cast<const double *>(value.pointer);
  auto plain = withoutOptional(element);
  if (plain->kind() == c10::TypeKind::NumberType) {
    // Lists of scalars, as the fused operators take them.
    c10::impl::GenericList list(element);
    for (int32_t i = 0; i < value.count; i++)
      list.push_back(areIntegers ? c10::IValue(integers[i]) : c10::IValue(reals[i]));
    return list;
  }
  if (plain->kind() == c10::TypeKind::FloatType) {
    c10::List<double> list;
    list.reserve(value.count);
    for (int32_t i = 0; i < value.count; i++)
      list.push_back(areIntegers ? static_cast<double>(integers[i]) : reals[i]);
    return list;
  }
  TORCH_CHECK(areIntegers || value.count == 0, "a list of integers is expected");
  if (plain->kind() == c10::TypeKind::BoolType) {
    c10::List<bool> list;
    for (int32_t i = 0; i < value.count; i++) list.push_back(integers[i] != 0);
    return list;
  }
  return c10::List<int64_t>(c10::ArrayRef<int64_t>(integers, value.count));
}

c10::IValue tensors(const ct_value &value, const c10::TypePtr &element) {
  auto handles = static_cast<const ct_tensor *>(value.pointer);
  if (element->kind() == c10::TypeKind::OptionalType) {
    c10::List<std::optional<at::Tensor>> list;
    for (int32_t i = 0; i < value.count; i++)
      list.push_back(
          handles[i] ? std::optional<at::Tensor>(tensor(handles[i])) : std::nullopt);
    return list;
  }
  c10::List<at::Tensor> list;
  list.reserve(value.count);
  for (int32_t i = 0; i < value.count; i++) list.push_back(tensor(handles[i]));
  return list;
}

}  // namespace

c10::IValue argument(const ct_value &value, const c10::Argument &schema) {
  switch (value.tag) {
    case CT_NONE: return {};
    case CT_DEFAULT:
      TORCH_CHECK(
          schema.default_value().has_value(), "the argument '", schema.name(),
          "' has no default");
      return *schema.default_value();
    case CT_TENSOR: return tensor(value.tensor);
    case CT_INTEGER: return value.integer;
    case CT_REAL: return value.real;
    case CT_BOOLEAN: return value.integer != 0;
    case CT_TEXT:
      return std::string(static_cast<const char *>(value.pointer), value.count);
    case CT_DEVICE: return device(ct_device{static_cast<int32_t>(value.integer), value.count});
    case CT_GENERATOR: return *reinterpret_cast<at::Generator *>(value.generator);
    default: break;
  }
  auto type = withoutOptional(schema.type());
  auto list = type->cast<c10::ListType>();
  TORCH_CHECK(list, "the argument '", schema.name(), "' is no list");
  if (value.tag == CT_TENSORS) return tensors(value, list->getElementType());
  return numbers(value, list->getElementType());
}

void append(c10::IValue &&value, ct_value *results, int32_t capacity, int32_t &count) {
  if (value.isTuple()) {
    for (auto &element : value.toTupleRef().elements())
      append(c10::IValue(element), results, capacity, count);
    return;
  }
  if (value.isTensorList()) {
    for (const at::Tensor &element : value.toTensorVector())
      append(c10::IValue(element), results, capacity, count);
    return;
  }
  int32_t position = count++;
  if (position >= capacity) return;
  ct_value &result = results[position];
  result = {};
  if (value.isTensor()) {
    result.tag = CT_TENSOR;
    result.tensor = handle(std::move(value).toTensor());
  } else if (value.isInt()) {
    result.tag = CT_INTEGER;
    result.integer = value.toInt();
  } else if (value.isDouble()) {
    result.tag = CT_REAL;
    result.real = value.toDouble();
  } else if (value.isBool()) {
    result.tag = CT_BOOLEAN;
    result.integer = value.toBool();
  } else {
    TORCH_CHECK(value.isNone(), "a result of type ", value.tagKind(), " can't be handed over");
    result.tag = CT_NONE;
  }
}

}  // namespace credence
