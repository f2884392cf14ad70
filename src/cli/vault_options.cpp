#include "cli/vault_options.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <system_error>

#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/office_commands.h"
#include "cli/output.h"

namespace hikae::cli {
namespace {

constexpr size_t kMostSecretBytes = size_t{64} << 10;
constexpr size_t kMostTyped = 1'024;

[[noreturn]] void FailRead(const std::string& path, const std::string& english, const std::string& japanese) {
  throw InputError{{Printable(path) + ": " + english, Printable(path) + ": " + japanese}};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// A terminal that hands over each key as it is struck, Ctrl-C among them, and shows none.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd), known_(::tcgetattr(fd, &before_) == 0) {
    if (!known_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    known_ = ::tcsetattr(fd, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (known_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  bool silent() const { return known_; }

 private:
  int fd_;
  termios before_{};
  bool known_;
};

[[noreturn]] void Aborted() { throw InputError{{"nothing was entered", "入力が取り消されました"}}; }

// One line, key by key.
SecretText Typed(int fd) {
  constexpr char kInterrupt = 3, kEnd = 4, kBackspace = 8, kDelete = 127;
  SecretText line(kMostTyped);
  for (char key = 0;;) {
    const ssize_t n = ::read(fd, &key, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || key == kInterrupt || key == kEnd) Aborted();
    if (key == '\n' || key == '\r') return line;
    if (key == kBackspace || key == kDelete) {
      line.RemoveLast();
    } else if (!line.Append(key)) {
      Aborted();
    }
  }
}

void WriteAll(int fd, const std::string& text) {
  if (::write(fd, text.data(), text.size()) < 0) Aborted();
}

}  // namespace

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this != &other) {
    Clear();
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

bool SecretText::Append(char byte) {
  if (bytes_.size() == bytes_.capacity()) return false;
  bytes_.push_back(byte);
  return true;
}

// The last code point.
void SecretText::RemoveLast() {
  while (!bytes_.empty()) {
    const auto last = static_cast<unsigned char>(bytes_.back());
    bytes_.pop_back();
    if ((last & 0xC0U) != 0x80U) return;
  }
}

void SecretText::Clear() noexcept {
  volatile char* bytes = bytes_.data();
  for (size_t i = 0; i < bytes_.capacity(); ++i) bytes[i] = 0;
  bytes_.clear();
}

SecretText ReadSecretFile(const std::string& path) {
  const Descriptor file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  SecretText text(kMostSecretBytes);
  for (char byte = 0;;) {
    const ssize_t n = file.get() < 0 ? -1 : ::read(file.get(), &byte, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const std::string reason = std::generic_category().message(errno);
      FailRead(path, "cannot be read: " + reason, "読み取れません: " + reason);
    }
    if (n == 0) return text;
    if (!text.Append(byte)) FailRead(path, "larger than 64 KiB", "64 KiB を超えています");
  }
}

SecretText ReadSecretLine(const std::string& path) {
  SecretText text = ReadSecretFile(path);
  if (!text.empty() && text.view().back() == '\n') text.RemoveLast();
  if (!text.empty() && text.view().back() == '\r') text.RemoveLast();
  if (text.view().find('\n') != std::string_view::npos) FailRead(path, "has more than one line", "二行以上あります");
  return text;
}

SecretText AskForSecret(const Text& what, const std::string& option, Language language) {
  const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (terminal.get() < 0)
    throw UsageError{{what.en + ": there is no terminal to ask at; give " + option,
                      what.ja + ": 端末がないため入力できません。" + option + " で指定してください"}};
  const SilentTerminal silent(terminal.get());
  if (!silent.silent()) Aborted();
  WriteAll(terminal.get(), what.In(language) + ": ");
  SecretText typed = Typed(terminal.get());
  WriteAll(terminal.get(), "\n");
  return typed;
}

GivenSecret::GivenSecret(const Arguments& arguments, Language language, const std::string& prefix) {
  const bool fresh = !prefix.empty();
  const std::string passphrase = prefix + "passphrase-file";
  const std::string key = prefix + "key-file";
  const std::vector<std::string> shares = fresh ? std::vector<std::string>() : arguments.All("share");
  if ((arguments.Has(passphrase) ? 1 : 0) + (arguments.Has(key) ? 1 : 0) + (shares.empty() ? 0 : 1) > 1)
    throw UsageError{
        {"the keys are opened by one secret: give one of --" + passphrase + ", --" + key + (fresh ? "" : ", --share"),
         "鍵を開くものは一つだけ指定してください: --" + passphrase + "、--" + key + (fresh ? "" : "、--share")}};
  if (!shares.empty()) {
    kind_ = HIKAE_SECRET_SHARES;
    for (const std::string& path : shares) shares_.push_back(ReadSecretFile(path));
  } else if (arguments.Has(key)) {
    kind_ = HIKAE_SECRET_KEY_FILE;
    text_ = ReadSecretFile(arguments.Get(key));
  } else if (arguments.Has(passphrase)) {
    text_ = ReadSecretLine(arguments.Get(passphrase));
  } else {
    const Text what = fresh ? Text{"New passphrase", "新しい合言葉"} : Text{"Passphrase", "合言葉"};
    const std::string option = "--" + passphrase + " / --" + key;
    text_ = AskForSecret(what, option, language);
    if (fresh && AskForSecret({"The same again", "もう一度"}, option, language).view() != text_.view())
      throw InputError{{"the two passphrases differ", "二つの合言葉が一致しません"}};
  }
}

vault::Secret GivenSecret::get() const {
  vault::Secret secret;
  secret.kind = kind_;
  secret.text = text_.view();
  for (const SecretText& share : shares_) secret.shares.push_back(share.view());
  return secret;
}

// UTC+9 all year.
std::string Moment(int64_t micros) {
  const std::time_t seconds = static_cast<std::time_t>(micros / 1'000'000 + 9LL * 3'600);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

std::vector<Option> Join(std::vector<Option> options, const std::vector<Option>& more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

std::vector<Option> SecretOptions() {
  return {{"passphrase-file",
           "FILE",
           {"the passphrase, a line; \"-\": standard input; default: asked for at the terminal",
            "合言葉(一行)。「-」は標準入力。既定: 端末で尋ねる"},
           {}},
          {"key-file", "FILE", {"a key file instead of a passphrase", "合言葉の代わりの鍵ファイル"}, {}},
          {"share", "FILE", {"a custodian's share; again for each", "分散した鍵の一片(人数分繰り返す)"}, {}, 0, true},
          {"by",
           "NAME",
           {"who runs this, for the access log; default: os: and the account's name",
            "アクセス記録に残す実行者(既定: os: とアカウント名)"},
           {}}};
}

std::vector<Option> NewSecretOptions() {
  return {{"new-passphrase-file",
           "FILE",
           {"the new passphrase, a line of at least 12 characters; default: asked for",
            "新しい合言葉(一行、12文字以上)。既定: 端末で尋ねる"},
           {}},
          {"new-key-file",
           "FILE",
           {"a key file instead: at least 32 random bytes", "代わりに鍵ファイル(無作為の32バイト以上)"},
           {}}};
}

Unlocked::Unlocked(const Arguments& arguments, Language language)
    : office(OpenOffice(arguments)), keys(vault::Keys::Unlock(office, GivenSecret(arguments, language).get())) {}

vault::Session SessionOf(Unlocked& unlocked, const Arguments& arguments) {
  if (arguments.Has("session") == arguments.Has("session-file"))
    throw UsageError{{"a session is needed: give --session or --session-file (hikae session begin makes one)",
                      "利用(セッション)が必要です: --session か --session-file で指定してください(hikae session "
                      "begin で始める)"}};
  if (arguments.Has("session")) return unlocked.keys.Resume(arguments.Get("session"));
  const SecretText token = ReadSecretLine(arguments.Get("session-file"));
  return unlocked.keys.Resume(token.view());
}

std::vector<Option> TokenOptions() {
  return {
      {"session",
       "TOKEN",
       {"the session's token; other users of the machine may see it, so --session-file is better",
        "利用(セッション)の符号。同じ機械の利用者に見えるため --session-file がよい"},
       {}},
      {"session-file",
       "FILE",
       {"a file that holds the token, as session begin wrote it", "符号の入ったファイル(session begin が書いたもの)"},
       {}}};
}

namespace {

constexpr const char* kActs[] = {"",       "login",    "logout",  "read",    "write", "search",    "print",
                                 "export", "transfer", "collect", "provide", "erase", "administer"};

vault::Act ActOf(const std::string& name) {
  for (size_t i = 0; i < std::size(kActs); ++i)
    if (name == kActs[i]) return static_cast<vault::Act>(i);
  return vault::Act::kDefault;
}

vault::ViewKind ViewOf(const std::string& name) {
  if (name == "masked") return vault::ViewKind::kMasked;
  if (name == "presence") return vault::ViewKind::kPresence;
  return name == "widest" ? vault::ViewKind::kWidest : vault::ViewKind::kWhole;
}

}  // namespace

std::string_view Given(const Arguments& arguments, const std::string& option) {
  const auto found = arguments.options.find(option);
  return found == arguments.options.end() ? std::string_view() : std::string_view(found->second);
}

vault::Ask AskOf(const Arguments& arguments) {
  vault::Ask ask;
  ask.act = ActOf(arguments.Get("act"));
  ask.view = ViewOf(arguments.Get("view"));
  ask.items = arguments.All("item");
  ask.approvals = arguments.All("approval");
  ask.recipient = Given(arguments, "recipient");
  ask.source = Given(arguments, "source");
  ask.medium = Given(arguments, "medium");
  ask.ground = Given(arguments, "ground");
  if (arguments.Has("encrypted")) ask.encrypted = arguments.Get("encrypted") == "yes";
  return ask;
}

std::vector<Option> AskOptions() {
  return {
      {"approval", "ID", {"an approval in the registry; again for more", "登録された承認(繰り返し可)"}, {}, 0, true},
      {"recipient", "ID", {"who gets what leaves", "提供・送付の相手"}, {}},
      {"source", "ID", {"whom it is collected from; default: the subject", "収集先(既定: 本人)"}, {}},
      {"medium",
       "NAME",
       {"what it leaves on, or comes by: paper, electronic …", "媒体: paper(紙)、electronic(電子) など"},
       {}},
      {"ground", "TEXT", {"the clause relied on, for the log", "根拠とする条項(記録用)"}, {}},
      {"encrypted", "yes|no", {"whether what leaves is sealed", "外に出すものを暗号化するか"}, {"yes", "no"}}};
}

Exit TellRefusal(const Error& error, Language language) {
  const std::optional<vault::Decision> decision = vault::DecisionOf(error);
  const std::string text = decision ? std::string(decision->Explain(language)) : error.what(language);
  std::fprintf(stderr, "%s\n", Printable(text).c_str());
  return kRefused;
}

}  // namespace hikae::cli
