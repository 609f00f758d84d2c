# Toolchain: build for arm64 Linux on another machine, with Debian's cross compiler and its libraries
# for arm64 (scripts/dependencies.sh arm64). Tests run under qemu's user-mode emulation.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

# pkg-config sees arm64's libraries and no others.
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)

# Test programs need no C++ library of arm64 to be installed.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static-libstdc++ -static-libgcc")

find_program(FAN_AARCH64_EMULATOR NAMES qemu-aarch64-static qemu-aarch64)
mark_as_advanced(FAN_AARCH64_EMULATOR)
if(FAN_AARCH64_EMULATOR)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${FAN_AARCH64_EMULATOR})
endif()
