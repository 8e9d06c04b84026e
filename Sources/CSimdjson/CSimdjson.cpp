#include "CSimdjson.h"

#include <new>
#include <simdjson.h>
#include <vector>

using simdjson::dom::element;
using simdjson::dom::element_type;

struct csj_parser {
    explicit csj_parser(size_t capacity, size_t depth) : parser(capacity), depth(depth) {}

    simdjson::dom::parser parser;
    std::vector<csj_node> nodes;
    size_t depth;
};

namespace {

void append(
    std::vector<csj_node> &nodes, element value, uint16_t depth, uint16_t depthListed, const char *key,
    size_t keyLength) {
    size_t index = nodes.size();
    csj_node node = {};
    node.key = key;
    node.keyLength = static_cast<uint32_t>(keyLength);
    node.depth = depth;
    switch (value.type()) {
    case element_type::NULL_VALUE: node.kind = CSJ_NULL; break;
    case element_type::BOOL: node.kind = bool(value) ? CSJ_TRUE : CSJ_FALSE; break;
    case element_type::INT64:
        node.kind = CSJ_INTEGER;
        node.integer = int64_t(value);
        node.number = double(node.integer);
        break;
    case element_type::UINT64:  // Beyond Int64: kept as a double, its digits beside it.
        node.kind = CSJ_DOUBLE;
        node.integer = int64_t(uint64_t(value));
        node.number = double(uint64_t(value));
        break;
    case element_type::DOUBLE:
        node.kind = CSJ_DOUBLE;
        node.number = double(value);
        break;
    case element_type::STRING: {
        std::string_view text(value);
        node.kind = CSJ_STRING;
        node.text = text.data();
        node.textLength = static_cast<uint32_t>(text.size());
        break;
    }
    case element_type::OBJECT: node.kind = CSJ_OBJECT; break;
    case element_type::ARRAY: node.kind = CSJ_ARRAY; break;
    }
    nodes.push_back(node);
    if (depth < depthListed && node.kind == CSJ_OBJECT) {
        for (auto field : simdjson::dom::object(value))
            append(nodes, field.value, depth + 1, depthListed, field.key.data(), field.key.size());
    } else if (depth < depthListed && node.kind == CSJ_ARRAY) {
        for (auto item : simdjson::dom::array(value)) append(nodes, item, depth + 1, depthListed, nullptr, 0);
    }
    nodes[index].next = static_cast<uint32_t>(nodes.size());
}

}  // namespace

extern "C" {

csj_parser *csj_parser_create(size_t capacity, size_t depth) {
    auto *made = new (std::nothrow) csj_parser(capacity, depth);
    if (!made) return nullptr;
    if (made->parser.allocate(capacity, depth)) {
        delete made;
        return nullptr;
    }
    return made;
}

void csj_parser_destroy(csj_parser *parser) { delete parser; }

int csj_parse(
    csj_parser *parser, const char *json, size_t length, uint16_t depthListed, const csj_node **nodes, size_t *count) {
    *nodes = nullptr;
    *count = 0;
    try {
        element root;
        auto error = parser->parser.parse(json, length, false).get(root);
        if (error) return static_cast<int>(error);
        parser->nodes.clear();
        append(parser->nodes, root, 0, depthListed, nullptr, 0);
        *nodes = parser->nodes.data();
        *count = parser->nodes.size();
        return 0;
    } catch (const std::bad_alloc &) {
        return static_cast<int>(simdjson::MEMALLOC);
    } catch (const simdjson::simdjson_error &failure) {
        return static_cast<int>(failure.error());
    }
}

size_t csj_padding(void) { return simdjson::SIMDJSON_PADDING; }

const char *csj_message(int code) {
    return simdjson::error_message(static_cast<simdjson::error_code>(code));
}

}  // extern "C"

namespace {

/// Visits every value, so that the first one that does not parse is met. The reader itself does not check how deep it
/// goes, so this does.
simdjson::error_code visit(simdjson::ondemand::value value, size_t depthLeft) {
    if (depthLeft == 0) return simdjson::DEPTH_ERROR;
    simdjson::ondemand::json_type type;
    if (auto error = value.type().get(type)) return error;
    switch (type) {
    case simdjson::ondemand::json_type::object: {
        simdjson::ondemand::object object;
        if (auto error = value.get_object().get(object)) return error;
        for (auto field : object) {
            std::string_view key;
            if (auto error = field.unescaped_key().get(key)) return error;
            simdjson::ondemand::value inner;
            if (auto error = field.value().get(inner)) return error;
            if (auto error = visit(inner, depthLeft - 1)) return error;
        }
        return simdjson::SUCCESS;
    }
    case simdjson::ondemand::json_type::array: {
        simdjson::ondemand::array array;
        if (auto error = value.get_array().get(array)) return error;
        for (auto item : array) {
            simdjson::ondemand::value inner;
            if (auto error = std::move(item).get(inner)) return error;
            if (auto error = visit(inner, depthLeft - 1)) return error;
        }
        return simdjson::SUCCESS;
    }
    case simdjson::ondemand::json_type::string: {
        std::string_view text;
        return value.get_string().get(text);
    }
    case simdjson::ondemand::json_type::number: {
        double number;
        return value.get_double().get(number);
    }
    case simdjson::ondemand::json_type::boolean: {
        bool truth;
        return value.get_bool().get(truth);
    }
    case simdjson::ondemand::json_type::null: return value.is_null() ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    }
    return simdjson::SUCCESS;
}

}  // namespace

extern "C" long csj_locate(csj_parser *parser, const char *json, size_t length) {
    try {
        simdjson::ondemand::parser reader;
        if (reader.allocate(length, parser->depth + 8)) return -1;  // Some more, for the values themselves.
        simdjson::ondemand::document document;
        simdjson::padded_string_view view(json, length, length + simdjson::SIMDJSON_PADDING);
        if (reader.iterate(view).get(document)) return -1;
        simdjson::ondemand::value root;
        if (document.get_value().get(root)) return -1;
        if (!visit(root, parser->depth)) return -1;
        const char *place = nullptr;
        if (document.current_location().get(place)) return -1;
        return place >= json && place <= json + length ? place - json : -1;
    } catch (...) {
        return -1;
    }
}
