# Where only the functions are built, perhaps for another kind of machine: their programs end to end,
# those cases that neither need the endpoint, measure time or memory, nor take long under emulation.
add_test(NAME e2e.functions
  COMMAND /usr/bin/python3 -m unittest -v test_sieve_count.Prints test_bootstrap.Answers test_bootstrap.Start
    test_bootstrap.Package test_authorizer_program
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests/e2e)
set_tests_properties(e2e.functions PROPERTIES LABELS e2e TIMEOUT 600
  ENVIRONMENT "FAN_BUILD=${PROJECT_BINARY_DIR};PYTHONDONTWRITEBYTECODE=1;FAN_EMULATOR=${CMAKE_CROSSCOMPILING_EMULATOR}")
