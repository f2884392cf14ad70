# What tests that are more than one C++ program share.

# hikae_fresh_test(NAME TARGET ARGUMENT…): runs the program; @DIRECTORY@ in an argument is a new, empty directory.
function(hikae_fresh_test name target)
  string(REPLACE ";" "\\;" arguments "${ARGN}")
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${target}> -DARGUMENTS=${arguments}
           -DDIRECTORY=${CMAKE_CURRENT_BINARY_DIR}/${name}.dir -P ${CMAKE_SOURCE_DIR}/tests/fresh.cmake)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

# The system's interpreter: pytest and pandas are installed for it.
find_program(HIKAE_TEST_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT HIKAE_TEST_PYTHON)
  find_program(HIKAE_TEST_PYTHON python3 REQUIRED)
endif()

# hikae_pytest(NAME FILE [ENVIRONMENT…]): one test that runs a pytest file; skipped by name where pytest is absent.
function(hikae_pytest name file)
  add_test(NAME ${name} COMMAND ${HIKAE_TEST_PYTHON} ${CMAKE_SOURCE_DIR}/tests/run_pytest.py ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900 ENVIRONMENT
    "HIKAE_SOURCE=${CMAKE_SOURCE_DIR};HIKAE_BUILD=${CMAKE_BINARY_DIR};HIKAE_SANITIZE=${HIKAE_SANITIZE};CC=${CMAKE_C_COMPILER};CXX=${CMAKE_CXX_COMPILER};${ARGN}")
endfunction()
