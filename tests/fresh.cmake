# Runs PROGRAM with ARGUMENTS (";" between) in which @DIRECTORY@ is DIRECTORY, made anew and empty.
file(REMOVE_RECURSE ${DIRECTORY})
file(MAKE_DIRECTORY ${DIRECTORY})
string(REPLACE "@DIRECTORY@" "${DIRECTORY}" arguments "${ARGUMENTS}")
execute_process(COMMAND ${PROGRAM} ${arguments} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM}: ${result}")
endif()
