# faultline_module(PATH [DEPS path...] [USES library...] [TEST_DEPS path...])
#
# Makes the library faultline_<name> from src/PATH/*.cpp with the public headers of
# include/faultline/PATH, and its unit test <name>_test from tests/unit/PATH/*_test.cpp.
# DEPS are the modules whose headers it may include; USES the third-party libraries it may include;
# TEST_DEPS the modules that its unit test needs besides.
# Both are written to modules.json in the build folder, which the lint tests read.
set_property(GLOBAL PROPERTY FAULTLINE_MODULE_ROWS "")

function(faultline_target_name path out)
    string(REGEX REPLACE "^(core|shell)/" "" name "${path}")
    string(REPLACE "/" "_" name "${name}")
    set(${out} "faultline_${name}" PARENT_SCOPE)
endfunction()

function(faultline_json_list out)
    list(TRANSFORM ARGN PREPEND "\"" OUTPUT_VARIABLE quoted)
    list(TRANSFORM quoted APPEND "\"")
    list(JOIN quoted "," joined)
    set(${out} "[${joined}]" PARENT_SCOPE)
endfunction()

function(faultline_module path)
    cmake_parse_arguments(ARG "" "" "DEPS;USES;TEST_DEPS" ${ARGN})
    faultline_json_list(deps_json ${ARG_DEPS})
    faultline_json_list(uses_json ${ARG_USES})
    set_property(GLOBAL APPEND PROPERTY FAULTLINE_MODULE_ROWS
        "{\"path\":\"${path}\",\"deps\":${deps_json},\"uses\":${uses_json}}")

    faultline_target_name(${path} target)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${path}/*.cpp)
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    if(sources)
        add_library(${target} STATIC ${sources})
        set(scope PUBLIC)
    else()
        add_library(${target} INTERFACE)
        set(scope INTERFACE)
    endif()
    target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/include)
    if(sources)
        target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    endif()
    target_link_libraries(${target} ${scope} tl::expected)
    foreach(dep IN LISTS ARG_DEPS)
        faultline_target_name(${dep} dep_target)
        target_link_libraries(${target} ${scope} ${dep_target})
    endforeach()
    foreach(library IN LISTS ARG_USES)
        target_link_libraries(${target} ${scope} faultline_use_${library})
    endforeach()

    file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${path}/*_test.cpp)
    if(tests)
        string(REGEX REPLACE "^faultline_" "" test_name "${target}_test")
        set(test_targets "")
        foreach(dep IN LISTS ARG_TEST_DEPS)
            faultline_target_name(${dep} dep_target)
            list(APPEND test_targets ${dep_target})
        endforeach()
        faultline_test(${test_name} SOURCES ${tests} LINK ${target} ${test_targets} LABEL unit)
    endif()
endfunction()

# faultline_test(NAME SOURCES file... LINK target... LABEL label): a Catch2 program, one ctest per case.
include(Catch)
function(faultline_test name)
    cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(${name} PRIVATE
        FAULTLINE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" FAULTLINE_BINARY_DIR="${PROJECT_BINARY_DIR}")
    target_link_libraries(${name} PRIVATE ${ARG_LINK} Catch2::Catch2WithMain)
    catch_discover_tests(${name} TEST_PREFIX "${ARG_LABEL}.${name}: " PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 600)
endfunction()

function(faultline_write_module_table)
    get_property(rows GLOBAL PROPERTY FAULTLINE_MODULE_ROWS)
    list(JOIN rows ",\n" joined)
    file(WRITE ${PROJECT_BINARY_DIR}/modules.json "[\n${joined}\n]\n")
endfunction()
