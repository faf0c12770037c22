package main

import (
	"os"
	"testing"
)

// The controller's own test reads the same file (backend/k8s/fingerprint_test.cpp): a record is written by one
// program and read by the other.
func TestFingerprintsAreTheControllersOwn(t *testing.T) {
	raw, err := os.ReadFile("testdata/fingerprints.json")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := decodeJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range cases.([]any) {
		test := item.(map[string]any)
		got := fingerprint(test["object"].(map[string]any), test["manager"].(string))
		wantEqual(t, test["what"].(string), got, test["fingerprint"].(string))
	}
}
