// Makes an office with sealed records through the public header, for whoever reads it from outside (key_reader.py).
// usage: make_office NEW-DIRECTORY PAPER…
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "hikae/hikae.hpp"
#include "hikae/vault.hpp"

namespace {

constexpr const char* kPassphrase = "東京都江戸川区中央一丁目4番";
constexpr const char* kFile = "ひきこもり相談記録";
constexpr const char* kOther = "電話の控え";

hikae_time InJune2021(void*) { return hikae_time{1'623'718'800} * 1'000'000; }

hikae::vault::Secret Cheap() {
  hikae::vault::Secret secret = hikae::vault::Secret::Passphrase(kPassphrase);
  secret.operations = 2;
  secret.memory = 64 << 10;  // far too cheap for use: a reader in plain Python has to try it
  return secret;
}

hikae::vault::SessionOptions Who(const char* actor) {
  hikae::vault::SessionOptions who;
  who.actor = actor;
  who.handling = "hikikomori";
  who.purpose = "ひきこもり相談支援";
  who.place = "生活援護第一課事務室内";
  who.terminal = "全庁LAN端末1";
  who.terminal_factors = {"ic-card", "pin"};
  return who;
}

hikae::vault::Ask On(const char* file) {
  hikae::vault::Ask ask;
  ask.file = file;
  return ask;
}

void Put(hikae::vault::Session& session, const char* file, const char* subject,
         const std::vector<hikae::vault::Item>& items) {
  hikae::vault::Put put;
  put.subject = subject;
  put.set = items;
  session.Write(On(file), {put});
}

void Make(const std::string& directory, const std::vector<std::string>& papers, const std::string& key_file) {
  hikae::Office::OpenOptions create;
  create.create = true;
  create.now = InJune2021;
  hikae::Office office(directory, create);
  for (const std::string& paper : papers)
    office.DeclareFiles({paper});  // one after the other: each states more of the same
  office.Declare({{"other.yaml",
                   "hikae: declaration/1\npack: edogawa-2021\nvalid_from: 令和3年6月1日\nby: 試験\n"
                   "File: { 電話の控え: { handling: hikikomori, title: 控え, store: 委託専用フォルダ, "
                   "items: [氏名, 連絡先] } }\n"}});
  hikae::vault::Keys::Make(office, Cheap());
  hikae::vault::Keys keys = hikae::vault::Keys::Unlock(office, Cheap());
  hikae::vault::Session clerk = keys.Begin(Who("生活援護第一課職員1"));
  // Names with variants, kana of half width, characters outside the BMP, of private use (外字), and with a selector.
  Put(clerk, kFile, "10000001", {{"氏名", "髙橋 𠮷子"}, {"生年月日", "2004-02-28"}, {"年齢", "17"}});
  Put(clerk, kFile, "10000001", {{"氏名", "髙槗 𠮷子"}, {"住所", "江戸川区中央1-4-1 ｸﾞﾘｰﾝﾊｲﾂ"}});
  Put(clerk, kFile, "10000002", {{"氏名", "\xEE\x80\x80田 ﾀﾛｳ"}, {"健康状態", "\xEE\x80\x81 葛\xF3\xA0\x84\x80城"}});
  Put(clerk, kOther, "10000002", {{"氏名", "\xEE\x80\x80田 ﾀﾛｳ"}, {"連絡先", "ﾀﾅｶ様より電話"}});
  Put(clerk, kFile, "10000003", {{"氏名", "消える者"}});

  hikae::vault::Session head = keys.Begin(Who("生活援護第一課長1"));
  head.RotateOffice({});
  head.RotateMaster({}, Cheap());
  head.AddLock({}, hikae::vault::Secret::KeyFile(key_file));
  hikae::vault::Mark mark;
  mark.kind = "support-measures";
  mark.from = "2021-04-01";
  head.SetMarks({}, "10000002", {mark});
  head.RotateSubjects(On(kFile));
  head.Erase(On(kFile), {"10000003"});
  Put(clerk, kFile, "10000001", {{"年齢", "18"}});
  clerk.End();
  head.End();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    const std::string key_file = "見本なので、ここに書いてある鍵ファイルの中身です。";
    Make(argv[1], {argv + 2, argv + argc}, key_file);
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
  return 0;
}
