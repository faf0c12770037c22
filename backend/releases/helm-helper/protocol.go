package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation"
)

// maxLineBytes bounds one request line. A longer line is answered with InvalidRequest.
const maxLineBytes = 4 << 20

// Operation names what a request asks for.
type Operation string

// The operations; README.md describes each.
const (
	opInstall   Operation = "install"
	opUpgrade   Operation = "upgrade"
	opRestore   Operation = "restore"
	opUninstall Operation = "uninstall"
	opLease     Operation = "lease"
)

// Request is one line of standard input.
type Request struct {
	ID         string          `json:"id"`
	Op         Operation       `json:"op"`
	Namespace  string          `json:"namespace"`
	Release    string          `json:"release"`
	Chart      string          `json:"chart"`
	Values     json.RawMessage `json:"values"`
	DeadlineMs int             `json:"deadlineMs"`
	Until      int64           `json:"until"`     // of a lease: nanoseconds of CLOCK_BOOTTIME
	LongestMs  int             `json:"longestMs"` // of a lease: what one write may take
	// Digest of chart files and values, which the record keeps as a label.
	Digest string `json:"digest"`
	// Claims are the volume claims that there are, by name, with their UIDs.
	Claims map[string]string `json:"claims"`
}

// Reply is one line of standard output. ID is null when the request carried no readable one.
type Reply struct {
	ID        *string      `json:"id"`
	OK        bool         `json:"ok"`
	Unchanged bool         `json:"unchanged,omitempty"`
	Release   *ReleaseView `json:"release,omitempty"`
	Error     *Failure     `json:"error,omitempty"`
}

// ReleaseView is what the controller may know of a release. It never holds values.
type ReleaseView struct {
	Name         string `json:"name"`
	Namespace    string `json:"namespace"`
	Revision     int    `json:"revision"`
	Status       string `json:"status"`
	Chart        string `json:"chart"`
	ChartVersion string `json:"chartVersion"`
	ValuesHash   string `json:"valuesHash"`
}

// parseRequest reads one line. The error is always a *Failure with code InvalidRequest; the request
// then holds the id as far as one could be read, so that the reply can name it.
func parseRequest(line []byte) (Request, *Failure) {
	var request Request
	if err := json.Unmarshal(line, &request); err != nil {
		var id struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(line, &id)
		return Request{ID: id.ID}, invalidRequest("not a request: %s", describeJSONError(err))
	}
	if request.Op == opLease {
		return request, nil
	}
	if request.ID == "" {
		return request, invalidRequest("id is missing")
	}
	switch request.Op {
	case opInstall, opUpgrade:
		if request.Chart == "" {
			return request, invalidRequest("chart is missing")
		}
	case opRestore, opUninstall:
	default:
		return request, invalidRequest("unknown op %q", request.Op)
	}
	if request.Namespace == "" || request.Release == "" {
		return request, invalidRequest("namespace and release are required")
	}
	if request.DeadlineMs < 0 {
		return request, invalidRequest("deadlineMs must not be negative")
	}
	if len(validation.IsValidLabelValue(request.Digest)) > 0 {
		return request, invalidRequest("digest cannot be a label")
	}
	return request, nil
}

// describeJSONError says where a line went wrong without quoting it: a line may hold values.
func describeJSONError(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("malformed JSON near byte %d", syntax.Offset)
	}
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return fmt.Sprintf("field %q has the wrong type", mismatch.Field)
	}
	return "malformed JSON"
}
