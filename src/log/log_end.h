// Finding the end of a log: what opening it costs. Only the last segment is looked through, and only the entries behind
// its last stored frontier are hashed. Reads; never writes.
#ifndef HIKAE_LOG_LOG_END_H_
#define HIKAE_LOG_LOG_END_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "log/segment.h"

namespace hikae::log {

// Walks the whole groups of one segment. One thread at a time; the file must outlive it.
class GroupWalker {
 public:
  // From the group at `offset`, whose first entry must be `next` and whose chain must be `chain`.
  GroupWalker(base::File& file, std::string path, uint8_t alignment, uint64_t offset, uint32_t chain, uint64_t next,
              size_t chunk = size_t{1} << 20);
  // Goes to the next group. False where there is no whole one: the roots are not looked at. kIo.
  base::Result<bool> Next();

  // The group Next() went to.
  const GroupHead& head() const { return head_; }
  uint64_t at() const { return at_; }
  Bytes bytes() const;
  Bytes body() const { return bytes().subspan(head_.head_bytes()); }
  base::Result<void> Visit(const EntryVisitor& visit) const;  // errors name the file and the place

  uint64_t offset() const { return offset_; }  // of the group behind
  uint32_t chain() const { return chain_; }    // and its chain
  uint64_t next() const { return next_; }      // and its first entry

 private:
  // So many bytes from `offset`, fewer at the end of the file.
  base::Result<Bytes> Look(uint64_t offset, size_t size);
  base::Result<bool> TryNext();

  base::File& file_;
  std::string path_;
  uint8_t alignment_;
  uint64_t offset_;
  uint32_t chain_;
  uint64_t next_;
  size_t chunk_;
  GroupHead head_;
  uint64_t at_ = 0;
  std::vector<uint8_t> buffer_;  // what stands in the file from buffer_at_ on
  uint64_t buffer_at_ = 0;
  bool looked_ = false;  // at the file, since the last Next() began
};

// Where the next group goes, and what it is made from.
struct LogEnd {
  std::string path;  // of the last segment
  std::string origin;
  uint8_t alignment = kMinAlignment;
  uint64_t segment = 0;      // first index of the last segment
  uint64_t offset = 0;       // of the next group
  uint64_t last_group = 0;   // offset of the last group of this segment; 0: it has none
  uint32_t chain = 0;        // of the next group
  uint64_t frontier_at = 0;  // offset of the group with the last stored frontier; 0: the header
  Frontier frontier;
  uint64_t size() const { return frontier.size(); }
};

std::string JoinPath(const std::string& directory, const std::string& name);
// First indexes of the segments of a period, ascending. kNotFound: no such directory.
base::Result<std::vector<uint64_t>> ListSegments(base::Io& io, const std::string& period);
base::Result<SegmentHeader> ReadSegmentHeader(base::File& file, const std::string& path);

// kNotFound: no log there; kTampered: damaged, not merely torn; kVersion; kIo.
base::Result<LogEnd> FindEnd(base::Io& io, const std::string& period);
// Takes in the whole groups behind `end`, of the same segment: what others have written since. `file` is that segment.
base::Result<void> ReadOn(base::File& file, LogEnd& end);
// Whether only zeros lie behind the end. kTampered when a whole group does: then the end is damage.
base::Result<bool> NothingBehind(base::File& file, const LogEnd& end);

}  // namespace hikae::log

#endif  // HIKAE_LOG_LOG_END_H_
