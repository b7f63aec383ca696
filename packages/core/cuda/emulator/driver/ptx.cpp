#include "ptx.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace kd_emulator {

namespace {

/** The text without comments. */
std::string withoutComments(const std::string& text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text.compare(i, 2, "//") == 0) {
      while (i < text.size() && text[i] != '\n') i++;
      result += '\n';
    } else if (text.compare(i, 2, "/*") == 0) {
      const std::size_t end = text.find("*/", i + 2);
      if (end == std::string::npos) break;
      i = end + 1;
      result += ' ';
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string wordAt(const std::string& text, std::size_t at) {
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) at++;
  std::size_t end = at;
  while (end < text.size() && !std::isspace(static_cast<unsigned char>(text[end])) && text[end] != '(' && text[end] != ',' &&
         text[end] != ';' && text[end] != '{') {
    end++;
  }
  return text.substr(at, end - at);
}

/** Adds up `<space> [.align n] .type name[count]` declarations in a piece of PTX; returns how many there are. */
unsigned declared(const std::string& text, const std::string& space, std::size_t& bytes) {
  unsigned count = 0;
  for (std::size_t at = text.find(space); at != std::string::npos; at = text.find(space, at + 1)) {
    // Not the `.shared` of an instruction such as `ld.shared.f32`.
    if (at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1]))) continue;
    const std::size_t begin = at + space.size();
    std::istringstream words(text.substr(begin, text.find_first_of(",;){", begin) - begin));
    std::size_t align = 1;
    std::size_t elementBytes = 0;
    std::string word;
    while (words >> word && word[0] == '.') {
      if (word == ".align") {
        words >> align;
      } else if (std::isdigit(static_cast<unsigned char>(word.back()))) {
        elementBytes = std::strtoul(word.c_str() + word.find_first_of("0123456789"), nullptr, 10) / 8;
      }
    }
    const std::size_t bracket = word.find('[');
    const std::size_t elements = bracket == std::string::npos ? 1 : std::strtoul(word.c_str() + bracket + 1, nullptr, 10);
    bytes = (bytes + align - 1) / align * align + elementBytes * elements;
    count++;
  }
  return count;
}

/** The end of the block of braces that begins at or after a place. */
std::size_t bodyEnd(const std::string& text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); at++) {
    if (text[at] == '{') depth++;
    if (text[at] == '}' && --depth == 0) return at + 1;
  }
  return text.size();
}

PtxEntry readEntry(const std::string& text, std::size_t at) {
  PtxEntry entry;
  entry.name = wordAt(text, at + 6);
  const std::size_t body = std::min(text.find('{', at), text.size());
  const std::string head = text.substr(at, body - at);
  entry.parameterCount = declared(head, ".param", entry.parameterBytes);
  for (const char* bound : {".maxntid", ".reqntid"}) {
    const std::size_t found = head.find(bound);
    if (found == std::string::npos) continue;
    unsigned threads = 1;
    const char* digits = head.c_str() + found + 8;
    for (int axis = 0; axis < 3; axis++) {
      char* end;
      const unsigned long size = std::strtoul(digits, &end, 10);
      if (end == digits) break;
      threads *= unsigned(size);
      while (std::isspace(static_cast<unsigned char>(*end))) end++;
      if (*end != ',') break;
      digits = end + 1;
    }
    entry.maxThreads = std::min(threads, 1024u);
  }
  declared(text.substr(body, bodyEnd(text, body) - body), ".shared", entry.sharedBytes);
  return entry;
}

}  // namespace

Ptx readPtx(const char* source) {
  Ptx ptx;
  const std::string text = withoutComments(source);
  const std::size_t version = text.find(".version");
  const std::size_t target = text.find(".target");
  const std::size_t addresses = text.find(".address_size");
  const std::string architecture = target == std::string::npos ? "" : wordAt(text, target + 7);
  int major = 0;
  int minor = 0;
  if (version == std::string::npos || std::sscanf(text.c_str() + version + 8, " %d.%d", &major, &minor) != 2) {
    ptx.problem = "expected PTX that begins with .version";
  } else if (architecture.rfind("sm_", 0) != 0) {
    ptx.problem = "expected a .target sm_…";
  } else if (addresses == std::string::npos || wordAt(text, addresses + 13) != "64") {
    ptx.problem = "expected .address_size 64";
  }
  if (!ptx.problem.empty()) return ptx;
  ptx.version = 10 * major + minor;
  ptx.target = std::atoi(architecture.c_str() + 3);
  for (std::size_t at = text.find(".entry"); at != std::string::npos; at = text.find(".entry", at + 1)) {
    ptx.entries.push_back(readEntry(text, at));
  }
  return ptx;
}

int driverForPtx(int version) {
  if (version >= 90) return 13000 + (version - 90) * 10;
  if (version >= 86) return 12070 + (version - 86) * 10;
  if (version >= 80) return 12000 + (version - 80) * 10;
  if (version >= 70) return 11000 + (version - 70) * 10;
  return 10020;
}

}  // namespace kd_emulator
