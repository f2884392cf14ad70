# Runs PROGRAM with ARGUMENTS (";" between) in which @DIRECTORY@ is DIRECTORY, made anew and empty.
cmake_minimum_required(VERSION 3.22)  # @NAME@ in a script is text
file(REMOVE_RECURSE ${DIRECTORY})
file(MAKE_DIRECTORY ${DIRECTORY})
string(REPLACE "@DIRECTORY@" "${DIRECTORY}" arguments "${ARGUMENTS}")
execute_process(COMMAND ${PROGRAM} ${arguments} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM}: ${result}")
endif()
