package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fingerprint tells from what the API server has of an object whether the fields that somebody set are
// still those that were applied: 16 hex digits over
//   - every field that any manager owns, but for metadata and status: what the API server fills in by itself
//     belongs to nobody, so a newer one's defaults make no difference;
//   - the labels and annotations that `manager` owns: those of others are theirs.
//
// The controller computes the same from its watches (backend/k8s/fingerprint.cpp); testdata/fingerprints.json
// holds both to one result. `object` must be decoded with its numbers as they are written.
func fingerprint(object map[string]any, manager string) string {
	var set any = map[string]any{}
	if fields := ownedFields(object, manager); len(fields) > 0 {
		set = project(fields, object)
	}
	text := &bytes.Buffer{}
	writeValue(text, set)
	sum := sha256.Sum256(text.Bytes())
	return hex.EncodeToString(sum[:8])
}

// ownedFields is what the fingerprint is about, in the form of metadata.managedFields: nested objects.
// https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
func ownedFields(object map[string]any, manager string) map[string]any {
	all := map[string]any{}
	for _, entry := range managers(object) {
		fields, _ := entry["fieldsV1"].(map[string]any)
		for key, below := range fields {
			switch key {
			case "f:apiVersion", "f:kind", "f:status":
			case "f:metadata":
				if entry["manager"] == manager {
					mergeFields(all, map[string]any{key: only(below, "f:labels", "f:annotations")})
				}
			default:
				mergeFields(all, map[string]any{key: below})
			}
		}
	}
	return all
}

func managers(object map[string]any) []map[string]any {
	metadata, _ := object["metadata"].(map[string]any)
	list, _ := metadata["managedFields"].([]any)
	entries := []map[string]any{}
	for _, item := range list {
		if entry, ok := item.(map[string]any); ok {
			entries = append(entries, entry)
		}
	}
	return entries
}

func only(fields any, keys ...string) map[string]any {
	some := map[string]any{}
	nested, _ := fields.(map[string]any)
	for _, key := range keys {
		if below, ok := nested[key]; ok {
			some[key] = below
		}
	}
	return some
}

func mergeFields(into, from map[string]any) {
	for key, below := range from {
		nested, _ := below.(map[string]any)
		known, ok := into[key].(map[string]any)
		if !ok {
			known = map[string]any{}
			into[key] = known
		}
		mergeFields(known, nested)
	}
}

// project is what of a value those fields name: the whole value where they name nothing below it. Of a list
// with keys it is the items that are named, in the order of their keys; what is missing is left out.
func project(fields map[string]any, value any) any {
	if len(fields) == 0 || value == nil {
		return value
	}
	members, items := map[string]any{}, []any{}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		below, _ := fields[key].(map[string]any)
		part := project(below, memberOf(value, key)) // "." names the value itself: nothing of it
		if part == nil {
			continue
		}
		if name, isMember := strings.CutPrefix(key, "f:"); isMember {
			members[name] = part
		} else {
			items = append(items, part)
		}
	}
	if _, isList := value.([]any); isList {
		return items
	}
	return members
}

// memberOf follows one step of a field's path: "f:name", `k:{"name":"web"}`, or `v:"value"`.
func memberOf(value any, key string) any {
	kind, rest, _ := strings.Cut(key, ":")
	switch typed := value.(type) {
	case map[string]any:
		if kind == "f" {
			return typed[rest]
		}
	case []any:
		wanted, err := decodeJSON([]byte(rest))
		if err != nil {
			return nil
		}
		for _, item := range typed {
			if kind == "v" && same(item, wanted) || kind == "k" && has(item, wanted) {
				return item
			}
		}
	}
	return nil
}

func same(a, b any) bool {
	one, other := &bytes.Buffer{}, &bytes.Buffer{}
	writeValue(one, a)
	writeValue(other, b)
	return bytes.Equal(one.Bytes(), other.Bytes())
}

func has(item, wanted any) bool {
	members, ok := item.(map[string]any)
	keys, _ := wanted.(map[string]any)
	for key, value := range keys {
		ok = ok && same(members[key], value)
	}
	return ok
}

// writeValue writes JSON in one way only: sorted keys, strings with their length in place of escapes.
func writeValue(text *bytes.Buffer, value any) {
	switch typed := value.(type) {
	case map[string]any:
		text.WriteString("{")
		for _, key := range slices.Sorted(maps.Keys(typed)) {
			fmt.Fprintf(text, "%d:%s=", len(key), key)
			writeValue(text, typed[key])
		}
		text.WriteString("}")
	case []any:
		text.WriteString("[")
		for _, item := range typed {
			writeValue(text, item)
			text.WriteString(",")
		}
		text.WriteString("]")
	case string:
		fmt.Fprintf(text, "%d'%s", len(typed), typed)
	case bool:
		fmt.Fprintf(text, "%t", typed)
	case json.Number:
		text.WriteString(typed.String())
	default:
		text.WriteString("-")
	}
}

func decodeJSON(raw []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}
