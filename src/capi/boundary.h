// The edge of C: nothing thrown crosses it, nothing unchecked enters it.
#ifndef HIKAE_CAPI_BOUNDARY_H_
#define HIKAE_CAPI_BOUNDARY_H_

#include <cstddef>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "capi/error.h"
#include "hikae/base.h"

namespace hikae::capi {

// The body of every exported function that can fail runs inside Guard: it empties *err, and turns whatever is thrown
// into a status and an error object.
template <class Body>
hikae_status Guard(hikae_error** err, Body&& body) noexcept {
  if (err != nullptr) *err = nullptr;
  try {
    return body();
  } catch (const Refusal& refusal) {
    return Report(err, refusal.error, refusal.decision);
  } catch (const Faulty& faulty) {
    return Report(err, faulty.error, nullptr, faulty.problems);
  } catch (const base::Failure& failure) {
    return Report(err, failure.error);
  } catch (const std::bad_alloc&) {
    return ReportOutOfMemory(err);
  } catch (...) {
    return ReportUnknown(err);
  }
}

[[noreturn]] inline void Fail(base::Status status, base::Text text) {
  throw base::Failure{base::Error(status, std::move(text))};
}
[[noreturn]] inline void FailArgument(std::string english) { Fail(base::Status::kArgument, {std::move(english), {}}); }

// The value of a Result, or its error thrown to the Guard.
template <class T>
T Unwrap(base::Result<T> result) {
  if (!result.ok()) throw base::Failure{std::move(result).error()};
  return std::move(result).value();
}

inline void Unwrap(base::Result<void> result) {
  if (!result.ok()) throw base::Failure{std::move(result).error()};
}

template <class T>
T& Checked(T* handle, const char* name) {
  if (handle == nullptr) FailArgument(std::string(name) + " must not be NULL");
  return *handle;
}

// The size that a growing struct had in the first release that held it: up to and including its last field of then.
// Later fields do not change these.
template <class T>
constexpr size_t kFirstSize = 0;
#define HIKAE_FIRST_SIZE(type, last) \
  template <>                        \
  inline constexpr size_t kFirstSize<type> = offsetof(type, last) + sizeof(std::declval<type>().last)
HIKAE_FIRST_SIZE(hikae_place, column);
HIKAE_FIRST_SIZE(hikae_entry, reserved);

// A size beyond this is an uninitialised struct, not a newer one; believing it would read foreign memory.
inline constexpr size_t kLargestStruct = 4096;

template <class T>
void CheckSize(size_t size) {
  if (size < kFirstSize<T> || size > kLargestStruct)
    FailArgument("struct_size is " + std::to_string(size) + ", expected " + std::to_string(sizeof(T)) +
                 " (start from the _INIT macro)");
}

// Options as this library knows them: what an older caller did not know is zero, and zero is the default; what a newer
// caller asks for beyond our knowledge must not be dropped silently.
template <class T>
T Read(const T* given) {
  T known{};
  known.struct_size = sizeof(T);
  if (given == nullptr) return known;
  const size_t size = given->struct_size;
  CheckSize<T>(size);
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  for (size_t i = sizeof(T); i < size; ++i)
    if (bytes[i] != 0)
      Fail(base::Status::kVersion, {"an option is set that this release (" HIKAE_VERSION_TEXT ") does not know", {}});
  std::memcpy(&known, given, size < sizeof(T) ? size : sizeof(T));
  known.struct_size = sizeof(T);
  return known;
}

// A result struct of the caller's: emptied at once, filled only by Give().
template <class T>
class Out {
 public:
  explicit Out(T* target) : target_(target) {
    size_ = Checked(target, "out").struct_size;
    CheckSize<T>(size_);
    std::memset(reinterpret_cast<unsigned char*>(target) + sizeof(size_t), 0, size_ - sizeof(size_t));
  }
  T* operator->() { return &value_; }
  hikae_status Give() {
    value_.struct_size = size_;
    std::memcpy(static_cast<void*>(target_), &value_, size_ < sizeof(T) ? size_ : sizeof(T));
    return HIKAE_OK;
  }

 private:
  T* target_;
  size_t size_ = 0;
  T value_{};
};

// Text from the caller, checked: not NULL with a length, UTF-8. `name` is the parameter, for the message.
std::string_view Text(hikae_str text, const char* name);
// The same for a path: neither empty nor holding a NUL.
std::string Path(hikae_str path, const char* name);
// What the caller gave, as an error may quote it: its first 60 bytes, cut between code points.
std::string Shown(std::string_view given);
// A choice among the enum values 0 … last.
void CheckRange(int32_t value, int32_t last, const char* name);

// Gives the bytes to the caller, who frees them.
void Copy(std::string_view bytes, hikae_buffer& out);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_BOUNDARY_H_
