// The engine's function table: everything that Credence asks of LibTorch, in C.
//
// The library that implements it exports one symbol, `credence_engine`, which returns the table. Every function that can fail
// returns a status, catches all C++ exceptions, and hands its result and its message back through pointers. A message belongs
// to the caller, who gives it back to `free_text`.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The layout of `ct_api`. A library that answers with another version is not used.
#define CT_API_VERSION 2

/// The symbol that a library exports: `const ct_api *credence_engine(void)`.
#define CT_API_SYMBOL "credence_engine"

typedef struct ct_tensor_s *ct_tensor;
typedef struct ct_operator_s *ct_operator;
typedef struct ct_generator_s *ct_generator;
typedef struct ct_program_s *ct_program;

/// How a call ended.
typedef enum ct_status {
  CT_OK = 0,
  /// LibTorch refused: wrong shapes, types, arguments.
  CT_FAILED = 1,
  /// Memory of the host or of a device did not suffice.
  CT_OUT_OF_MEMORY = 2,
  /// No operator or library of this name.
  CT_NOT_FOUND = 3,
} ct_status;

/// What a `ct_value` holds.
typedef enum ct_tag {
  CT_NONE = 0,
  /// The default of the operator's schema.
  CT_DEFAULT,
  CT_TENSOR,
  CT_INTEGER,
  CT_REAL,
  CT_BOOLEAN,
  /// `pointer` to `count` bytes of UTF-8.
  CT_TEXT,
  /// `pointer` to `count` values of `int64_t`.
  CT_INTEGERS,
  /// `pointer` to `count` values of `double`.
  CT_REALS,
  /// `pointer` to `count` values of `ct_tensor`, of which some may be null.
  CT_TENSORS,
  /// A device: its kind in `integer`, its index in `count`.
  CT_DEVICE,
  CT_GENERATOR,
} ct_tag;

/// An argument or a result of an operator.
typedef struct ct_value {
  int32_t tag;
  int32_t count;
  union {
    ct_tensor tensor;
    ct_generator generator;
    int64_t integer;
    double real;
    const void *pointer;
  };
} ct_value;

/// Kinds of devices.
typedef enum ct_device_kind { CT_CPU = 0, CT_CUDA = 1, CT_MPS = 2, CT_META = 3 } ct_device_kind;

typedef struct ct_device {
  int32_t kind;
  int32_t index;
} ct_device;

/// What a device's allocator holds, in bytes.
typedef struct ct_memory {
  int64_t allocated;
  int64_t reserved;
  int64_t peak;
  int64_t total;
} ct_memory;

/// The modes of the calling thread.
typedef struct ct_modes {
  bool records_gradients;
  bool is_inference;
} ct_modes;

typedef struct ct_api {
  int32_t version;
  /// LibTorch's version, such as "2.13.0+cpu".
  const char *torch_version;

  void (*free_text)(char *text);

  // Operators, named by schema: "aten::add.Tensor".
  ct_status (*find_operator)(const char *name, ct_operator *result, char **message);
  /// Calls an operator; its results are flattened into `results`, of which `result_count` comes back.
  ct_status (*call)(
      ct_operator op, const ct_value *arguments, int32_t argument_count, ct_value *results,
      int32_t capacity, int32_t *result_count, char **message);

  // Tensors. A handle owns one reference.
  void (*free_tensor)(ct_tensor tensor);
  /// A copy of `byte_count` bytes, row-major.
  ct_status (*copy_tensor)(
      const void *bytes, size_t byte_count, int32_t element_type, const int64_t *shape,
      int32_t rank, ct_tensor *result, char **message);
  /// A tensor over foreign memory, with strides in elements; `release(owner)` is called when the last use ends.
  ct_status (*wrap_memory)(
      void *bytes, int32_t element_type, const int64_t *shape, const int64_t *strides,
      int32_t rank, void (*release)(void *owner), void *owner, ct_tensor *result,
      char **message);
  int32_t (*element_type)(ct_tensor tensor);
  int32_t (*rank)(ct_tensor tensor);
  /// Writes the lengths of the dimensions and, unless null, the strides.
  void (*shape)(ct_tensor tensor, int64_t *lengths, int64_t *strides);
  ct_device (*device)(ct_tensor tensor);
  /// Copies all elements, row-major, to memory of `byte_count` bytes, waiting for the device.
  ct_status (*read_tensor)(ct_tensor tensor, void *bytes, size_t byte_count, char **message);
  /// The first element of a contiguous tensor on the CPU, or null.
  void *(*data)(ct_tensor tensor);

  // Autograd.
  bool (*requires_gradient)(ct_tensor tensor);
  ct_status (*set_requires_gradient)(ct_tensor tensor, bool value, char **message);
  /// The accumulated gradient, or a null handle where there is none.
  ct_status (*gradient)(ct_tensor tensor, ct_tensor *result, char **message);
  void (*clear_gradient)(ct_tensor tensor);
  ct_status (*backward)(
      ct_tensor tensor, ct_tensor gradient, bool keeps_graph, bool creates_graph, char **message);
  /// Gradients of `outputs` (weighted by `output_gradients`, which may be null) with respect to `inputs`.
  ct_status (*gradients)(
      const ct_tensor *outputs, const ct_tensor *output_gradients, int32_t output_count,
      const ct_tensor *inputs, int32_t input_count, bool keeps_graph, bool creates_graph,
      ct_tensor *results, char **message);
  /// Sets the modes of this thread and returns the former ones.
  ct_modes (*set_modes)(ct_modes modes);
  /// Lets this thread's operations on a kind of device compute in a narrower element type where that is known to be safe, or, at
  /// -1, as they are written. Returns the former type or -1.
  int32_t (*set_autocast)(int32_t device_kind, int32_t element_type);

  // Randomness.
  ct_status (*make_generator)(ct_device device, uint64_t seed, ct_generator *result, char **message);
  void (*free_generator)(ct_generator generator);
  ct_status (*generator_state)(ct_generator generator, ct_tensor *result, char **message);
  ct_status (*set_generator_state)(ct_generator generator, ct_tensor state, char **message);

  // Devices and threads.
  int32_t (*device_count)(int32_t kind);
  ct_status (*device_name)(ct_device device, char **result, char **message);
  ct_status (*synchronize)(ct_device device, char **message);
  ct_status (*memory)(ct_device device, ct_memory *result, char **message);
  void (*release_cached_memory)(void);
  void (*set_thread_count)(int32_t count);
  int32_t (*thread_count)(void);
  /// Whether only kernels are used that give the same result every time.
  void (*set_deterministic)(bool value);

  // Programs that other tools exported: TorchScript files (kind 0) and AOTInductor packages (kind 1).
  ct_status (*load_program)(
      const char *path, int32_t kind, ct_device device, ct_program *result, char **message);
  void (*free_program)(ct_program program);
  /// Runs the program; tensors in its result are flattened into `results`.
  ct_status (*run_program)(
      ct_program program, const ct_tensor *inputs, int32_t input_count, ct_tensor *results,
      int32_t capacity, int32_t *result_count, char **message);
  /// Casts the parameters of a TorchScript program, then freezes and optimizes it for inference.
  ct_status (*prepare_program)(ct_program program, int32_t element_type, char **message);
} ct_api;

typedef const ct_api *(*ct_api_function)(void);

#ifdef __cplusplus
}
#endif
#endif
