# The functions: for each a static ELF named bootstrap and a package, share/lambda-fanout/NAME.zip.
# Equal sources give equal packages, byte for byte, whoever builds them, wherever, and in which preset:
# all are built without assertions, optimised, and stripped.
set(reproducible_options -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${PROJECT_BINARY_DIR}/=)

# fan_package(TARGET NAME FOLDER): the program is FOLDER/bootstrap
function(fan_package target name folder)
  target_compile_options(${target} PRIVATE -O3 -DNDEBUG -ffunction-sections -fdata-sections
    ${reproducible_options})
  target_link_options(${target} PRIVATE -Wl,--gc-sections -Wl,--build-id=none -s)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME bootstrap RUNTIME_OUTPUT_DIRECTORY ${folder})
  set(zip ${PROJECT_BINARY_DIR}/share/lambda-fanout/${name}.zip)
  add_custom_command(OUTPUT ${zip} DEPENDS ${target} ${PROJECT_SOURCE_DIR}/deploy/zip_bootstrap.sh
    COMMAND ${PROJECT_SOURCE_DIR}/deploy/zip_bootstrap.sh ${folder}/bootstrap ${zip}
    COMMENT "Packing ${name}.zip")
  add_custom_target(${name}_zip ALL DEPENDS ${zip})
  install(FILES ${zip} DESTINATION ${CMAKE_INSTALL_DATADIR}/lambda-fanout)
endfunction()

file(GLOB function_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/lambda_kernel/*.c ${PROJECT_SOURCE_DIR}/runtime/*.c
  ${PROJECT_SOURCE_DIR}/common/*.c)
list(FILTER function_sources EXCLUDE REGEX "sieve_count_main\\.c$")
fan_static_program(bootstrap ${function_sources})
fan_package(bootstrap function ${PROJECT_BINARY_DIR}/share/lambda-fanout)

# The authorizer needs libcrypto, which was compiled for glibc and needs much of it: no musl there.
find_library(FAN_CRYPTO_ARCHIVE libcrypto.a)
mark_as_advanced(FAN_CRYPTO_ARCHIVE)
if(NOT FAN_CRYPTO_ARCHIVE OR NOT FAN_JANSSON_ARCHIVE)
  message(STATUS "authorizer: not built, there is no libcrypto.a or no libjansson.a")
  return()
endif()
file(GLOB authorizer_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/authorizer/*.c ${PROJECT_SOURCE_DIR}/token/*.c
  ${PROJECT_SOURCE_DIR}/runtime/*.c ${PROJECT_SOURCE_DIR}/common/*.c)
list(FILTER authorizer_sources EXCLUDE REGEX "/(mint|signing_key)\\.c$") # it only checks tokens
add_executable(authorizer ${authorizer_sources} ${PROJECT_SOURCE_DIR}/authorizer/static/no_lookups.c)
list(TRANSFORM crypto_STATIC_LIBRARIES PREPEND "-l" OUTPUT_VARIABLE authorizer_libraries)
target_link_options(authorizer PRIVATE -static
  -Wl,--wrap=dlopen -Wl,--wrap=getaddrinfo -Wl,--wrap=gethostbyname)
target_link_libraries(authorizer PRIVATE fan_flags ${FAN_JANSSON_ARCHIVE} ${authorizer_libraries})
fan_package(authorizer authorizer ${PROJECT_BINARY_DIR}/share/lambda-fanout/authorizer)
