// The inside of a value, for the files of this folder that evaluate or store values.
#ifndef HIKAE_CEDAR_VALUE_VALUE_REP_H_
#define HIKAE_CEDAR_VALUE_VALUE_REP_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cedar/value/value.h"

namespace hikae::cedar {

// Hashes are compared within one process only and never stored.
constexpr uint64_t MixHash(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a ^ 0x9E3779B97F4A7C15ULL) * (b ^ 0xD6E8FEB86659FD93ULL);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}
// The last up to seven bytes of a text as a number; with the text's size, no two are the same.
inline uint64_t TailOf(const char* at, size_t size) {
  if (size >= 4) {
    uint32_t low, high;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + size - 4, 4);
    return low | uint64_t{high} << 32;
  }
  if (size == 0) return 0;
  const auto byte = [&](size_t i) { return uint64_t{static_cast<unsigned char>(at[i])}; };
  return byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
}
// Equality of texts; names and ids are short, and then no call is made.
inline bool SameText(std::string_view a, std::string_view b) {
  const size_t size = a.size();
  if (size != b.size()) return false;
  if (size < 8) return TailOf(a.data(), size) == TailOf(b.data(), size);
  if (size > 16) return std::memcmp(a.data(), b.data(), size) == 0;
  uint64_t first[2], last[2];
  std::memcpy(&first[0], a.data(), 8);
  std::memcpy(&first[1], b.data(), 8);
  std::memcpy(&last[0], a.data() + size - 8, 8);
  std::memcpy(&last[1], b.data() + size - 8, 8);
  return first[0] == first[1] && last[0] == last[1];
}
inline uint64_t HashText(std::string_view text) {
  uint64_t hash = text.size() + 0x8EBC6AF09C88C6E3ULL;
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    hash = MixHash(hash, word);
  }
  return MixHash(hash, TailOf(at, left));
}
inline uint64_t HashUid(std::string_view type, std::string_view id) { return MixHash(HashText(type), HashText(id)); }
inline uint64_t HashUid(const EntityUid& uid) { return HashUid(uid.type, uid.id); }
constexpr uint64_t HashNumber(Value::Kind kind, int64_t number) {
  return MixHash(static_cast<uint64_t>(number), static_cast<uint64_t>(kind) + 0x51ED270B);
}

// An IPv4 or IPv6 network; IPv4 stands in the first four bytes.
struct IpNetwork {
  std::array<uint8_t, 16> address{};
  bool v6 = false;
  uint8_t prefix = 32;
  friend auto operator<=>(const IpNetwork&, const IpNetwork&) = default;
  bool Within(const IpNetwork& range) const;
  bool IsLoopback() const;
  bool IsMulticast() const;
};

// Every kind carries its structural hash, so that unequal values are told apart without looking inside.
struct Value::Rep : std::enable_shared_from_this<Value::Rep> {
  static constexpr uint32_t kNoSlot = 0xFFFFFFFF;

  Kind kind;
  // Of an entity that an Entities store interned: its number there. A hint only: it holds for a store when that store's
  // node of this number has this very Rep.
  uint32_t slot = kNoSlot;
  uint64_t hash = 0;
  int64_t number = 0;  // kBool, kLong, kDecimal, kDatetime, kDuration

  Rep(Kind k, int64_t n) : kind(k), hash(HashNumber(k, n)), number(n) {}
};

// How the folder reaches the inside of a Value.
struct ValueAccess {
  static const Value::Rep& Of(const Value& value) { return *value.rep_; }
  static const std::shared_ptr<const Value::Rep>& Share(const Value& value) { return value.rep_; }
  static Value Make(std::shared_ptr<const Value::Rep> rep) { return Value(std::move(rep)); }
};

// What an expression yields: two words, no ownership. Numbers stand in place; the rest points to a Rep kept alive by
// the store, the request, the program or the machine's own temporaries.
struct Cell {
  enum class Tag : uint8_t {
    // The kinds of Value, with the same numbers.
    kBool = 0,
    kLong,
    kString,
    kEntity,
    kSet,
    kRecord,
    kDecimal,
    kIp,
    kDatetime,
    kDuration,
    kUnknown,  // judging only: not shown by the evidence
    kError,    // the machine knows the message
  };
  Tag tag = Tag::kError;
  // Of the rep, so that telling two apart, and following a reference into the store, need not read it.
  uint16_t hash = 0;
  uint32_t slot = 0;
  union {
    int64_t number;
    const Value::Rep* rep;
  };

  Cell() : number(0) {}
  Cell(Tag t, int64_t n) : tag(t), number(n) {}
  Cell(Tag t, uint16_t h, uint32_t s, const Value::Rep* r) : tag(t), hash(h), slot(s), rep(r) {}
  explicit Cell(const Value::Rep* r) : tag(static_cast<Tag>(r->kind)) {
    if (IsNumber()) {
      number = r->number;
    } else {
      rep = r, hash = static_cast<uint16_t>(r->hash), slot = r->slot;
    }
  }
  explicit Cell(const Value& value) : Cell(&ValueAccess::Of(value)) {}
  static Cell Bool(bool b) { return {Tag::kBool, b ? 1 : 0}; }
  static Cell Unknown() { return {Tag::kUnknown, 0}; }
  static Cell Error() { return {Tag::kError, 0}; }

