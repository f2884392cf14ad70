// How a version of an entity is stored: bytes, so that equal statements are equal bytes and many rows load fast.
//
// Form 1. varint: LEB128, 64 bits. zigzag: a signed number as a varint, sign in the lowest bit. text: varint length,
// bytes. Content: byte 1; the parents (varint count, each type text, id text); the attributes (varint count, each name
// text, value), sorted by name; the tags likewise; the gaps (varint count, each name text, byte of Gap). Value: one
// byte of kind, then: 1 Bool byte; 2 Long zigzag; 3 String text; 4 Entity type text, id text; 5 Set varint count,
// values; 6 Record varint count, each name text, value; 7 decimal text; 8 ip text; 9 datetime zigzag ms; 10 duration
// zigzag ms. Form 2, of a correction with its reason: byte 2, then as form 1, then the reason text. Lines: varint
// count, each name text, varint line. Numbers are never reused.
#ifndef HIKAE_REGISTRY_ROW_CODEC_H_
#define HIKAE_REGISTRY_ROW_CODEC_H_

#include <string>
#include <string_view>

#include "base/error.h"
#include "registry/registry.h"

namespace hikae::registry {

// Parents, attributes, tags, gaps and reason of `row`: what makes two versions the same statement.
std::string EncodeContent(const Row& row);
std::string EncodeLines(const Row& row);
// Fill the same fields, and known_absent, of `row`. kTampered when the bytes are not what Encode wrote.
base::Result<void> DecodeContent(std::string_view bytes, Row& row);
base::Result<void> DecodeLines(std::string_view bytes, Row& row);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_ROW_CODEC_H_
