# What the office stands on beside the engine, and the office.
find_package(SQLite3 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET GLOBAL libsodium)

hikae_folder(store DEPS base LINK SQLite::SQLite3)
hikae_folder(crypto DEPS base LINK PkgConfig::sodium)
hikae_folder(log DEPS base codec crypto)
hikae_folder(registry DEPS base codec crypto store cedar)
hikae_folder(vault DEPS base codec crypto store log)

# Packs are data, embedded at build time: every file below src/packs becomes a constant.
file(GLOB_RECURSE pack_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/packs/*.cedarschema ${CMAKE_CURRENT_SOURCE_DIR}/packs/*.cedar
     ${CMAKE_CURRENT_SOURCE_DIR}/packs/*.yaml)
set(embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded_packs.cpp)
add_custom_command(OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} -DOUT=${embedded} -DROOT=${CMAKE_CURRENT_SOURCE_DIR}/packs -P ${CMAKE_CURRENT_SOURCE_DIR}/packs/embed.cmake
  DEPENDS ${pack_files} ${CMAKE_CURRENT_SOURCE_DIR}/packs/embed.cmake)
hikae_folder(gate DEPS base codec crypto store log cedar vault)
hikae_folder(audit DEPS base codec crypto cedar registry SOURCES ${embedded})
hikae_folder(report DEPS base codec cedar log registry audit)
hikae_folder(office DEPS base codec crypto store log cedar registry vault gate audit report)
hikae_folder(capi DEPS base codec crypto cedar log registry audit report office)
