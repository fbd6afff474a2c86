# retort_app(NAME SOURCE…): an application, with the revisions in migrations/versions. Sets up the warning flags, the precompiled header and the libraries.
function(retort_app name)
  # Revisions are a part of the program; a new file builds it anew.
  file(GLOB revisions CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/migrations/versions/*.cpp)
  add_executable(${name} ${ARGN} ${revisions})
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
  # They speak of tables with words that models have too, so they see their own header only.
  set_source_files_properties(${revisions} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
