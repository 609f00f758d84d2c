# The dated price tables analysis/prices/DATE.json: built into room_analysis, and copied to where a
# running program looks for newer ones.
set(price_source ${PROJECT_BINARY_DIR}/generated/price_files.c)
file(GLOB price_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/analysis/prices/*.json)
list(SORT price_files)
set(price_arrays "")
set(price_rows "")
set(price_index 0)
foreach(file ${price_files})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  get_filename_component(name ${file} NAME)
  configure_file(${file} ${PROJECT_BINARY_DIR}/share/lambda-fanout/prices/${name} COPYONLY)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND price_arrays "static const char text_${price_index}[] = { ${bytes}0 };\n")
  string(APPEND price_rows
    "    { \"${name}\", text_${price_index}, sizeof text_${price_index} - 1 },\n")
  math(EXPR price_index "${price_index} + 1")
endforeach()
file(CONFIGURE OUTPUT ${price_source} @ONLY CONTENT
"/* Generated from analysis/prices/ by cmake/prices.cmake. */
#include \"analysis/price_table.h\"

@price_arrays@
const struct fan_price_file fan_price_files[] = {
@price_rows@};
const size_t fan_price_file_count = ${price_index};
")
target_sources(room_analysis PRIVATE ${price_source})
install(FILES ${price_files} DESTINATION ${CMAKE_INSTALL_DATADIR}/lambda-fanout/prices)
