# How `cmake --install` puts the library where find_package(retort) finds it.
include(CMakePackageConfigHelpers)

get_property(modules GLOBAL PROPERTY RETORT_MODULES)
if(TARGET retort_web)
  # The door header stands above the modules.
  target_sources(retort INTERFACE FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${PROJECT_SOURCE_DIR}/retort/retort.hpp
    ${PROJECT_SOURCE_DIR}/retort/migrations.hpp)
endif()
set(destination ${CMAKE_INSTALL_LIBDIR}/cmake/retort)
install(TARGETS ${modules} retort EXPORT retort_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT retort_targets NAMESPACE retort:: FILE retort_targets.cmake DESTINATION ${destination})
configure_package_config_file(cmake/retort-config.cmake.in ${PROJECT_BINARY_DIR}/retort-config.cmake
  INSTALL_DESTINATION ${destination})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/retort-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/retort-config.cmake ${PROJECT_BINARY_DIR}/retort-config-version.cmake
  cmake/RetortApp.cmake cmake/RetortEmbed.cmake cmake/FindPCRE2.cmake cmake/FindArgon2.cmake
  cmake/FindBrotli.cmake cmake/FindZstd.cmake cmake/FindNGHTTP2.cmake
  cmake/FindLibbacktrace.cmake DESTINATION ${destination})
