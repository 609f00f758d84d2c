# GTest::gtest_main: the installed library or, where there is none for the target, built from the
# distribution's sources (package googletest).
find_package(GTest QUIET)
if(NOT GTest_FOUND)
  find_path(FAN_GOOGLETEST_SOURCES CMakeLists.txt PATHS /usr/src/googletest NO_DEFAULT_PATH
    NO_CMAKE_FIND_ROOT_PATH)
  mark_as_advanced(FAN_GOOGLETEST_SOURCES)
  if(NOT FAN_GOOGLETEST_SOURCES)
    message(FATAL_ERROR "there is no GoogleTest: run scripts/dependencies.sh test")
  endif()
  set(INSTALL_GTEST OFF)
  set(BUILD_GMOCK OFF)
  add_subdirectory(${FAN_GOOGLETEST_SOURCES} ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
  if(NOT TARGET GTest::gtest_main)
    add_library(GTest::gtest_main ALIAS gtest_main)
  endif()
endif()
