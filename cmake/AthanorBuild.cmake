# Compiler settings for every target, and the two kinds of target that the tree has: rooms and test suites.
include(CheckIPOSupported)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths within the checkout count relative to it, so that every clone and every build folder shares the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true
                                  ${CCACHE_PROGRAM})
endif()

add_library(athanor_flags INTERFACE)
target_compile_options(athanor_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
# GCC 12 sees overlapping copies in `"literal" + std::string` at -O2 that aren't there (GCC bug 105651).
target_compile_options(athanor_flags INTERFACE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>)
target_include_directories(athanor_flags INTERFACE ${CMAKE_SOURCE_DIR}/operator)
target_link_libraries(athanor_flags INTERFACE Threads::Threads)
if(ATHANOR_SANITIZERS)
  target_compile_options(athanor_flags INTERFACE -fsanitize=${ATHANOR_SANITIZERS} -fno-omit-frame-pointer
                                                -fno-sanitize-recover=all)
  target_link_options(athanor_flags INTERFACE -fsanitize=${ATHANOR_SANITIZERS})
  # With sanitizers GCC 12 takes <regex>'s moved-from functions for uninitialized ones; its manual says so of
  # the whole warning.
  target_compile_options(athanor_flags INTERFACE -Wno-maybe-uninitialized)
endif()
if(ATHANOR_FAILPOINTS)
  target_compile_definitions(athanor_flags INTERFACE ATHANOR_FAILPOINTS=1)
endif()

# A room of the house: one folder of operator/, one static library `athanor_NAME`. What it may link is what
# it may include (design section 3).
#   athanor_room(NAME LIBS room-or-library ... PRIVATE_LIBS library ...)
function(athanor_room name)
  cmake_parse_arguments(ROOM "" "" "LIBS;PRIVATE_LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(athanor_${name} STATIC ${sources})
    target_link_libraries(athanor_${name} PUBLIC athanor_flags ${ROOM_LIBS} PRIVATE ${ROOM_PRIVATE_LIBS})
  else()
    add_library(athanor_${name} INTERFACE)
    target_link_libraries(athanor_${name} INTERFACE athanor_flags ${ROOM_LIBS})
  endif()
endfunction()

# A suite: one folder of tests/, one GoogleTest binary `NAME`, one entry in ctest. The longest are started first.
# The further label `postgres` marks what speaks to a server and is run against every version of PostgreSQL.
#   athanor_suite(NAME LABEL unit|contract|integration [postgres] LIBS library ...)
function(athanor_suite name)
  cmake_parse_arguments(SUITE "" "TIMEOUT" "LABEL;LIBS" ${ARGN})
  if(NOT SUITE_TIMEOUT)
    set(SUITE_TIMEOUT 300)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE athanor_flags ${SUITE_LIBS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${SUITE_LABEL}" TIMEOUT ${SUITE_TIMEOUT}
    COST ${SUITE_TIMEOUT})
endfunction()

# A suite in Python: one file of pytest, one entry in ctest. Debian's own Python, whose modules come by package.
#   athanor_pytest(NAME LABEL label ... FILE file [TIMEOUT seconds])
function(athanor_pytest name)
  cmake_parse_arguments(SUITE "" "FILE;TIMEOUT" "LABEL" ${ARGN})
  if(NOT SUITE_TIMEOUT)
    set(SUITE_TIMEOUT 300)
  endif()
  add_test(NAME ${name}
    COMMAND /usr/bin/python3 -m pytest -q -p no:cacheprovider --junitxml=${CMAKE_BINARY_DIR}/reports/${name}.xml
            ${CMAKE_CURRENT_SOURCE_DIR}/${SUITE_FILE}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set(environment PYTHONDONTWRITEBYTECODE=1)
  if(TARGET athanor)
    list(APPEND environment ATHANOR_BINARY=$<TARGET_FILE:athanor>)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${SUITE_LABEL}" TIMEOUT ${SUITE_TIMEOUT}
    COST ${SUITE_TIMEOUT} ENVIRONMENT "${environment}")
endfunction()
