// Anchors and witnesses.
#include <chrono>

#include "capi/files.h"
#include "capi/log_proofs.h"
#include "log/witness/witness_key.h"

using namespace hikae;
using namespace hikae::capi;

namespace hikae::capi {
namespace {

log::WitnessKey KeyIn(hikae_str file) {
  const std::string path = Path(file, "key_file");
  std::string text = Unwrap(ReadFile(path, log::WitnessKey::kMaxBytes));
  base::Result<log::WitnessKey> key = log::WitnessKey::Parse(text);
  volatile char* secret = text.data();
  for (size_t i = 0; i < text.size(); ++i) secret[i] = 0;
  if (key.ok()) return *std::move(key);
  base::Error error = std::move(key).error();
  error.where.file = path;
  throw base::Failure{std::move(error)};
}

uint64_t Seconds(uint64_t given) {
  if (given != 0) return given;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

// The checkpoint with the new cosignature below it.
std::string Cosigned(std::string note, const std::string& line) { return std::move(note) + line; }

int32_t StandsAs(log::AnchorVerdict verdict) { return static_cast<int32_t>(verdict) + HIKAE_LOG_FIRST; }
static_assert(static_cast<int>(log::AnchorVerdict::kFirst) + HIKAE_LOG_FIRST == HIKAE_LOG_FIRST);
static_assert(static_cast<int>(log::AnchorVerdict::kForked) + HIKAE_LOG_FIRST == HIKAE_LOG_FORKED);

}  // namespace
}  // namespace hikae::capi

extern "C" {

hikae_status hikae_log_anchor(const hikae_log* l, hikae_str file, const hikae_log_proof_options* opt,
                              hikae_log_compared* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_log_compared> compared(out);
    const hikae_log& log = Checked(l, "log");
    const hikae_log_proof_options given = Read(opt);
    const std::optional<log::TrustPolicy> policy = PolicyOf(given.policy);
    const log::AnchorKept kept =
        Unwrap(log::KeepAnchor(base::PosixIo(), *log.folder, Path(file, "file"), policy ? &*policy : nullptr,
                               ProgressOf(given.progress, given.progress_ctx)));
    compared->stands = StandsAs(kept.verdict);
    compared->kept_size = kept.kept ? kept.kept->size : 0;
    compared->size = kept.now.size;
    return compared.Give();
  });
}

hikae_status hikae_log_witness_key_new(hikae_str file, hikae_str name, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    const std::string path = Path(file, "file");
    const log::WitnessKey key = Unwrap(log::WitnessKey::Generate(Text(name, "name")));
    hikae_buffer text = HIKAE_BUFFER_INIT;
    Copy(key.Public().ToString(), text);
    std::string secret = key.Secret();
    const base::Result<void> written = WriteSecret(path, secret);
    volatile char* bytes = secret.data();
    for (size_t i = 0; i < secret.size(); ++i) bytes[i] = 0;
    if (!written.ok()) hikae_buffer_free(&text);
    Unwrap(written);
    *out = text;
    return HIKAE_OK;
  });
}

hikae_status hikae_log_witness_key_read(hikae_str file, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    Copy(KeyIn(file).Public().ToString(), *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_log_witness_new(hikae_str state, hikae_str log_key, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const std::string path = Path(state, "state");
    const log::VerifierKey key = KeyOf(Text(log_key, "log_key"), "log_key");
    if (key.kind != log::KeyKind::kEd25519)
      Fail(base::Status::kArgument,
           {"this is the key of a witness, expected that of a log", "立会人の鍵が指定された。ログの検証鍵を指定する"});
    Unwrap(log::WitnessFile(&base::PosixIo(), path).Create(key));
    return HIKAE_OK;
  });
}

hikae_status hikae_log_witness_request(const hikae_log* l, hikae_str witness, uint64_t old_size,
                                       const hikae_log_proof_options* opt, hikae_buffer* request,
                                       hikae_buffer* key_change, int32_t* more, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (more != nullptr) *more = 0;
    if (key_change != nullptr) *key_change = HIKAE_BUFFER_INIT;
    Checked(request, "request") = HIKAE_BUFFER_INIT;
    const hikae_log& log = Checked(l, "log");
    const ProofAsked asked = AskedOf(log, Read(opt));
    std::optional<log::VerifierKey> key;
    if (const std::string_view text = Text(witness, "witness"); !text.empty()) key = KeyOf(text, "witness");
    const log::RequestMade made = Unwrap(log::MakeRequest(*log.folder, asked.period, key, old_size, asked.progress));
    hikae_buffer text = HIKAE_BUFFER_INIT;
    Copy(made.request.ToString(), text);
    try {
      if (key_change != nullptr && made.key_change) Copy(made.key_change->ToString(), *key_change);
    } catch (...) {
      hikae_buffer_free(&text);
      throw;
    }
    *request = text;
    if (more != nullptr) *more = made.more ? 1 : 0;
    return HIKAE_OK;
  });
}

hikae_status hikae_log_witness_cosign(hikae_str state, hikae_str key_file, hikae_str request, uint64_t seconds,
                                      hikae_log_answer* out, hikae_buffer* note, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (note != nullptr) *note = HIKAE_BUFFER_INIT;
    Out<hikae_log_answer> answer(out);
    Checked(note, "note");
    const std::string path = Path(state, "state");
    const log::WitnessKey key = KeyIn(key_file);
    const log::WitnessRequest asked = Unwrap(log::WitnessRequest::Parse(Text(request, "request")));
    const log::WitnessAnswer given =
        Unwrap(log::WitnessFile(&base::PosixIo(), path).Cosign(asked, key.Identity(), Seconds(seconds)));
    if (given.verdict == log::WitnessVerdict::kCosigned) Copy(Cosigned(asked.checkpoint, given.line), *note);
    answer->answer = static_cast<int32_t>(given.verdict);
    answer->known_size = given.known_size;
    return answer.Give();
  });
}

hikae_status hikae_log_witness_follow(hikae_str state, hikae_str key_file, hikae_str key_change, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const std::string path = Path(state, "state");
    const log::WitnessKey key = KeyIn(key_file);
    const log::ProofBundle bundle = Unwrap(log::ProofBundle::Parse(Text(key_change, "key_change")));
    Unwrap(log::WitnessFile(&base::PosixIo(), path)
               .FollowKey({reinterpret_cast<const uint8_t*>(bundle.extra.data()), bundle.extra.size()}, bundle.proof,
                          key.Identity()));
    return HIKAE_OK;
  });
}

hikae_status hikae_log_attach(const hikae_log* l, hikae_str answer, const hikae_str* keys, size_t key_count,
                              uint64_t* added, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (added != nullptr) *added = 0;
    const hikae_log& log = Checked(l, "log");
    std::vector<log::VerifierKey> witnesses;
    for (const std::string& key : TextsOf(keys, key_count, "keys")) witnesses.push_back(KeyOf(key, "keys"));
    const size_t count =
        Unwrap(log::AttachCosignatures(base::PosixIo(), *log.folder, Text(answer, "answer"), witnesses, {}));
    if (added != nullptr) *added = count;
    return HIKAE_OK;
  });
}

}  // extern "C"
