# Static programs, linked against musl where that works and against glibc elsewhere. glibc's start-up
# asks the CPU for its properties with some 65 CPUID instructions, and in a virtual machine each of
# them leaves the machine: 0.6 ms of every cold start. musl asks nothing. More: lambda_kernel/README.md.
#
# musl-gcc is gcc with other specs: naming them as an option lets one target differ while the
# project's compiler, launcher and flags stay. Other compilers have no specs.
set(musl_folder /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
string(REPLACE "-gnu" "-musl" musl_folder "${musl_folder}")
find_file(FAN_MUSL_SPECS musl-gcc.specs PATHS ${musl_folder} NO_DEFAULT_PATH
  DOC "specs file of musl-gcc (package musl-tools)")
find_library(FAN_JANSSON_ARCHIVE libjansson.a)
mark_as_advanced(FAN_MUSL_SPECS FAN_JANSSON_ARCHIVE)
set(musl_include ${PROJECT_BINARY_DIR}/musl/include) # jansson's headers without glibc's beside them
set(musl_options -specs=${FAN_MUSL_SPECS})
set(musl_sources ${PROJECT_SOURCE_DIR}/lambda_kernel/musl/fortified_names.c)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  list(APPEND musl_sources ${PROJECT_SOURCE_DIR}/lambda_kernel/musl/short_memcpy.c)
  set(musl_link_options -Wl,--wrap=memcpy)
endif()

# Sets VARIABLE to why musl cannot be used, or to nothing.
function(fan_musl_obstacle variable)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set(${variable} "the compiler is not gcc" PARENT_SCOPE)
    return()
  elseif(NOT FAN_MUSL_SPECS)
    set(${variable} "package musl-tools is not there" PARENT_SCOPE)
    return()
  elseif(NOT FAN_JANSSON_ARCHIVE)
    set(${variable} "there is no libjansson.a" PARENT_SCOPE)
    return()
  endif()
  foreach(header jansson.h jansson_config.h)
    find_file(found_${header} ${header} NO_CACHE)
    configure_file(${found_${header}} ${musl_include}/${header} COPYONLY)
  endforeach()
  set(program ${PROJECT_BINARY_DIR}/musl/check)
  try_compile(linked ${PROJECT_BINARY_DIR}/musl
    SOURCES ${PROJECT_SOURCE_DIR}/cmake/static_program_check.c ${musl_sources}
    CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${musl_include}"
    COMPILE_DEFINITIONS ${musl_options} -fno-tree-loop-distribute-patterns
    LINK_OPTIONS ${musl_options} ${musl_link_options} -static LINK_LIBRARIES ${FAN_JANSSON_ARCHIVE}
    OUTPUT_VARIABLE output COPY_FILE ${program})
  if(NOT linked)
    file(WRITE ${PROJECT_BINARY_DIR}/musl/check.log "${output}")
    set(${variable} "libjansson.a does not link with it: see musl/check.log" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${program} RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(NOT status EQUAL 0)
    set(${variable} "libjansson.a does not work with it" PARENT_SCOPE)
    return()
  endif()
  set(${variable} "" PARENT_SCOPE)
endfunction()

fan_musl_obstacle(musl_obstacle)
if(musl_obstacle)
  message(STATUS "bootstrap: static against glibc, which starts later: no musl, ${musl_obstacle}")
else()
  message(STATUS "bootstrap: static against musl")
endif()

# fan_static_program(NAME SOURCE...): compiled from sources, not from the rooms' libraries, because
# these belong to glibc and may carry sanitizers.
function(fan_static_program name)
  add_executable(${name} ${ARGN})
  target_link_options(${name} PRIVATE -static)
  target_link_libraries(${name} PRIVATE fan_flags)
  if(musl_obstacle)
    target_link_libraries(${name} PRIVATE jansson m)
    return()
  endif()
  target_sources(${name} PRIVATE ${musl_sources})
  set_source_files_properties(${musl_sources} PROPERTIES
    COMPILE_OPTIONS -fno-tree-loop-distribute-patterns)
  target_include_directories(${name} SYSTEM PRIVATE ${musl_include})
  target_compile_options(${name} PRIVATE ${musl_options})
  target_link_options(${name} PRIVATE ${musl_options} ${musl_link_options})
  target_link_libraries(${name} PRIVATE ${FAN_JANSSON_ARCHIVE})
endfunction()
