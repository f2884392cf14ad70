#include <hikae/hikae.hpp>
#include <iostream>

int main() {
  for (const hikae::Entry& pack : hikae::Packs()) std::cout << pack.id << '\n';
}
