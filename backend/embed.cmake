# storefleet_embed(MODULE NAMESPACE SYMBOL file...) makes the text of these files available to the module as
#   std::span<const std::pair<std::string_view, std::string_view>> storefleet::NAMESPACE::SYMBOL();  // file name, text
# in the order of their names.
function(storefleet_embed module namespace symbol)
  set(entries "")
  foreach(path IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} text)
    get_filename_component(name ${path} NAME)
    string(APPEND entries "    {\"${name}\", R\"__embedded__(${text})__embedded__\"},\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace storefleet::@namespace@ {

using EmbeddedFile = std::pair<std::string_view, std::string_view>;
std::span<const EmbeddedFile> @symbol@();

std::span<const EmbeddedFile> @symbol@() {
  static constexpr auto kFiles = std::to_array<EmbeddedFile>({
@entries@  });
  return kFiles;
}

}  // namespace storefleet::@namespace@
]])
  set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(storefleet_${module} PRIVATE ${source})
endfunction()
