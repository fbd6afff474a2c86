# Finds libbacktrace, which g++ brings, as Libbacktrace::Libbacktrace: it names the lines of a stack on debug pages.
include(FindPackageHandleStandardArgs)
if(NOT Libbacktrace_LIBRARY)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libbacktrace.a OUTPUT_VARIABLE Libbacktrace_place
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  cmake_path(GET Libbacktrace_place PARENT_PATH Libbacktrace_folder)
  find_library(Libbacktrace_LIBRARY NAMES libbacktrace.a backtrace HINTS ${Libbacktrace_folder})
endif()
find_package_handle_standard_args(Libbacktrace REQUIRED_VARS Libbacktrace_LIBRARY)
if(Libbacktrace_FOUND AND NOT TARGET Libbacktrace::Libbacktrace)
  add_library(Libbacktrace::Libbacktrace UNKNOWN IMPORTED)
  set_target_properties(Libbacktrace::Libbacktrace PROPERTIES IMPORTED_LOCATION ${Libbacktrace_LIBRARY}
    INTERFACE_COMPILE_DEFINITIONS RETORT_BACKTRACE)
endif()
mark_as_advanced(Libbacktrace_LIBRARY)
