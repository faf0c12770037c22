package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"helm.sh/helm/v4/pkg/storage/driver"
)

// Code is the closed set of reasons that the controller acts on.
type Code string

// The codes of protocol version 1.
const (
	codeNotFound       Code = "NotFound"
	codeAlreadyExists  Code = "AlreadyExists"
	codeInvalidChart   Code = "InvalidChart"
	codeInvalidValues  Code = "InvalidValues"
	codeInvalidRequest Code = "InvalidRequest"
	codeForbidden      Code = "Forbidden"
	codeConflict       Code = "Conflict"
	codeTimeout        Code = "Timeout"
	codeUnreachable    Code = "Unreachable"
	codeInternal       Code = "Internal"
)

// Failure is an error as the controller sees it.
type Failure struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	cause   error
}

func (f *Failure) Error() string { return fmt.Sprintf("%s: %s", f.Code, f.Message) }
func (f *Failure) Unwrap() error { return f.cause }

// failed wraps cause, whose text becomes the message.
func failed(code Code, cause error) *Failure {
	return &Failure{Code: code, Message: cause.Error(), cause: cause}
}

func failedf(code Code, format string, arguments ...any) *Failure {
	return &Failure{Code: code, Message: fmt.Sprintf(format, arguments...)}
}

func invalidRequest(format string, arguments ...any) *Failure {
	return failedf(codeInvalidRequest, format, arguments...)
}

// classify maps any error to a Failure. It is the only place that knows what Kubernetes and Helm
// errors mean to the controller; https://kubernetes.io/docs/reference/using-api/api-concepts/.
func classify(err error) *Failure {
	var failure *Failure
	if errors.As(err, &failure) {
		return &Failure{Code: failure.Code, Message: err.Error(), cause: err}
	}
	return failed(codeOf(err), err)
}

func codeOf(err error) Code {
	switch {
	case errors.Is(err, driver.ErrReleaseNotFound), apierrors.IsNotFound(err):
		return codeNotFound
	case errors.Is(err, driver.ErrReleaseExists), apierrors.IsAlreadyExists(err):
		return codeAlreadyExists
	// Before Forbidden: a namespace on its way out answers 403 to every create.
	case apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause), apierrors.IsConflict(err):
		return codeConflict
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return codeForbidden
	case meta.IsNoMatchError(err), apierrors.IsInvalid(err), apierrors.IsBadRequest(err):
		return codeInvalidChart
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled),
		apierrors.IsTimeout(err), apierrors.IsServerTimeout(err):
		return codeTimeout
	case apierrors.IsServiceUnavailable(err), apierrors.IsTooManyRequests(err), isNetworkError(err):
		return codeUnreachable
	}
	return codeInternal
}

func isNetworkError(err error) bool {
	var asURL *url.Error
	var asNet net.Error
	return errors.As(err, &asURL) || errors.As(err, &asNet) || utilnet.IsConnectionRefused(err) ||
		utilnet.IsConnectionReset(err)
}
