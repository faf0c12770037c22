package main

import (
	"context"
	"fmt"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	release "helm.sh/helm/v4/pkg/release/v1"
)

const (
	defaultDeadline = 60 * time.Second
	// closingTime is what an operation gets past its deadline to record how it ended.
	closingTime = 5 * time.Second
)

// How objects are written.
type How struct {
	Force  bool              // take over fields that another manager has set
	Claims map[string]string // name → UID of volume claims that there are: no other ones are made
}

// Objects is where a release's objects are written; Cluster in production.
type Objects interface {
	Capabilities() (*common.Capabilities, error)
	Apply(ctx context.Context, objects []Object, how How) (map[string]string, error)
	Delete(ctx context.Context, objects []Object) error
}

// Releases carries out requests. Safe for concurrent use on different releases; calls for one release
// must come one after the other (Lanes), which is also what makes it right to treat a release found
// in a pending state as abandoned.
type Releases struct {
	objects Objects
	charts  *Charts
	// store opens the records of a namespace; every call it makes is bound to the context.
	store func(ctx context.Context, namespace string) Records
}

// Handle carries out one request and never panics.
func (r *Releases) Handle(ctx context.Context, request Request) (reply Reply) {
	defer func() {
		if problem := recover(); problem != nil {
			reply = failedReply(request, failedf(codeInternal, "panic: %v", problem))
		}
	}()
	deadline := defaultDeadline
	if request.DeadlineMs > 0 {
		deadline = time.Duration(request.DeadlineMs) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()

	outcome, err := r.run(ctx, request)
	if err != nil {
		failure := classify(err)
		if ctx.Err() != nil {
			failure.Code = codeTimeout // whatever the interrupted call made of it
		}
		return failedReply(request, failure)
	}
	reply = Reply{ID: &request.ID, OK: true, Unchanged: outcome.unchanged}
	if outcome.record != nil {
		reply.Release = view(outcome.record)
	}
	return reply
}

// Outcome is what an operation came to: the newest record, if the release still exists.
type Outcome struct {
	record    *release.Release
	unchanged bool
}

func (r *Releases) run(ctx context.Context, request Request) (Outcome, error) {
	if err := chartutil.ValidateReleaseName(request.Release); err != nil {
		return Outcome{}, failed(codeInvalidRequest, err)
	}
	history, err := readHistory(ctx, r.store(ctx, request.Namespace), request.Release)
	if err != nil {
		return Outcome{}, err
	}
	switch request.Op {
	case opInstall:
		return r.install(ctx, history, request)
	case opUpgrade:
		return r.upgrade(ctx, history, request)
	case opRestore:
		return r.restore(ctx, history, request)
	case opUninstall:
		return r.uninstall(ctx, history, request.Release)
	}
	return Outcome{}, invalidRequest("unknown op %q", request.Op)
}

// closing returns a History on the same records that can still be written when ctx has run out.
func (r *Releases) closing(ctx context.Context, history *History, namespace string) (*History, context.CancelFunc) {
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), closingTime)
	return &History{store: r.store(late, namespace), records: history.records, lost: history.lost}, cancel
}

func view(record *release.Release) *ReleaseView {
	return &ReleaseView{
		Name:         record.Name,
		Namespace:    record.Namespace,
		Revision:     record.Version,
		Status:       record.Info.Status.String(),
		Chart:        record.Chart.Metadata.Name,
		ChartVersion: record.Chart.Metadata.Version,
		ValuesHash:   hashValues(record.Config),
	}
}

func failedReply(request Request, failure *Failure) Reply {
	reply := Reply{Error: failure}
	if request.ID != "" {
		reply.ID = &request.ID
	}
	return reply
}

// describeFailure is the description of a failed record: one line, and short enough for `helm history`.
func describeFailure(what string, err error) string {
	text := fmt.Sprintf("%s failed: %s", what, err)
	if len(text) > 500 {
		text = text[:500] + "…"
	}
	return text
}
