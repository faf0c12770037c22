package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// maxExactInteger is the largest integer that a release record gives back unchanged: Helm reads its
// records with numbers as float64.
const maxExactInteger = 1 << 53

// parseValues reads the values of a request. Whole numbers become int64: as float64 a template would
// print 134217728 as 1.34217728e+08.
func parseValues(raw json.RawMessage) (map[string]any, *Failure) {
	if len(raw) == 0 || string(raw) == "null" {
		return map[string]any{}, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var values map[string]any
	if err := decoder.Decode(&values); err != nil {
		return nil, failedf(codeInvalidValues, "values must be a JSON object: %s", describeJSONError(err))
	}
	converted, failure := exactNumbers(values)
	if failure != nil {
		return nil, failure
	}
	return converted.(map[string]any), nil
}

func exactNumbers(value any) (any, *Failure) {
	var failure *Failure
	switch typed := value.(type) {
	case map[string]any:
		for key, element := range typed {
			if typed[key], failure = exactNumbers(element); failure != nil {
				return nil, failure
			}
		}
	case []any:
		for index, element := range typed {
			if typed[index], failure = exactNumbers(element); failure != nil {
				return nil, failure
			}
		}
	case json.Number:
		if whole, err := typed.Int64(); err == nil {
			if whole > maxExactInteger || whole < -maxExactInteger {
				return nil, failedf(codeInvalidValues, "a whole number beyond 2^53 must be a string")
			}
			return whole, nil
		}
		float, err := typed.Float64()
		if err != nil {
			return nil, failedf(codeInvalidValues, "a number is out of range")
		}
		return float, nil
	}
	return value, nil
}

// hashValues is the SHA-256, in hex, of the values as JSON with sorted keys, no white space and no
// escaping of <, > and &. A record read back from the cluster hashes like the request that made it.
func hashValues(values map[string]any) string {
	if values == nil {
		values = map[string]any{}
	}
	var canonical strings.Builder
	encoder := json.NewEncoder(&canonical)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(values); err != nil {
		return "" // cannot happen: values came from JSON
	}
	sum := sha256.Sum256([]byte(strings.TrimSuffix(canonical.String(), "\n")))
	return hex.EncodeToString(sum[:])
}
