# The functions' programs and their packages, share/lambda-fanout/NAME.zip.
# Equal sources give equal packages, byte for byte, whoever builds them, wherever, and in which preset:
# all are built without assertions, optimised, and stripped.
set(reproducible_options -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${PROJECT_BINARY_DIR}/=)

function(fan_reproducible target)
  target_compile_options(${target} PRIVATE -O3 -DNDEBUG -ffunction-sections -fdata-sections
    ${reproducible_options})
  target_link_options(${target} PRIVATE -Wl,--gc-sections -Wl,--build-id=none -s)
endfunction()

# fan_package(TARGET NAME FOLDER ENTRY...): the zip of FOLDER/ENTRY..., after the commands of BEFORE
function(fan_package target name folder)
  cmake_parse_arguments(ARG "" "" "BEFORE;DEPENDS" ${ARGN})
  set(zip ${PROJECT_BINARY_DIR}/share/lambda-fanout/${name}.zip)
  set(pack ${PROJECT_SOURCE_DIR}/deploy/zip_package.sh)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${zip} DEPENDS ${target} ${pack} ${ARG_DEPENDS}
    ${ARG_BEFORE} COMMAND ${pack} ${zip} ${folder} ${ARG_UNPARSED_ARGUMENTS}
    COMMENT "Packing ${name}.zip")
  add_custom_target(${name}_zip ALL DEPENDS ${zip})
  install(FILES ${zip} DESTINATION ${CMAKE_INSTALL_DATADIR}/lambda-fanout)
endfunction()

# The functions of lambda_kernel: one static program.
file(GLOB function_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/lambda_kernel/*.c ${PROJECT_SOURCE_DIR}/runtime/*.c
  ${PROJECT_SOURCE_DIR}/common/*.c)
list(FILTER function_sources EXCLUDE REGEX "sieve_count_main\\.c$")
fan_static_program(bootstrap ${function_sources})
fan_reproducible(bootstrap)
fan_package(bootstrap function ${PROJECT_BINARY_DIR}/share/lambda-fanout bootstrap)

# The authorizer: rhonabwy is a shared object only, so the package has it and all that it needs,
# libc included, which on Lambda is older than the distribution's (deploy/bundle.sh).
file(GLOB authorizer_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/authorizer/*.c ${PROJECT_SOURCE_DIR}/token/*.c
  ${PROJECT_SOURCE_DIR}/runtime/*.c ${PROJECT_SOURCE_DIR}/common/*.c)
list(FILTER authorizer_sources EXCLUDE REGEX "/(mint|token_maker_main)\\.c$") # it only checks tokens
add_executable(authorizer ${authorizer_sources})
target_link_libraries(authorizer PRIVATE fan_flags fan_rhonabwy fan_orcania fan_gnutls fan_jansson)
fan_reproducible(authorizer)
set(folder ${PROJECT_BINARY_DIR}/share/lambda-fanout/authorizer)
set(bundle ${PROJECT_SOURCE_DIR}/deploy/bundle.sh)
if(CMAKE_LIBRARY_ARCHITECTURE)
  set(libraries /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE} /lib/${CMAKE_LIBRARY_ARCHITECTURE})
else()
  set(libraries /usr/lib64 /usr/lib)
endif()
fan_package(authorizer authorizer ${folder} bootstrap authorizer lib DEPENDS ${bundle}
  BEFORE COMMAND ${bundle} ${folder}/authorizer ${CMAKE_C_COMPILER} ${CMAKE_READELF} ${libraries})
