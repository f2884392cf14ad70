# Where tests find what they read (places.h).
include_guard(GLOBAL)

# The public conformance corpus is unpacked beside the build, once.
set(archive ${HIKAE_SHARED_DATA}/cedar/corpus.tar.gz)
set(corpus ${CMAKE_BINARY_DIR}/cedar-corpus)
if(EXISTS ${archive} AND NOT EXISTS ${corpus}/corpus-tests)
  file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${corpus})
endif()
# The official engine, to be compared with; tests that ask it are skipped where it is absent.
set(HIKAE_CEDAR_WASM ${CMAKE_SOURCE_DIR}/build/cedar-wasm CACHE PATH "Folder whose node_modules holds @cedar-policy/cedar-wasm 4.10; see tests/official_engine.sh")

add_library(test_places STATIC ${CMAKE_CURRENT_LIST_DIR}/places.cpp ${CMAKE_CURRENT_LIST_DIR}/mutants.cpp)
target_include_directories(test_places PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(test_places PRIVATE HIKAE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HIKAE_SHARED_DATA="${HIKAE_SHARED_DATA}"
                           HIKAE_CEDAR_CORPUS="${corpus}" HIKAE_CEDAR_WASM="${HIKAE_CEDAR_WASM}")
