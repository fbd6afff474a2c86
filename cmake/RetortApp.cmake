include(CheckCXXCompilerFlag)

# retort_app(NAME SOURCE… [EMBED FOLDER…]): an application, with the revisions in migrations/versions. Sets up the warning flags, the precompiled header and the libraries.
# EMBED: folders of files, beside templates/ and static/, that a release build puts into the program: those of blueprints.
function(retort_app name)
  cmake_parse_arguments(PARSE_ARGV 1 app "" "" "EMBED")
  # Revisions are a part of the program; a new file builds it anew.
  file(GLOB revisions CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/migrations/versions/*.cpp)
  retort_check_heads(${revisions})
  add_executable(${name} ${app_UNPARSED_ARGUMENTS} ${revisions})
  target_link_libraries(${name} PRIVATE retort::retort)
  target_compile_features(${name} PRIVATE cxx_std_20)
  # Designated initialisers draw this warning for every column left out; ours goes last, or -Wextra undoes it.
  # A hook or a view that comes to its end without a return is no warning: the compiler leaves out what it asked before.
  target_compile_options(${name} PRIVATE -Wno-missing-field-initializers -Werror=return-type -Werror=narrowing)
  # A view with large arrays meets the guard below its stack, and never the memory behind it.
  check_cxx_compiler_flag(-fstack-clash-protection RETORT_HAS_STACK_CLASH_PROTECTION)
  if(RETORT_HAS_STACK_CLASH_PROTECTION)
    target_compile_options(${name} PRIVATE -fstack-clash-protection)
  endif()
  retort_write_root(${name})
  # When the library was built for it (RETORT_LTO) by this very compiler: a tenth less work a request.
  if(RETORT_LTO_COMPILER STREQUAL "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
    target_compile_options(${name} PRIVATE -flto=auto)
    target_link_options(${name} PRIVATE -flto=auto)
  endif()
  if(RETORT_APP_DOOR)  # another application with the same flags, whose precompiled header serves both
    target_precompile_headers(${name} REUSE_FROM ${RETORT_APP_DOOR})
  else()
    target_precompile_headers(${name} PRIVATE <retort/retort.hpp>)
  endif()
  if(RETORT_EMBED OR (NOT DEFINED RETORT_EMBED AND CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo|MinSizeRel)$"))
    retort_embed(${name} ${app_EMBED})
  endif()
  # They speak of tables with words that models have too, so they see their own header only.
  set_source_files_properties(${revisions} PROPERTIES SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# Tells the program where templates, static files and the instance folder are looked for, while its sources exist. By a
# source, and not by a definition for all of them, so that applications can share a precompiled header.
function(retort_write_root name)
  string(REGEX REPLACE "([\"\\])" "\\\\\\1" root "${CMAKE_CURRENT_SOURCE_DIR}")
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}_root.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "// Where the sources of the application are.
extern \"C\" {
extern const char retort_compiled_root[];
const char retort_compiled_root[] = \"@root@\";
}
")
  target_sources(${name} PRIVATE ${source})
  set_source_files_properties(${source} PROPERTIES SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

set(RETORT_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/RetortEmbed.cmake)

# retort_embed(NAME [FOLDER…]): puts the files of templates/, static/ and the other folders into the program. While those
# folders exist at the root path of the application, they are read instead. Release builds do it by themselves;
# -DRETORT_EMBED=ON or OFF decides.
function(retort_embed name)
  set(patterns)
  foreach(folder IN ITEMS templates static LISTS ARGN)
    if(folder IN_LIST ARGN AND NOT IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
      message(FATAL_ERROR "There is no folder ${CMAKE_CURRENT_SOURCE_DIR}/${folder} to EMBED into ${name}.")
    endif()
    list(APPEND patterns ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*)
  endforeach()
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${patterns})
  list(REMOVE_DUPLICATES files)
  if(NOT files)
    return()
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}_files.cpp)
  add_custom_command(OUTPUT ${source} DEPENDS ${files} ${RETORT_EMBED_SCRIPT} VERBATIM WORKING_DIRECTORY
    ${CMAKE_CURRENT_SOURCE_DIR} COMMAND ${CMAKE_COMMAND} -DOUTPUT=${source} -DROOT=${CMAKE_CURRENT_SOURCE_DIR}
    "-DFILES=${files}" -P ${RETORT_EMBED_SCRIPT})
  target_sources(${name} PRIVATE ${source})
endfunction()

# retort_check_heads(FILE…): warns when the history of the schema has several ends.
function(retort_check_heads)
  set(ids)
  set(followed)
  set(heads)
  foreach(file IN LISTS ARGN)
    file(READ ${file} text)
    if("${text}" MATCHES "\\.id = \"([^\"]+)\"")
      list(APPEND ids ${CMAKE_MATCH_1})
    endif()
    string(REGEX MATCH "\\.down_revision = [^\n]*" line "${text}")
    string(REGEX MATCHALL "\"[^\"]+\"" below "${line}")
    list(APPEND followed ${below})
  endforeach()
  foreach(id IN LISTS ids)
    if(NOT "\"${id}\"" IN_LIST followed)
      list(APPEND heads ${id})
    endif()
  endforeach()
  list(LENGTH heads count)
  if(count GREATER 1)
    list(JOIN heads ", " heads)
    message(WARNING "The migrations have several heads: ${heads}. `db merge heads` brings them together.")
  endif()
endfunction()
