// What is done to the keys of an office outside of any session, and how the access log has it.
#ifndef HIKAE_OFFICE_OFFICE_KEYS_H_
#define HIKAE_OFFICE_OFFICE_KEYS_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/io.h"
#include "codec/node.h"
#include "gate/recorder.h"
#include "office/access_log.h"
#include "vault/keys.h"

namespace hikae::office {

// 'office changed' with `thing`, on the disk before `work` is done. Where that fails, the log is told that it did not
// come about.
base::Result<void> Told(AccessLog& log, const std::string& actor, std::string_view thing, const codec::Node& detail,
                        const std::function<base::Result<void>()>& work);

// 'keys unlocked', with the kind of the secret as `thing`: before anything is done with the keys, or refused, where the
// secret is the wrong one. Where the log cannot be written, the entry waits in the spool.
base::Result<std::shared_ptr<vault::Keys>> UnlockTold(const std::string& directory, const vault::Secret& secret,
                                                      const vault::Keys::Options& options, gate::Recorder& recorder,
                                                      const std::string& actor, int64_t now);

// vault::RestoreKeys, with a note of it in the office's directory: the log can be written only when the office is open.
// `actor`: who does it, for the log.
base::Result<void> RestoreKeys(const std::string& directory, const std::string& backup, const std::string& actor,
                               base::Io& io);
// Records what such a note says, and takes it away. `actor`: where the note does not tell.
base::Result<void> TellRestored(AccessLog& log, const std::string& directory, const std::string& actor, base::Io& io);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_OFFICE_KEYS_H_
