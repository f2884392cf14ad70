#include <fmt/format.h>

#include "report/escape.h"
#include "report/render.h"

namespace hikae::report {
namespace {

// Colours keep a contrast of at least 4.5 : 1 on white, and every coloured word also says what its colour says.
constexpr const char* kStyle = R"css(
:root{color-scheme:light}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:2rem 1.5rem;max-width:64rem;background:#fff;color:#1a1a1a;font-size:15px;line-height:1.7;
font-family:"Noto Sans CJK JP","Noto Sans JP","Hiragino Sans","Yu Gothic","Meiryo",sans-serif;
line-break:strict;overflow-wrap:anywhere;font-variant-east-asian:normal}
body.formal{font-family:"Noto Serif CJK JP","Noto Serif JP","Hiragino Mincho ProN","Yu Mincho",serif}
body.formal header,body.formal .provenance,body.formal figure,body.formal .note{font-family:"Noto Sans CJK JP","Noto Sans JP","Hiragino Sans","Yu Gothic",sans-serif}
h1,h2,h3,h4,h5,h6{line-height:1.4;font-weight:700;margin:1.6em 0 .5em;break-after:avoid;break-inside:avoid}
h1{font-size:1.6rem;margin:.2em 0 .3em}
h2{font-size:1.25rem;border-bottom:2px solid #1f3a5f;padding-bottom:.15em}
h3{font-size:1.1rem;border-left:5px solid #1f3a5f;padding-left:.5em}
h4{font-size:1rem}
h5,h6{font-size:.95rem}
body.formal h2{border-bottom:1px solid #555}
body.formal h3{border-left:0;padding-left:0;font-size:1.05rem}
header{border-bottom:3px solid #1f3a5f;margin-bottom:1.2rem;padding-bottom:.6rem}
header p{margin:.1em 0}
.office,.subtitle{color:#444}
p{margin:.35em 0;orphans:2;widows:2}
.lead{break-after:avoid}
tr:not(.long) .lead{break-after:auto}
.centre{text-align:center}
.end{text-align:right}
.i1{margin-left:1.2em}.i2{margin-left:2.4em}.i3{margin-left:3.6em}.i4{margin-left:4.8em}
table{width:100%;border-collapse:collapse;table-layout:fixed;margin:.6em 0 1.2em;font-size:.92em;line-height:1.55}
caption{caption-side:top;text-align:left;font-weight:700;padding:.3em 0;break-after:avoid}
th,td{border:1px solid #777;padding:.35em .55em;vertical-align:top;text-align:left;overflow-wrap:anywhere;unicode-bidi:isolate}
th{background:#eef2f7;font-weight:700}
body.formal th{background:#f3f3f3}
thead{display:table-header-group;break-after:avoid}
thead tr{break-after:avoid}
tfoot{display:table-row-group}
tr{break-inside:avoid}
tr.long{break-inside:auto}
tr.group{break-after:avoid}
tr.group th{background:#dde6f0}
td p,th p,li p{margin:.1em 0;break-inside:avoid}
ul,ol{margin:.4em 0 .8em;padding-left:1.8em}
li{margin:.2em 0;break-inside:avoid}
.note{border:1px solid #777;border-left:6px solid #1f3a5f;padding:.5em .9em;margin:.8em 0;break-inside:avoid}
.note .name{font-weight:700}
.note.bad{border-left-color:#a40000}
.note.open{border-left-color:#7a4d00}
figure{margin:1em 0;break-inside:avoid}
figure svg{display:block;width:100%;height:auto;max-height:245mm}
figcaption{font-weight:700;margin-bottom:.3em}
span{unicode-bidi:isolate}
.strong{font-weight:700}
.muted{color:#555}
.gap{color:#6b3a00;border-bottom:1px dashed #6b3a00}
.good{color:#0b5a2a;font-weight:700}
.bad-word{color:#a40000;font-weight:700}
.open-word{color:#7a4d00;font-weight:700}
.tag{border:1px solid #444;border-radius:.2em;padding:0 .3em;font-size:.85em;white-space:nowrap;margin-right:.15em}
.code{font-family:"Noto Sans Mono CJK JP","DejaVu Sans Mono","Osaka-Mono","MS Gothic",monospace;font-size:.9em}
.gaiji::after{content:"[" attr(data-code) "]";font-size:.7em;color:#555}
.break{break-before:page}
.provenance{margin-top:2.5rem;border-top:2px solid #1f3a5f;font-size:.9em}
.empty{color:#555}
@media print{
body{max-width:none;padding:0;font-size:9.8pt;line-height:1.52}
h2,h3,h4{margin:1em 0 .35em}li{margin:.1em 0}table{margin-bottom:.8em}
h1{font-size:17pt}h2{font-size:13.5pt}h3{font-size:11.5pt}h4{font-size:10.5pt}
a{color:inherit;text-decoration:none}
table{font-size:9pt;line-height:1.45}th,td{padding:.25em .5em}
th,tr.group th,.note{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
)css";

}  // namespace

std::string StyleSheet(const Document& document) {
  const bool japanese = document.language == base::Language::kJapanese;
  std::string out = fmt::format(
      "@page{{size:A4;margin:18mm 17mm 20mm 20mm;"
      "@bottom-left{{content:\"{}\";font-size:7.5pt;color:#444;font-family:\"Noto Sans CJK "
      "JP\",sans-serif;text-align:left;"
      "width:80%}}"
      "@bottom-right{{content:counter(page) \" / \" counter(pages) \"{}\";font-size:8pt;color:#444;"
      "font-family:\"Noto Sans CJK JP\",sans-serif}}}}",
      CssString(document.running), japanese ? " 頁" : "");
  return out + kStyle;
}

}  // namespace hikae::report
