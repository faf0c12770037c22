#include "cli/output.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/outcome.hpp"

namespace storefleet::cli {
namespace {

/// Columns that a text takes: characters, not bytes.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

/// Whether YAML reads a text back as that text without quotes; when in doubt, no.
bool is_plain(std::string_view text) {
  if (text.empty() || text == "true" || text == "false" || text == "null" || text == "yes" || text == "no" ||
      text == "on" || text == "off" || text == "y" || text == "n")
    return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto inner = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || std::string_view("-_./@").contains(c);
  };
  return letter(text.front()) && std::ranges::all_of(text, inner);
}

/// Boost.JSON would write 2.5 as 2.5E0.
std::string json_scalar(const json::value& value) {
  return value.is_double() ? fmt::format("{}", value.get_double()) : json::serialize(value);
}

std::string yaml_scalar(const json::value& value) {
  if (value.is_string() && is_plain(value.get_string())) return to_std(value.get_string());
  return json_scalar(value);  // JSON scalars, [] and {} are YAML
}

bool is_nested(const json::value& value) {
  return (value.is_object() && !value.get_object().empty()) ||
         (value.is_array() && !value.get_array().empty());
}

void write_yaml(const json::value& value, std::size_t indent, bool after_dash, std::string& text) {
  const std::string margin(indent, ' ');
  bool first = after_dash;
  const auto begin_line = [&] {
    if (!first) text += margin;
    first = false;
  };
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) {
      begin_line();
      text += "- ";
      if (is_nested(item))
        write_yaml(item, indent + 2, true, text);
      else
        text += yaml_scalar(item) + "\n";
    }
    return;
  }
  for (const auto& [key, item] : value.get_object()) {
    begin_line();
    text += yaml_scalar(json::string(key)) + ":";
    if (!is_nested(item)) {
      text += " " + yaml_scalar(item) + "\n";
      continue;
    }
    text += '\n';
    write_yaml(item, indent + 2, false, text);
  }
}

void write_json(const json::value& value, std::size_t indent, std::string& text) {
  if (!is_nested(value)) {
    text += json_scalar(value);
    return;
  }
  const std::string margin(indent + 2, ' ');
  const bool is_object = value.is_object();
  bool first = true;
  text += is_object ? "{\n" : "[\n";
  const auto separate = [&] {
    text += first ? margin : ",\n" + margin;
    first = false;
  };
  if (is_object) {
    for (const auto& [key, each] : value.get_object()) {
      separate();
      text += json::serialize(json::string(key)) + ": ";
      write_json(each, indent + 2, text);
    }
  } else {
    for (const auto& each : value.get_array()) {
      separate();
      write_json(each, indent + 2, text);
    }
  }
  text += "\n" + std::string(indent, ' ') + (is_object ? "}" : "]");
}

std::string seconds_cell(const json::value& store) {
  const auto* seconds = find_at(store, {"readySeconds"});
  json::error_code error;
  const auto number = seconds != nullptr ? seconds->to_number<double>(error) : 0.0;
  return seconds == nullptr || error ? "-" : fmt::format("{:.1f}s", number);
}

/// What `-o name` prints of a row: a member has the name of a user.
std::string name_of(const json::value& row) {
  for (const auto* key : {"name", "user"})
    if (auto name = string_at(row, {key})) return *std::move(name);
  return std::to_string(int_or(row, {"id"}, 0));
}

}  // namespace

Column text_column(std::string title, std::string key, Column::Shown shown) {
  return {std::move(title),
          [key = std::move(key)](const json::value& row) {
            const auto text = string_or(row, {key});
            return text.empty() ? std::string("-") : text;
          },
          shown};
}

std::string format_age(TimePoint since, TimePoint now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - since).count();
  if (seconds < 120) return fmt::format("{}s", std::max<std::int64_t>(0, seconds));
  if (seconds < 7200) return fmt::format("{}m", seconds / 60);
  if (seconds < 172'800) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86'400);
}

std::vector<Column> store_columns(TimePoint now) {
  const auto age = [now](const json::value& store) {
    const auto created = parse_time(string_or(store, {"createdAt"}));
    return created ? format_age(*created, now) : std::string("-");
  };
  return {text_column("NAME", "name"),
          text_column("ENGINE", "engine"),
          text_column("PHASE", "phase"),
          text_column("URL", "url"),
          {"AGE", age},
          {"READY-IN", seconds_cell},
          text_column("PLAN", "plan", Column::Shown::kWide),
          text_column("TEAM", "team", Column::Shown::kWide),
          text_column("TITLE", "title", Column::Shown::kWide),
          text_column("NOTE", "note", Column::Shown::kWide),
          text_column("EXPIRES", "expiresAt", Column::Shown::kWide),
          text_column("NAMESPACE", "namespace", Column::Shown::kWide)};
}

Table::Table(std::vector<Column> columns, OutputFormat format) : columns_(std::move(columns)) {
  std::erase_if(columns_, [format](const Column& column) {
    return column.shown == Column::Shown::kWide && format != OutputFormat::kWide;
  });
  for (const auto& column : columns_) widths_.push_back(column.title.size());
}

void Table::append(const std::vector<std::string>& cells, std::string& text) const {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += cells[i];
    if (i + 1 < cells.size()) text += std::string(widths_[i] - width_of(cells[i]) + 2, ' ');
  }
  text += '\n';
}

std::string Table::lines(const std::vector<json::value>& rows) {
  std::vector<std::vector<std::string>> lines;
  if (!std::exchange(has_titles_, true)) {
    lines.emplace_back();
    for (const auto& column : columns_) lines.back().push_back(column.title);
  }
  for (const auto& row : rows) {
    auto& cells = lines.emplace_back();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      cells.push_back(printable(columns_[i].cell(row)));
      widths_[i] = std::max(widths_[i], width_of(cells.back()));
    }
  }
  std::string text;
  for (const auto& cells : lines) append(cells, text);
  return text;
}

std::string format_table(const std::vector<json::value>& rows, const std::vector<Column>& columns,
                         OutputFormat format) {
  return Table(columns, format).lines(rows);
}

std::string format_yaml(const json::value& value) {
  if (!is_nested(value)) return yaml_scalar(value) + "\n";
  std::string text;
  write_yaml(value, 0, false, text);
  return text;
}

std::string format_json(const json::value& value) {
  std::string text;
  write_json(value, 0, text);
  return text + "\n";
}

void print(const json::value& value, const std::vector<Column>& columns, OutputFormat format,
           Environment& environment) {
  if (format == OutputFormat::kJson) {
    environment.out << format_json(value);
    return;
  }
  if (format == OutputFormat::kYaml) {
    environment.out << format_yaml(value);
    return;
  }
  std::vector<json::value> rows{value};
  if (const auto* items = find_at(value, {"items"}); items != nullptr && items->is_array())
    rows.assign(items->get_array().begin(), items->get_array().end());
  if (format == OutputFormat::kName) {
    for (const auto& row : rows) environment.out << printable(name_of(row)) << "\n";
    return;
  }
  environment.out << format_table(rows, columns, format);
}

}  // namespace storefleet::cli
