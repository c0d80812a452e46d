# stele_module(NAME SOURCES … DEPENDS … [SQL] [NAMESPACE ns] [TEST_DEPENDS …] [OWN_SERVER])
#   One static library per folder of src/: stele_<NAME>. With SQL, every sql/<statement>.sql becomes
#   a constant stele::<ns>::sql::<statement> of type pg::Statement, called <NAME>.<statement> and
#   declared in <folder>/sql.hpp; ns is NAME where none is given.
#   tests/*_test.cpp need nothing and become the program <NAME>_test; tests/*_pgtest.cpp need a
#   PostgreSQL and become <NAME>_pgtest, run through script/with-postgres. TEST_DEPENDS names what they
#   need besides. OWN_SERVER: a PostgreSQL of their own, where tests count what is on the whole server.
function(stele_module name)
  cmake_parse_arguments(ARG "SQL;OWN_SERVER" "NAMESPACE" "SOURCES;DEPENDS;TEST_DEPENDS" ${ARGN})
  set(target stele_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS})
  if(ARG_SQL)
    if(NOT ARG_NAMESPACE)
      set(ARG_NAMESPACE ${name})
    endif()
    stele_embed_sql(${target} ${name} ${ARG_NAMESPACE})
  endif()
  # Operations are registered once, at the start: not worth the optimiser's time. In a unity build
  # they share their headers with the folder, which saves more.
  if(NOT CMAKE_UNITY_BUILD)
    set(registering ${ARG_SOURCES})
    list(FILTER registering INCLUDE REGEX "(^|/)operations[a-z_]*\\.cpp$")
    set_source_files_properties(${registering} PROPERTIES
      COMPILE_OPTIONS "$<$<CONFIG:RelWithDebInfo>:-Og>")
  endif()
  if(STELE_PCH)
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src/foundation/base/pch.hpp)
  endif()
  if(STELE_TESTS)
    stele_module_tests(${name} ${target} ${ARG_TEST_DEPENDS})
    if(ARG_OWN_SERVER)
      set_tests_properties(${name}_pgtest PROPERTIES
        ENVIRONMENT_MODIFICATION "STELE_TEST_DATABASE_URL=unset:")
    endif()
  endif()
endfunction()

# What is tested is optimised; the tests themselves need not be, and compile in half the time. Each
# file is a unit: tests of a folder may have helpers of one name.
set(STELE_TEST_FLAGS -O0 -g1)

function(stele_module_tests name target)
  file(GLOB unit CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tests/*_test.cpp)
  if(unit)
    add_executable(${name}_test ${unit})
    target_compile_options(${name}_test PRIVATE ${STELE_TEST_FLAGS})
    set_target_properties(${name}_test PROPERTIES UNITY_BUILD OFF)
    target_link_libraries(${name}_test PRIVATE ${target} ${ARGN} GTest::gtest GTest::gmock GTest::gtest_main)
    add_test(NAME ${name}_test COMMAND ${name}_test)
    set_tests_properties(${name}_test PROPERTIES LABELS unit TIMEOUT 300
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
  file(GLOB real CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tests/*_pgtest.cpp)
  if(real)
    add_executable(${name}_pgtest ${real})
    target_compile_options(${name}_pgtest PRIVATE ${STELE_TEST_FLAGS})
    set_target_properties(${name}_pgtest PROPERTIES UNITY_BUILD OFF)
    target_link_libraries(${name}_pgtest PRIVATE ${target} ${ARGN} stele_testing GTest::gtest GTest::gmock)
    add_test(NAME ${name}_pgtest
      COMMAND ${CMAKE_SOURCE_DIR}/script/with-postgres $<TARGET_FILE:${name}_pgtest>)
    set_tests_properties(${name}_pgtest PROPERTIES LABELS pg TIMEOUT 900
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
      ENVIRONMENT "STELE_SQL_COVERAGE=${CMAKE_BINARY_DIR}/sql-coverage;STELE_BINARY=${CMAKE_BINARY_DIR}/stele")
  endif()
endfunction()

function(stele_embed_sql target name namespace)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/sql/*.sql)
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  set(out ${CMAKE_BINARY_DIR}/generated/${folder})
  add_custom_command(
    OUTPUT ${out}/sql.hpp ${out}/sql.cpp
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DNAMESPACE=${namespace} -DFOLDER=${folder}
            -DDIR=${CMAKE_CURRENT_SOURCE_DIR}/sql -DOUT=${out}
            -P ${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake
    COMMENT "Embedding ${folder}/sql" VERBATIM)
  target_sources(${target} PRIVATE ${out}/sql.cpp ${out}/sql.hpp)
  target_include_directories(${target} PUBLIC ${CMAKE_BINARY_DIR}/generated)
endfunction()

# The files of a folder (a page's HTML, CSS, JavaScript) as constants in "<folder>/texts.hpp".
function(stele_embed_text target namespace subfolder)
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${subfolder})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR}/src ${dir})
  set(out ${CMAKE_BINARY_DIR}/generated/${folder})
  list(TRANSFORM ARGN PREPEND ${dir}/ OUTPUT_VARIABLE paths)
  list(JOIN ARGN "," files)
  add_custom_command(
    OUTPUT ${out}/texts.hpp ${out}/texts.cpp
    COMMAND ${CMAKE_COMMAND} -DNAMESPACE=${namespace} -DFOLDER=${folder} -DDIR=${dir} -DOUT=${out}
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    DEPENDS ${paths} ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    COMMENT "Embedding ${folder}" VERBATIM)
  target_sources(${target} PRIVATE ${out}/texts.cpp ${out}/texts.hpp)
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
