#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "cli/environment.hpp"

namespace storefleet::cli {

enum class OutputFormat { kTable, kWide, kJson, kYaml, kName };

/// A column of a table; `wide_only` ones are shown with -o wide.
struct Column {
  std::string title;
  std::function<std::string(const json::value&)> cell;
  enum class Shown { kAlways, kWide } shown = Shown::kAlways;
};

/// A table that grows: the columns stay as wide as they were at their widest.
class Table {
 public:
  Table(std::vector<Column> columns, OutputFormat format);

  /// More lines; the first time after the titles.
  std::string lines(const std::vector<json::value>& rows);

 private:
  void append(const std::vector<std::string>& cells, std::string& text) const;

  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;
  bool has_titles_ = false;
};

/// Aligned text with two spaces between columns.
std::string format_table(const std::vector<json::value>& rows, const std::vector<Column>& columns,
                         OutputFormat format);

/// A JSON value as a YAML document.
std::string format_yaml(const json::value& value);

/// JSON with an indent of two.
std::string format_json(const json::value& value);

/// The columns of stores; ages count from `now`.
std::vector<Column> store_columns(TimePoint now);

/// "45s", "12m", "3h", "8d".
std::string format_age(TimePoint since, TimePoint now);

/// A column with the text of a field, "-" where it has none.
Column text_column(std::string title, std::string key, Column::Shown shown = Column::Shown::kAlways);

/// Prints one object or a list ({"items": …}) in the wanted format.
void print(const json::value& value, const std::vector<Column>& columns, OutputFormat format,
           Environment& environment);

}  // namespace storefleet::cli
