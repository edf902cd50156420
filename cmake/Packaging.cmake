# What is installed: the program, its manual page and its completion (both printed by the program itself), documents;
# the C library with its header, its CMake package and its pkg-config file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Writes what `ctoracle VERB` prints to a file of the build tree, a whole file or none.
function(ctoracle_prints verb file)
  add_custom_command(
    OUTPUT ${file}
    COMMAND ctoracle ${verb} > ${file}.part
    COMMAND ${CMAKE_COMMAND} -E rename ${file}.part ${file}
    DEPENDS ctoracle
    VERBATIM)
endfunction()

set(manual_page ${CMAKE_BINARY_DIR}/ctoracle.1)
set(bash_completion ${CMAKE_BINARY_DIR}/ctoracle.bash)
ctoracle_prints(man ${manual_page})
ctoracle_prints(completion ${bash_completion})
add_custom_target(documentation ALL DEPENDS ${manual_page} ${bash_completion})

install(TARGETS ctoracle RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${manual_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${bash_completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ctoracle)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL
        PATTERN update EXCLUDE)

install(TARGETS libctoracle EXPORT ctoracle
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/ctoracle)
install(EXPORT ctoracle NAMESPACE ctoracle:: FILE ctoracleConfig.cmake DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/ctoracleConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/ctoracleConfigVersion.cmake DESTINATION ${package_folder})
file(RELATIVE_PATH up_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" up_to_prefix "${up_to_prefix}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/ctoracle.pc.in ${CMAKE_BINARY_DIR}/ctoracle.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/ctoracle.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
