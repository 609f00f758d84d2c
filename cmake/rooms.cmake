# Helpers: a room is a static library, a program is its main file, tests mirror the rooms.

add_library(fan_flags INTERFACE)
target_include_directories(fan_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(fan_flags INTERFACE
  $<$<COMPILE_LANGUAGE:C>:_POSIX_C_SOURCE=200809L> FAN_VERSION="${PROJECT_VERSION}")
target_compile_options(fan_flags INTERFACE
  $<$<COMPILE_LANGUAGE:C>:-std=c11 -Wstrict-prototypes -Wmissing-prototypes
    -Wold-style-definition -Wwrite-strings>
  $<$<COMPILE_LANGUAGE:CXX>:-std=c++17>
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wcast-qual
  -Wpointer-arith -Wundef -Wvla -Wswitch-enum -Wimplicit-fallthrough -Wdouble-promotion
  -Wnull-dereference $<$<BOOL:${FAN_WERROR}>:-Werror>)

# Sanitizers stay out of fan_flags: the static bootstrap cannot carry them.
add_library(fan_sanitize INTERFACE)
if(FAN_SANITIZE)
  target_compile_options(fan_sanitize INTERFACE -fsanitize=${FAN_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(fan_sanitize INTERFACE -fsanitize=${FAN_SANITIZE})
endif()

# fan_room(NAME LINK ...): library of NAME/*.c except NAME/*_main.c
function(fan_room name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  if(FAN_FUNCTIONS_ONLY AND NOT name MATCHES "^(common|runtime|lambda_kernel|token|authorizer)$")
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.c)
  list(FILTER sources EXCLUDE REGEX "_main\\.c$")
  list(TRANSFORM ARG_LINK REPLACE
    "^(common|runtime|record|partition|lambda_kernel|invoke|analysis|token)$" "room_\\1")
  if(NOT sources)
    add_library(room_${name} INTERFACE)
    return()
  endif()
  add_library(room_${name} STATIC ${sources})
  target_link_libraries(room_${name} PRIVATE fan_flags PUBLIC fan_sanitize ${ARG_LINK})
  target_include_directories(room_${name} PUBLIC ${PROJECT_SOURCE_DIR})
endfunction()

# fan_program(NAME MAIN.c [LINK room]): links the room of the same name unless told otherwise
function(fan_program name main)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${main})
    return()
  endif()
  if(NOT ARG_LINK)
    set(ARG_LINK ${name})
  endif()
  if(NOT TARGET room_${ARG_LINK})
    return()
  endif()
  add_executable(${name} ${main})
  target_link_libraries(${name} PRIVATE fan_flags fan_sanitize room_${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# fan_tests(ROOM [LINK ...]): tests/ROOM/*_test.cc as one GoogleTest binary, label unit
function(fan_tests room)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${room}/*_test.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(${room}_test ${sources})
  target_link_libraries(${room}_test PRIVATE fan_flags fan_sanitize room_${room} ${ARG_LINK}
    GTest::gtest_main)
  target_compile_definitions(${room}_test PRIVATE
    FAN_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/${room}"
    FAN_TEST_BIN="${PROJECT_BINARY_DIR}/bin")
  # most of a test's compilation is GoogleTest's header and the optimiser: neither is under test
  target_precompile_headers(${room}_test PRIVATE
    "$<$<COMPILE_LANGUAGE:CXX>:<gtest/gtest.h$<ANGLE-R>>"
    "$<$<COMPILE_LANGUAGE:CXX>:<string$<ANGLE-R>>"
    "$<$<COMPILE_LANGUAGE:CXX>:<vector$<ANGLE-R>>")
  target_compile_options(${room}_test PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-O0>)
  if(CMAKE_CROSSCOMPILING) # one start of the emulator each, not one a case
    add_test(NAME ${room} COMMAND ${room}_test)
    # cases that take a minute there, and the long ones of plain C, are left to the machine's own run
    string(JOIN ":" slow *AddsUp* *AnyMemory* *AtTheUpperEnd* *FurtherUp* *PowersOfTwo* *Published*
      *UpToTheEnd* *WidthsAround* *InnerBoundaries/portable *MillerRabin*/portable *Random*/portable)
    set_tests_properties(${room} PROPERTIES LABELS unit TIMEOUT 900 ENVIRONMENT "GTEST_FILTER=-${slow}")
    return()
  endif()
  gtest_discover_tests(${room}_test PROPERTIES LABELS unit TIMEOUT 120
    DISCOVERY_TIMEOUT 60)
endfunction()
