# The function: one static ELF named bootstrap, and function.zip around it.
file(GLOB bootstrap_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/lambda_kernel/*.c ${PROJECT_SOURCE_DIR}/runtime/*.c
  ${PROJECT_SOURCE_DIR}/common/*.c)
list(FILTER bootstrap_sources EXCLUDE REGEX "sieve_count_main\\.c$")
if(EXISTS ${PROJECT_SOURCE_DIR}/lambda_kernel/bootstrap_main.c)
  fan_static_program(bootstrap ${bootstrap_sources})
  target_link_options(bootstrap PRIVATE -Wl,--gc-sections -s)
  target_compile_options(bootstrap PRIVATE -O3 -ffunction-sections -fdata-sections)
  set_target_properties(bootstrap PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/share/lambda-fanout)
  set(function_zip ${PROJECT_BINARY_DIR}/share/lambda-fanout/function.zip)
  add_custom_command(OUTPUT ${function_zip} DEPENDS bootstrap
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/share/lambda-fanout
    COMMAND ${CMAKE_COMMAND} -E tar cf ${function_zip} --format=zip bootstrap
    COMMENT "Packing function.zip")
  add_custom_target(function_zip ALL DEPENDS ${function_zip})
  install(FILES ${function_zip} DESTINATION ${CMAKE_INSTALL_DATADIR}/lambda-fanout)
endif()
