# retort_app(NAME SOURCE…): an application. Sets up the warning flags, the precompiled header and the libraries.
function(retort_app name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE retort::retort)
  target_compile_features(${name} PRIVATE cxx_std_20)
  # Designated initialisers draw this warning for every column left out; ours goes last, or -Wextra undoes it.
  target_compile_options(${name} PRIVATE -Wno-missing-field-initializers)
  # Where templates, static files and the instance folder are looked for, while these sources exist.
  target_compile_definitions(${name} PRIVATE RETORT_ROOT="${CMAKE_CURRENT_SOURCE_DIR}")
  # When the library was built for it (RETORT_LTO) by this very compiler: a tenth less work a request.
  if(RETORT_LTO_COMPILER STREQUAL "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
    target_compile_options(${name} PRIVATE -flto=auto)
    target_link_options(${name} PRIVATE -flto=auto)
  endif()
  target_precompile_headers(${name} PRIVATE <retort/retort.hpp>)
endfunction()
