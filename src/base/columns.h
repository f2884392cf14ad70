// How wide a text is where every character has its cell: terminals, monospaced editors.
#ifndef HIKAE_BASE_COLUMNS_H_
#define HIKAE_BASE_COLUMNS_H_

#include <cstddef>
#include <string_view>

namespace hikae::base {

// 2 for East Asian wide characters, 0 for variation selectors and combining marks, else 1.
size_t Columns(char32_t point);
size_t Columns(std::string_view text);

}  // namespace hikae::base

#endif  // HIKAE_BASE_COLUMNS_H_
