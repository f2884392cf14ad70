// Records on media: written, and taken in.
#include "capi/vault_handles.h"

namespace hikae::capi {
namespace {

static_assert(static_cast<int>(vault::MediaForm::kJsonLines) == HIKAE_MEDIA_JSON_LINES);
static_assert(static_cast<int>(vault::MediaForm::kCsv) == HIKAE_MEDIA_CSV);
static_assert(static_cast<int>(vault::MediaForm::kCsvMarked) == HIKAE_MEDIA_CSV_MARKED);

std::optional<std::string_view> Passphrase(hikae_str given) {
  const std::string_view text = Text(given, "passphrase");
  return text.empty() ? std::nullopt : std::optional(text);
}

gate::MediaTarget TargetOf(const hikae_export_options& given) {
  gate::MediaTarget target;
  target.directory = Path(given.directory, "directory");
  target.name = Path(given.name, "name");
  target.recipients = TextsGiven(given.recipients, given.recipient_count, "recipients");
  target.passphrase = Passphrase(given.passphrase);
  CheckRange(given.armored, 1, "armored");
  target.armored = given.armored != 0;
  CheckRange(given.form, HIKAE_MEDIA_CSV_MARKED, "form");
  target.form = static_cast<vault::MediaForm>(given.form);
  target.medium = Text(given.medium, "medium");
  target.handover = Text(given.handover, "handover");
  if (given.work_factor != 0) target.work_factor = given.work_factor;
  return target;
}

}  // namespace
}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_records_export(hikae_session* s, const hikae_ask* ask, const hikae_str* subjects, size_t count,
                                  const hikae_export_options* opt, uint64_t* written, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (written != nullptr) *written = 0;
    const AskGiven given(ask, gate::Act::kExport);
    const std::vector<std::string_view> ids = ViewsGiven(subjects, count, "subjects");
    const gate::MediaTarget target = TargetOf(Read(&Checked(opt, "options")));
    const uint64_t records =
        Acting(s, [&](gate::Session& session) { return session.Export(given.get(), ids, target); });
    if (written != nullptr) *written = records;
    return HIKAE_OK;
  });
}

hikae_status hikae_records_import(hikae_session* s, const hikae_ask* ask, const hikae_import_options* opt,
                                  uint64_t* taken, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (taken != nullptr) *taken = 0;
    const AskGiven given(ask, gate::Act::kCollect);
    const hikae_import_options from = Read(&Checked(opt, "options"));
    gate::MediaOrigin origin;
    origin.directory = Path(from.directory, "directory");
    origin.name = Path(from.name, "name");
    origin.signers = TextsGiven(from.signers, from.signer_count, "signers");
    WipedTexts identities(TextsGiven(from.identities, from.identity_count, "identities"));
    origin.identities.swap(identities.texts);
    origin.passphrase = Passphrase(from.passphrase);
    // Back where they are wiped, whatever comes.
    struct Back {
      std::vector<std::string>&from, &to;
      ~Back() { from.swap(to); }
    } const back{origin.identities, identities.texts};
    const uint64_t records = Acting(s, [&](gate::Session& session) { return session.Import(given.get(), origin); });
    if (taken != nullptr) *taken = records;
    return HIKAE_OK;
  });
}

}  // extern "C"
