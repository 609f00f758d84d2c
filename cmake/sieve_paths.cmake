# The sieve's hot loops are compiled once per instruction set; which of them runs is decided while
# running (lambda_kernel/sieve_path.c).
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/lambda_kernel/sieve_path_avx2.c PROPERTIES
    COMPILE_OPTIONS "-O3;-ffp-contract=fast;-mavx2;-mfma;-mbmi;-mbmi2;-mpopcnt")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/lambda_kernel/sieve_path_avx512.c PROPERTIES
    COMPILE_OPTIONS "-O3;-ffp-contract=fast;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512vpopcntdq;-mavx512vbmi2;-mavx512bitalg;-mavx512vnni;-mgfni;-mavx2;-mfma;-mbmi;-mbmi2;-mpopcnt;-mprefer-vector-width=512")
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/lambda_kernel/sieve_path_neon.c PROPERTIES
    COMPILE_OPTIONS "-O3;-ffp-contract=fast")
endif()