  bool IsNumber() const {
    return tag == Tag::kBool || tag == Tag::kLong || tag == Tag::kDecimal || tag == Tag::kDatetime ||
           tag == Tag::kDuration;
  }
  bool IsTrue() const { return tag == Tag::kBool && number != 0; }
  bool IsFalse() const { return tag == Tag::kBool && number == 0; }
  bool IsValue() const { return tag < Tag::kUnknown; }
  uint64_t Hash() const { return IsNumber() ? HashNumber(static_cast<Value::Kind>(tag), number) : rep->hash; }
  // A Value of its own, sharing what can be shared.
  Value ToValue() const;
};
static_assert(sizeof(Cell) == 16);

struct TextRep : Value::Rep {
  explicit TextRep(std::string t) : Rep(Value::Kind::kString, 0), text(std::move(t)) { hash = HashText(text); }
  std::string text;
};

struct EntityRep : Value::Rep {
  const EntityUid& uid;
  uint64_t type_hash;

 protected:
  explicit EntityRep(const EntityUid& u, uint32_t s = kNoSlot) : EntityRep(u, HashText(u.type), HashUid(u), s) {}
  EntityRep(const EntityUid& u, uint64_t hash_of_type, uint64_t hash_of_uid, uint32_t s)
      : Rep(Value::Kind::kEntity, 0), uid(u), type_hash(hash_of_type) {
    slot = s;
    hash = hash_of_uid;
  }
};

// Refers to a uid that outlives it, so that the entities of a request need no copy.
struct BorrowedEntityRep : EntityRep {
  explicit BorrowedEntityRep(const EntityUid& u) : EntityRep(u) {}
  BorrowedEntityRep(const EntityUid& u, uint64_t hash_of_type, uint64_t hash_of_uid)
      : EntityRep(u, hash_of_type, hash_of_uid, kNoSlot) {}
  explicit BorrowedEntityRep(EntityUid&&) = delete;
};

struct UidHolder {
  EntityUid held;
};
// With the uid within.
struct OwnedEntityRep : private UidHolder, EntityRep {
  explicit OwnedEntityRep(EntityUid u, uint32_t s = kNoSlot) : UidHolder{std::move(u)}, EntityRep(held, s) {}
};

struct IpRep : Value::Rep {
  explicit IpRep(const IpNetwork& n);
  IpNetwork network;
};

struct SetRep : Value::Rep {
  explicit SetRep(std::vector<Value> sorted_unique);
  // nullptr when no element equals; `equal(rep)` is asked for elements of the same hash only.
  template <class Equal>
  const Value* FindHash(uint64_t wanted, Equal equal) const;

  std::vector<Value> elements;
  std::vector<uint64_t> hashes;  // of the elements
  std::vector<uint32_t> table;   // open addressing over elements: index + 1; empty for small sets
};

struct RecordRep : Value::Rep {
  explicit RecordRep(std::map<std::string, Value> a);

  using Attributes = std::map<std::string, Value>;
  Attributes attributes;
  // Short names stand in the slot itself: finding one then touches the index alone.
  struct Slot {
    uint64_t hash;
    Cell cell;
    const Attributes::value_type* entry;
    uint8_t size;  // of the name; kLong when it does not fit
    std::array<char, 15> name;
    bool Names(std::string_view wanted) const {
      return SameText(wanted, size == kLong ? std::string_view(entry->first) : std::string_view(name.data(), size));
    }
  };
  static constexpr uint8_t kLong = 0xFF;
  std::vector<Slot> index;  // sorted by hash

  const Slot* FindHashed(uint64_t name_hash, std::string_view name) const;
};

inline const EntityRep& AsEntity(const Value::Rep& rep) { return static_cast<const EntityRep&>(rep); }
inline const TextRep& AsText(const Value::Rep& rep) { return static_cast<const TextRep&>(rep); }
inline const SetRep& AsSet(const Value::Rep& rep) { return static_cast<const SetRep&>(rep); }
inline const RecordRep& AsRecord(const Value::Rep& rep) { return static_cast<const RecordRep&>(rep); }
inline const IpRep& AsIp(const Value::Rep& rep) { return static_cast<const IpRep&>(rep); }

bool EqualReps(const Value::Rep& a, const Value::Rep& b);

// Cedar's == on two values.
inline bool SameValue(const Cell& a, const Cell& b) {
  if (a.tag != b.tag) return false;
  if (a.IsNumber()) return a.number == b.number;
  return a.rep == b.rep || (a.hash == b.hash && EqualReps(*a.rep, *b.rep));
}

template <class Equal>
const Value* SetRep::FindHash(uint64_t wanted, Equal equal) const {
  if (table.empty()) {
    for (size_t i = 0; i < hashes.size(); ++i) {
      if (hashes[i] == wanted && equal(ValueAccess::Of(elements[i]))) return &elements[i];
    }
    return nullptr;
  }
  const size_t mask = table.size() - 1;
  for (size_t at = wanted & mask; table[at] != 0; at = (at + 1) & mask) {
    const size_t i = table[at] - 1;
    if (hashes[i] == wanted && equal(ValueAccess::Of(elements[i]))) return &elements[i];
  }
  return nullptr;
}

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALUE_VALUE_REP_H_
