# The commit that the sources are of, for the method of a report; empty outside a repository.
# Known to one file only, so that a commit does not rebuild everything.
find_package(Git QUIET)
set(fan_commit "")
if(GIT_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} describe --always --dirty --abbrev=12
    OUTPUT_VARIABLE fan_commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(EXISTS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)
  endif()
endif()
set_source_files_properties(mpi_driver/environment.c PROPERTIES
  COMPILE_DEFINITIONS FAN_COMMIT="${fan_commit}")
