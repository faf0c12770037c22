package main

import (
	"context"
	"fmt"
	"time"

	"helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// rollback makes an earlier revision's objects current again, as a new revision.
func (r *Releases) rollback(ctx context.Context, history *History, request Request) (Outcome, error) {
	target := history.Revision(request.Revision)
	if target == nil {
		return Outcome{}, failedf(codeNotFound, "release %q has no revision %d", request.Release, request.Revision)
	}
	if err := r.unlock(ctx, history); err != nil {
		return Outcome{}, err
	}
	last := history.Last()
	if last == nil {
		return Outcome{}, failedf(codeNotFound, "release %q was being uninstalled", request.Release)
	}
	objects, err := objectsOf(target, releaseutil.InstallOrder)
	if err != nil {
		return Outcome{}, err
	}
	done := fmt.Sprintf("Rollback to %d", target.Version)
	record := &release.Release{
		Name:        target.Name,
		Namespace:   target.Namespace,
		Chart:       target.Chart,
		Config:      target.Config,
		Version:     last.Version + 1,
		Labels:      target.Labels,
		Manifest:    target.Manifest,
		Hooks:       target.Hooks,
		ApplyMethod: string(release.ApplyMethodServerSideApply),
		Info: &release.Info{
			FirstDeployed:    last.Info.FirstDeployed,
			LastDeployed:     time.Now(),
			Status:           common.StatusPendingRollback,
			Description:      done,
			Notes:            target.Info.Notes,
			RollbackRevision: target.Version,
		},
	}
	return r.replace(ctx, history, record, objects, request.HistoryMax, "Rollback", done)
}
