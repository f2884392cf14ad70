// The schema that fuzzed entities and requests are read with.
#ifndef HIKAE_TESTS_FUZZ_DATA_H_
#define HIKAE_TESTS_FUZZ_DATA_H_

#include <cstdlib>

#include "cedar/schema/schema.h"

namespace hikae::fuzz {

inline const cedar::Schema& DataSchema() {
  static const cedar::Schema kSchema = [] {
    auto schema = cedar::Schema::Parse({{"s", R"(
entity User in [G] { n?: Long, b?: Bool, s?: String, boss?: User, k?: K, ip?: ipaddr, d?: decimal, at?: datetime,
  len?: duration, ns?: Set<Long>, r?: { x: Long, y?: Set<{ at: datetime }> } } tags String;
entity G in [G] tags decimal;
entity K enum ["氏名", "住所"];
action read in [view] appliesTo { principal: [User, K], resource: [G, User],
  context: { ok?: Bool, n?: Long, set?: Set<String>, d?: duration, who?: User, r?: { ip: ipaddr } } };
action view;
)"}});
    if (!schema.ok()) std::abort();
    return *schema;
  }();
  return kSchema;
}

}  // namespace hikae::fuzz

#endif  // HIKAE_TESTS_FUZZ_DATA_H_
