// Runs code of LibTorch so that no exception leaves it.
#pragma once

#include <c10/util/Exception.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "CTorch.h"

namespace credence {

/// A message that the caller owns: the first line of LibTorch's own text, or the last one of an exported program's traceback.
inline void write(char **message, const std::string &text) {
  if (message == nullptr) return;
  std::string line = text.substr(0, text.find('\n'));
  if (line.find("TorchScript interpreter") != std::string::npos) {
    auto end = text.find_last_not_of(" \n");
    auto start = end == std::string::npos ? end : text.rfind('\n', end);
    if (start != std::string::npos) line = text.substr(start + 1, end - start);
  }
  *message = strdup(line.c_str());
}

/// Whether LibTorch's text says that memory did not suffice; the CPU's allocator has no exception of its own.
inline bool saysOutOfMemory(const std::string &text) {
  return text.find("allocate memory") != std::string::npos ||
         text.find("out of memory") != std::string::npos ||
         text.find("STATUS_ALLOC_FAILED") != std::string::npos;
}

template <typename Body>
ct_status guarded(char **message, Body &&body) noexcept {
  try {
    return body();
  } catch (const c10::OutOfMemoryError &error) {
    write(message, error.what_without_backtrace());
    return CT_OUT_OF_MEMORY;
  } catch (const c10::Error &error) {
    std::string text = error.what_without_backtrace();
    write(message, text);
    return saysOutOfMemory(text) ? CT_OUT_OF_MEMORY : CT_FAILED;
  } catch (const std::bad_alloc &) {
    write(message, "the host has no memory left");
    return CT_OUT_OF_MEMORY;
  } catch (const std::exception &error) {
    std::string text = error.what();
    write(message, text);
    return saysOutOfMemory(text) ? CT_OUT_OF_MEMORY : CT_FAILED;
  } catch (...) {
    write(message, "an unknown C++ exception");
    return CT_FAILED;
  }
}

}  // namespace credence
