// The system's files, with somebody asked before every operation: to count them, to make one fail, to end the process.
#ifndef HIKAE_TESTS_OFFICE_HOOKED_IO_H_
#define HIKAE_TESTS_OFFICE_HOOKED_IO_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/io.h"

namespace hikae::test {

enum class Touch : uint8_t { kLook, kChange };  // kChange: what a disk may refuse

class HookedIo final : public base::Io {
 public:
  // False: the operation fails, and nothing of it is done.
  using Hook = std::function<bool(Touch touch)>;
  explicit HookedIo(Hook hook) : hook_(std::move(hook)) {}

  base::Result<std::unique_ptr<base::File>> Open(const std::string& path, base::OpenMode mode) override {
    if (!hook_(mode == base::OpenMode::kCreate ? Touch::kChange : Touch::kLook)) return Full();
    HIKAE_TRY(auto file, io_.Open(path, mode));
    return std::unique_ptr<base::File>(std::make_unique<HookedFile>(hook_, std::move(file)));
  }
  base::Result<void> Rename(const std::string& from, const std::string& to) override {
    return hook_(Touch::kChange) ? io_.Rename(from, to) : Full();
  }
  base::Result<void> Remove(const std::string& path) override {
    return hook_(Touch::kChange) ? io_.Remove(path) : Full();
  }
  base::Result<void> MakeDirectory(const std::string& path) override {
    return hook_(Touch::kChange) ? io_.MakeDirectory(path) : Full();
  }
  base::Result<void> SyncDirectory(const std::string& path) override {
    return hook_(Touch::kChange) ? io_.SyncDirectory(path) : Full();
  }
  base::Result<std::vector<std::string>> List(const std::string& path) override { return io_.List(path); }
  void Pause(uint32_t micros) override { io_.Pause(micros); }
  uint64_t Ticks() override { return io_.Ticks(); }

 private:
  static base::Error Full() { return {base::Status::kIo, base::Text{"the disk is full", "ディスクに空きがない"}}; }

  class HookedFile final : public base::File {
   public:
    HookedFile(const Hook& hook, std::unique_ptr<base::File> file) : hook_(hook), file_(std::move(file)) {}
    base::Result<size_t> ReadSome(uint64_t offset, std::span<uint8_t> into) override {
      return file_->ReadSome(offset, into);
    }
    base::Result<size_t> WriteSome(uint64_t offset, std::span<const uint8_t> bytes) override {
      if (!hook_(Touch::kChange)) return Full();
      return file_->WriteSome(offset, bytes);
    }
    base::Result<void> Sync() override { return hook_(Touch::kChange) ? file_->Sync() : Full(); }
    base::Result<void> Truncate(uint64_t size) override {
      return hook_(Touch::kChange) ? file_->Truncate(size) : Full();
    }
    base::Result<uint64_t> Size() override { return file_->Size(); }
    base::Result<bool> TryLock(uint64_t byte, base::LockKind kind) override { return file_->TryLock(byte, kind); }
    base::Result<void> Unlock(uint64_t byte) override { return file_->Unlock(byte); }

   private:
    const Hook& hook_;
    std::unique_ptr<base::File> file_;
  };

  const Hook hook_;
  base::Io& io_ = base::PosixIo();
};

}  // namespace hikae::test

#endif  // HIKAE_TESTS_OFFICE_HOOKED_IO_H_
